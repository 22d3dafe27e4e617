"""Form fields that take several values, by repetition or by commas, and name the one they refuse."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime

MOST_VALUES = 100
#: Resolves typed values; answers with the values to filter by, and those it does not know.
Resolver = Callable[[list[str]], tuple[list[Any], list[str]]]


class SeveralValues(forms.SelectMultiple):
    """Reads ``?level=A&level=B`` and ``?level=A,B`` alike."""

    separator = re.compile(r",")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else _listed(data.get(name))
        return [part.strip() for value in given for part in self.separator.split(str(value)) if part.strip()]


class SeveralReferences(SeveralValues):
    # A DOI may hold a comma: only what looks like the next identifier begins one.
    separator = re.compile(r",(?=\s*(?:10\.|\d|pmid:|doi:|https?:))", re.IGNORECASE)


class ValuesField(forms.Field):
    """A list of texts. ``known`` are the codes allowed; ``resolve`` looks values up."""

    widget = SeveralValues

    def __init__(
        self, *, known: Mapping[str, str] | None = None, resolve: Resolver | None = None, noun: str = "", **options: Any
    ) -> None:
        super().__init__(**options)
        self.known, self.resolve, self.noun = known, resolve, noun
        if known:
            self.widget.choices = list(known.items())

    def to_python(self, value: Any) -> list[Any]:
        values = list(dict.fromkeys(value or []))
        if len(values) > MOST_VALUES:
            raise ValidationError(f"At most {MOST_VALUES} values at a time; there are {len(values)}.", code="invalid")
        if any("\x00" in one for one in values):
            raise ValidationError("A value holds a character that no text may hold.", code="invalid")
        if self.known is not None:
            self._refuse(one for one in values if one not in self.known)
        if self.resolve and values:
            resolved, unknown = self.resolve(values)
            self._refuse(unknown)
            return resolved
        return values

    def _refuse(self, unknown: Iterable[str]) -> None:
        unknown = [one[:100] for one in unknown]
        if not unknown:
            return
        names = ", ".join(f"“{one}”" for one in unknown)
        verb = "is not a known" if len(unknown) == 1 else "are not known as"
        choose = f" Choose among {', '.join(self.known)}." if self.known else ""
        raise ValidationError(f"{names} {verb} {self.noun}.{choose}", code="invalid")


class MomentField(forms.Field):
    """A date or a date with time (ISO 8601); without a zone it is UTC."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> datetime | None:
        text = (value or "").strip()
        if not text:
            return None
        # An unescaped plus sign arrives as a blank.
        text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text)
        try:
            moment = parse_datetime(text)
            day = None if moment else parse_date(text)
        except ValueError:
            moment = day = None
        if day:
            moment = datetime.combine(day, time.min)
        if moment is None:
            raise ValidationError(
                f"“{text[:60]}” is not a date or time: write it like 2026-11-23 or 2026-11-23T09:00:00Z.",
                code="invalid",
            )
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except OverflowError:
            raise ValidationError(f"“{text[:60]}” is too far away.", code="invalid") from None


class WordsField(forms.CharField):
    """What a person types into a search box."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=400, strip=True, **options)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]
