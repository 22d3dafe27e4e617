"""Form fields that take several values, by repetition or by commas, and name the one they refuse.

A ``!`` before a value says that it is not wanted.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
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
    separator = re.compile(r",(?=\s*!?\s*(?:10\.|\d|pmid:|doi:|https?:))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a filter leaves: rows that have any of ``wanted`` (where there are any) and none of ``unwanted``."""

    wanted: tuple[Any, ...] = ()
    unwanted: tuple[Any, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)


class ValuesField(forms.Field):
    """A list of texts. ``known`` are the codes allowed; ``resolve`` looks values up."""

    widget = SeveralValues

    def __init__(
        self,
        *,
        known: Mapping[str, str] | None = None,
        resolve: Resolver | None = None,
        noun: str = "",
        negatable: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.known, self.resolve, self.noun, self.negatable = known, resolve, noun, negatable
        if known:
            self.widget.choices = list(known.items())

    def to_python(self, value: Any) -> Chosen:
        values = list(dict.fromkeys(value or []))
        if len(values) > MOST_VALUES:
            raise ValidationError(f"At most {MOST_VALUES} values at a time; there are {len(values)}.", code="invalid")
        if any("\x00" in one for one in values):
            raise ValidationError("A value holds a character that no text may hold.", code="invalid")
        unwanted = [one for one in values if one.startswith("!")] if self.negatable else []
        wanted = [one for one in values if one not in unwanted]
        return Chosen(tuple(self._resolved(wanted)), tuple(self._resolved([one[1:].strip() for one in unwanted])))

    def _resolved(self, values: list[str]) -> list[Any]:
        if self.known is not None:
            self._refuse(one for one in values if one not in self.known)
        if not (self.resolve and values):
            return values
        resolved, unknown = self.resolve(values)
        self._refuse(unknown)
        return resolved

    def _refuse(self, unknown: Iterable[str]) -> None:
        unknown = [one[:100] for one in unknown]
        if not unknown:
            return
        names = ", ".join(f"“{one}”" for one in unknown)
        verb = "is not a known" if len(unknown) == 1 else "are not known as"
        choose = f" Choose among {', '.join(self.known)}." if self.known else ""
        raise ValidationError(f"{names} {verb} {self.noun}.{choose}", code="invalid")


Range = tuple[float | None, float | None]


class RangesField(ValuesField):
    """Numbers and ranges of them: ``5``, ``5..10``, ``5..`` and ``..10``, both ends included."""

    _shape = re.compile(
        r"(?P<low>-?\d{1,15}(?:\.\d{1,15})?)?(?P<dots>\.\.)?(?P<high>-?\d{1,15}(?:\.\d{1,15})?)?", re.ASCII
    )

    def __init__(self, *, whole: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.whole = whole

    def _resolved(self, values: list[str]) -> list[Range]:
        return [self._range(value) for value in values]

    def _range(self, value: str) -> Range:
        match = self._shape.fullmatch(value)
        low, high = (self._number(match[name]) for name in ("low", "high")) if match else (None, None)
        if match and low is not None and not match["dots"] and high is None:
            return low, low
        if match is None or not match["dots"] or (low is None and high is None):
            numbers = "a whole number" if self.whole else "a number"
            raise ValidationError(
                f"“{value[:60]}” is not {numbers} or a range: write it like 5, 5..10, 5.. or ..10.", code="invalid"
            )
        if low is not None and high is not None and low > high:
            raise ValidationError(f"“{value[:60]}” begins after its end.", code="invalid")
        return low, high

    def _number(self, text: str | None) -> float | None:
        if text is None:
            return None
        if self.whole and ("." in text or abs(int(text)) >= 2**31):
            raise ValidationError(f"“{text}” is not a whole number that could be meant here.", code="invalid")
        return int(text) if self.whole else float(text)


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


class PastMomentField(MomentField):
    """A moment that has been."""

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        if moment and moment > timezone.now():
            raise ValidationError("This moment is still to come.", code="invalid")
        return moment


class NumberField(forms.Field):
    """A whole number from nought on, in plain digits."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        text = (value or "").strip()
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,18}", text):
            raise ValidationError(f"“{text[:60]}” is not a whole number from 0 on.", code="invalid")
        return int(text)


class WordsField(forms.CharField):
    """What a person types into a search box."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=400, strip=True, **options)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]
