"""Reading one row of a table by the fields of the form: text in, ``Content`` and what is wrong out."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from apps.literature.sources.pasted import understand_text

from ..content import Content
from ..models import Submission
from ..services import RowRead
from . import fields as reads
from .columns import BY_NAME, Column
from .content import ContentForm

_MOST_LISTED = 9
_NEAR = 0.85


class RowReader:
    """Reads rows as the form would. What names look up is kept: within a file they come again and again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def __call__(self, texts: Mapping[str, str]) -> RowRead:
        """``texts`` by field; what cannot be read of them leaves its field empty, with the reason."""
        problems: dict[str, list[str]] = {}
        form = ContentForm(Submission(), self._posted(texts, problems))
        for name, field in form.fields.items():
            if isinstance(field, (reads.NamedField, reads.ReferenceField)):
                field.clean = partial(self._remembered, name, field.clean)  # type: ignore[method-assign]
        form.is_valid()
        for name, errors in form.errors.items():
            problems.setdefault(name, []).extend(str(message) for message in errors)
        return RowRead(
            content=form.content() if texts else Content(),
            problems=tuple((name, message) for name, messages in problems.items() for message in messages),
            to_import=_to_import(texts.get("reference", "")) if "reference" in problems else "",
        )

    def _posted(self, texts: Mapping[str, str], problems: dict[str, list[str]]) -> QueryDict:
        """The row as a browser would send it: codes in the place of their wording."""
        data = QueryDict(mutable=True)
        for name, text in texts.items():
            column = BY_NAME.get(name)
            # A table may have been kept since before a field got another name.
            if column is None:
                continue
            if not column.codes:
                data[name] = text
                continue
            named = reads.split_names(text) if column.several else [text.strip()] if text.strip() else []
            codes = [code_of(column, part) for part in named]
            if wrong := [part for part, code in zip(named, codes, strict=True) if not code]:
                problems[name] = [_unknown(column, part) for part in wrong]
            data.setlist(name, [code for code in codes if code])
        return data

    def _remembered(self, name: str, clean: Callable[[Any], Any], value: Any) -> Any:
        key = (name, str(value or ""))
        if key not in self._kept:
            try:
                self._kept[key] = clean(value)
            except ValidationError as error:
                self._kept[key] = error
        kept = self._kept[key]
        if isinstance(kept, ValidationError):
            raise kept
        return kept


def _to_import(text: str) -> str:
    """The one publication that a text names, as an import would take it; empty where it names none."""
    named = understand_text(text).identifiers
    return named[0] if len(named) == 1 else ""


def code_of(column: Column, text: str) -> str:
    """The code that a text means: the code itself or its wording, in capitals or not; empty where it is none."""
    wanted = text.strip().casefold()
    for code, wording in column.codes:
        if wanted in {code.casefold(), wording.casefold()}:
            return code
    return ""


def _unknown(column: Column, text: str) -> str:
    wordings = {wording.casefold(): wording for wording in column.wordings}
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    if near := get_close_matches(text.casefold(), wordings, n=1, cutoff=_NEAR):
        return f"“{shown}” is none of its values. Did you mean “{wordings[near[0]]}”?"
    listed = ", ".join(column.wordings[:_MOST_LISTED])
    more = f" and {len(column.wordings) - _MOST_LISTED} more" if len(column.wordings) > _MOST_LISTED else ""
    return f"“{shown}” is none of its values: {listed}{more}."
