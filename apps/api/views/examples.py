"""“Use the data”: examples to copy, each a file that the tests run as it stands."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.views.generic import TemplateView

FOLDER = Path(__file__).resolve().parent.parent / "examples"
#: The address that stands in the files, for the portal's own.
WRITTEN = "http://127.0.0.1:8000"
_LANGUAGES = {"sh": "curl", "py": "Python", "R": "R"}
#: In the order of the page.
NAMES = ("page.sh", "table.sh", "unchanged.sh", "everything.py", "frame.py", "follow.py", "webhook.py", "frame.R")


@dataclass(frozen=True, slots=True)
class Example:
    """One file: its first line is its title, its second says what it does."""

    name: str
    language: str
    title: str
    text: str
    code: str

    @property
    def anchor(self) -> str:
        return self.name.replace(".", "-")


def examples(portal: str) -> list[Example]:
    """All of them, with the address of this portal."""
    return [_example(name, portal) for name in NAMES]


@cache
def _lines(name: str) -> tuple[str, ...]:
    return tuple((FOLDER / name).read_text().splitlines())


def _example(name: str, portal: str) -> Example:
    title, text, *lines = _lines(name)
    suffix = name.rpartition(".")[2]
    begin = [f"PORTAL={portal}"] if suffix == "sh" else []
    return Example(
        name=name,
        language=_LANGUAGES[suffix],
        title=title.removeprefix("# "),
        text=text.removeprefix("# "),
        code="\n".join([*begin, *lines]).replace(WRITTEN, portal),
    )


class Examples(TemplateView):
    """Works without JavaScript; with it, each example can be copied by a button."""

    template_name = "api/examples.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        portal = self.request.build_absolute_uri("/").rstrip("/")
        return super().get_context_data(examples=examples(portal), **kwargs)
