"""What a caller may wish of a list beside its rows: fewer fields, a count, the words found marked.

``Wishes`` reads them once; what it does not understand stands in ``problems``, by name.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from hashlib import sha256
from typing import Any, get_args, get_type_hints

import orjson
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from apps.catalogue.document import to_json

FIELDS = OpenApiParameter(
    "fields",
    {"type": "string"},
    description="Only these members of each result, parted by commas, inner ones after a dot: "
    "`accession,target.symbol,outcome`. For JSON and lines of JSON.",
)
COUNT = OpenApiParameter(
    "count",
    {"type": "string", "enum": ["exact"]},
    description="`exact` counts all that the filters leave: in `count` and in the header `X-Total-Count`. "
    "It costs time where there are many.",
)
AS_OF = OpenApiParameter(
    "as_of",
    {"type": "string"},
    description="A date, or a date with time (ISO 8601): what was in force then, as the version that was current said "
    "it. Without filters; what happened to a version later is not told.",
)
HIGHLIGHTS = OpenApiParameter(
    "highlights",
    {"type": "string", "enum": ["yes"]},
    description="`yes` adds `highlights` to each result of a search with `q`: where its words stand, as escaped HTML "
    "with the words in `<mark>`. For JSON and lines of JSON.",
)
_LONGEST = 2000

#: A document's wanted members; an empty tree is the whole.
Tree = dict[str, "Tree"]


class Wishes:
    """``of`` is the dataclass that describes the results, ``allowed`` the wishes that this address grants."""

    def __init__(self, request: Request, *, of: type, allowed: Collection[str]) -> None:
        self._given = {name: request.query_params.get(name, "").strip() for name in allowed}
        self._of = of
        self._format = str(request.accepted_renderer.format)
        self._words = request.query_params.get("q", "").strip()

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        found = {
            name: [f"“{self._given[name][:60]}” is not known here: the only value is {only}."]
            for name, only in (("count", "exact"), ("highlights", "yes"))
            if self._given.get(name) not in (None, "", only)
        }
        if self.highlights and not self._words:
            found["highlights"] = ["There are no words to mark: say which with “q”."]
        if self._given.get("fields"):
            found |= {"fields": wrong} if (wrong := list(self._wrong_fields())) else {}
        for name in ("fields", "highlights"):
            if self._given.get(name) and self._format not in {"json", "ndjson"}:
                found[name] = ["A table has its own columns: ask for JSON or lines of JSON."]
        return found

    @property
    def counts(self) -> bool:
        return bool(self._given.get("count"))

    @property
    def highlights(self) -> bool:
        return bool(self._given.get("highlights"))

    @property
    def words(self) -> str:
        return self._words

    def etag(self, tag: str) -> str:
        """The tag of a document, another one for other fields of it."""
        return f"{tag}.{sha256(','.join(self._names).encode()).hexdigest()[:8]}" if self._names else tag

    def granted(self, text: str) -> str:
        """A document with the fields that were asked for, or as it is."""
        return to_json(_picked(orjson.loads(text), self._tree)) if self._tree else text

    @cached_property
    def _names(self) -> list[str]:
        return [name.strip() for name in self._given.get("fields", "").split(",") if name.strip()]

    @cached_property
    def _tree(self) -> Tree:
        tree: Tree = {}
        for name in self._names:
            *above, last = name.split(".")
            branch: Tree | None = tree
            for part in above:
                # Who asks for the whole of a member has its inner ones.
                branch = None if branch is None or branch.get(part) == {} else branch.setdefault(part, {})
            if branch is not None:
                branch[last] = {}
        return tree

    def _wrong_fields(self) -> Iterator[str]:
        if sum(map(len, self._names)) > _LONGEST:
            yield "There are too many of them."
            return
        known = paths_of(self._of) | ({"highlights"} if self.highlights else set())
        for name in self._names:
            if name not in known:
                close = get_close_matches(name[:100], known, n=1)
                hint = f" Did you mean “{close[0]}”?" if close else ""
                yield f"“{name[:100]}” is not a field of these results.{hint}"


@cache
def paths_of(of: type) -> set[str]:
    """The members of a document by name, inner ones after a dot."""
    hints = get_type_hints(of)
    found: set[str] = set()
    for each in fields(of):
        inner = next((one for one in _inside(hints[each.name]) if is_dataclass(one)), None)
        found |= {each.name} | (
            {f"{each.name}.{name}" for name in paths_of(inner)} if isinstance(inner, type) else set()
        )
    return found


def _inside(kind: Any) -> Iterator[Any]:
    yield kind
    for one in get_args(kind):
        yield from _inside(one)


def _picked(value: Any, tree: Mapping[str, Any]) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_picked(one, tree) for one in value]
    if isinstance(value, dict):
        return {name: _picked(value[name], inner) for name, inner in tree.items() if name in value}
    return value
