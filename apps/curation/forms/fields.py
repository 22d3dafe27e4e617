"""Form fields that read text as people write it: numbers, trial ids, names of terms and targets.

A field reads what it can. What it cannot read it says in words that help to mend it, and a list
that is readable in part hands on the readable part (``PartlyRead.readable``).
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from apps.literature.models import Reference
from apps.vocabularies.choices import TermStatus, Vocabulary
from apps.vocabularies.models import Target, Term

from .. import reading

_SEPARATORS = re.compile(r"[;\n]+")
_LOOSE_SEPARATORS = re.compile(r"[;,\s]+")
_CURIE = re.compile(r"[A-Za-z][A-Za-z0-9_]*:\S+")
_TRAILING_CURIE = re.compile(r"[(\[]\s*([A-Za-z][A-Za-z0-9_]*:[^\s()\[\]]+)\s*[)\]]$")
_TWO_READINGS = re.compile(r"([-+−]?[1-9]\d{0,2}),(\d{3})", re.ASCII)
_ZERO_COMMA = re.compile(r"^([-+−]?0),", re.ASCII)
_SUGGESTIONS = 3
_MANY = 200


class PartlyRead(ValidationError):
    """Some of a list could be read: ``readable`` is that part."""

    def __init__(self, messages: list[str], readable: tuple[str, ...]) -> None:
        super().__init__(messages)
        self.readable = readable


def without_controls(text: str) -> str:
    """The text without characters that the database cannot hold, and with plain line ends."""
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def storable(number: Decimal) -> bool:
    """Whether a column holds the number unchanged: 14 digits before the point, 6 after it."""
    return not number or (number.adjusted() <= 13 and number == number.quantize(Decimal("0.000001")))


def split_names(text: str) -> list[str]:
    """Names separated by ``;`` or line ends, each once, in the order typed."""
    return list(dict.fromkeys(name.strip() for name in _SEPARATORS.split(text) if name.strip()))


def written(label: str, curie: str) -> str:
    """How a chosen target or term stands in its field, readable by people and by ``clean``."""
    return f"{label.replace(';', ',')} ({curie})"


def _enumerated(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


class DecimalAsWritten(forms.CharField):
    """A decimal number: ``0.58``, ``0,58``, ``0·58``, ``1 234.5``, ``−12 %``; ``1,234`` is asked about."""

    def clean(self, value: Any) -> Decimal | None:
        typed = super().clean(value) or ""
        text = typed.removesuffix("%").strip()
        if not text:
            return None
        if match := _TWO_READINGS.fullmatch(text):
            whole, fraction = match.groups()
            raise ValidationError(f"“{typed}” can be read in two ways: write {whole}.{fraction} or {whole}{fraction}.")
        number = reading.number(_ZERO_COMMA.sub(r"\1.", text))
        if number is None:
            raise ValidationError(f"“{typed}” is not a number. Write it like 0.58 or 0,58.")
        if not storable(number):
            raise ValidationError("Write the number with at most 14 digits before and 6 after the decimal point.")
        return number


class WholeAsWritten(forms.CharField):
    """A count: ``120``, ``1 234``, ``1,234``, ``n = 120``."""

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value) or ""
        if not typed:
            return None
        number = reading.whole_number(typed)
        if not number:
            raise ValidationError(f"“{typed}” is not a count. Write a whole number of at least 1, like 120.")
        return number


class PValue(forms.CharField):
    """A p value as printed: ``0.03``, ``p < 0.001``, ``n.s.``; in one spelling afterwards."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value) or ""
        read = reading.p_value(typed) if typed else ""
        if read is None:
            raise ValidationError(f"“{typed}” is not a p value. Write it like 0.002, <0.001 or ns.")
        return read


class TrialIds(forms.CharField):
    """ClinicalTrials.gov ids, separated by anything: ``NCT02371369; nct 01358721``."""

    def clean(self, value: Any) -> tuple[str, ...]:
        ids, rest = reading.trial_ids(super().clean(value) or "")
        if rest:
            raise PartlyRead([f"“{rest}” is not a trial id: NCT and eight digits, like NCT02371369."], ids)
        return ids


class Accessions(forms.CharField):
    """Dataset accessions, separated by anything: ``GSE123456, PRJNA1``."""

    def clean(self, value: Any) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(filter(None, _LOOSE_SEPARATORS.split(super().clean(value) or ""))))
        long = [word for word in words if len(word) > 60]
        if long:
            raise PartlyRead(
                [f"“{word[:30]}…” is too long for an accession." for word in long],
                tuple(word for word in words if word not in long),
            )
        return words


class Codes(forms.MultipleChoiceField):
    """Ticked codes, as a tuple in the order of the list."""

    def clean(self, value: Any) -> tuple[str, ...]:
        ticked = set(super().clean(value))
        return tuple(code for code, _ in self.widget.choices if code in ticked)


class NamedField(forms.CharField):
    """Base of the pickers: text naming terms or targets by id, label or synonym, one or several.

    Gives the CURIE, or a tuple of them. Script turns the text field into a picker
    (``data-picker``); without script the same text is resolved here.
    """

    noun = "entry"

    def __init__(self, *, many: bool, search: str, vocabulary: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.many = many
        self.vocabulary = vocabulary
        self.widget.attrs.update(
            {
                "data-picker": search,
                "data-vocabulary": vocabulary,
                "data-many": str(many).lower(),
                "autocomplete": "off",
            }
        )

    def clean(self, value: Any) -> tuple[str, ...] | str:
        names = split_names(super().clean(value) or "")
        by_curie = {found.curie.lower(): found for found in self.with_curies(filter(None, map(curie_in, names)))}
        found, wrong = [], []
        for name in names:
            try:
                found.append(by_curie.get((curie_in(name) or "").lower()) or self.one_named(name))
            except ValidationError as error:
                wrong.extend(error.messages)
        curies = tuple(dict.fromkeys(self.identity(one) for one in found))
        if not self.many and len(curies) > 1:
            wrong.append(f"Name one {self.noun} only.")
        if wrong:
            raise PartlyRead(wrong, curies) if self.many else ValidationError(wrong)
        return curies if self.many else next(iter(curies), "")

    def one_named(self, name: str) -> Any:
        exact = self.best_of(list(self.queryset().named(curie_in(name) or name)[:_MANY]), name)
        if len(exact) == 1:
            return exact[0]
        if exact:
            raise ValidationError(f"“{name}” names more than one {self.noun}. Did you mean {self.offered(exact)}?")
        if near := self.near(name):
            raise ValidationError(f"There is no {self.noun} named “{name}”. Did you mean {self.offered(near)}?")
        raise ValidationError(self.unknown(name))

    def best_of(self, found: list[Any], name: str) -> list[Any]:
        """Those whose own label it is before those that have it as a synonym; those in use before the rest."""
        labelled = [one for one in found if self.label_of(one).lower() == name.lower()] or found
        return [one for one in labelled if self.in_use(one)] or labelled

    def near(self, name: str) -> list[Any]:
        """What the text may have meant: names that it begins, or names spelt much like it."""
        usable = self.queryset().usable()
        if begun := list(usable.search(name)[:_SUGGESTIONS]):
            return begun
        alike = {self.label_of(one).lower(): one for one in usable.search(name[:3])[:_MANY]}
        return [alike[label] for label in get_close_matches(name.lower(), alike, n=_SUGGESTIONS, cutoff=0.7)]

    def unknown(self, name: str) -> str:
        return f"There is no {self.noun} named “{name}” in the vocabulary. Check the spelling, or type its id."

    def offered(self, found: Iterable[Any]) -> str:
        return _enumerated([self.shown(one) for one in found][:_SUGGESTIONS])

    def queryset(self) -> Any:
        raise NotImplementedError

    def with_curies(self, curies: Iterable[str]) -> Iterable[Any]:
        wanted = list(curies)
        return self.queryset().filter(curie__in=wanted) if wanted else ()

    @staticmethod
    def identity(one: Any) -> str:
        return one.curie

    @staticmethod
    def in_use(one: Any) -> bool:
        raise NotImplementedError

    @staticmethod
    def label_of(one: Any) -> str:
        raise NotImplementedError

    @classmethod
    def shown(cls, one: Any) -> str:
        return written(cls.label_of(one), one.curie)


def curie_in(name: str) -> str | None:
    """The CURIE that a name consists of or ends with in brackets: ``macrophage (CL:0000235)``."""
    if match := _TRAILING_CURIE.search(name):
        return match[1]
    return name if _CURIE.fullmatch(name) else None


class TermField(NamedField):
    """Terms of one vocabulary."""

    def __init__(self, *, vocabulary: Vocabulary, many: bool = True, **kwargs: Any) -> None:
        super().__init__(many=many, search="term", vocabulary=vocabulary.value, **kwargs)

    @cached_property
    def noun(self) -> str:  # type: ignore[override]
        return Vocabulary(self.vocabulary).label.lower()

    def queryset(self) -> Any:
        return Term.objects.in_vocabulary(self.vocabulary)

    def unknown(self, name: str) -> str:
        elsewhere = Term.objects.filter(curie__iexact=curie_in(name) or "").first()
        if elsewhere:
            other = elsewhere.get_vocabulary_display().lower()
            return f"“{name}” is not a {self.noun}: {elsewhere.curie} is a {other}."
        return super().unknown(name)

    @staticmethod
    def in_use(one: Any) -> bool:
        return not one.obsolete and one.status == TermStatus.APPROVED

    @staticmethod
    def label_of(one: Any) -> str:
        return one.label


class TargetField(NamedField):
    """One target, by id, symbol, synonym, former symbol or name. A merged one gives its heir."""

    noun = "target"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(many=False, search="target", **kwargs)

    def queryset(self) -> Any:
        return Target.objects.select_related("merged_into")

    @staticmethod
    def identity(one: Any) -> str:
        return one.merged_into.curie if one.merged_into_id else one.curie

    @staticmethod
    def in_use(one: Any) -> bool:
        return one.merged_into_id is None and one.status == TermStatus.APPROVED

    @staticmethod
    def label_of(one: Any) -> str:
        return one.symbol


class ReferenceField(forms.CharField):
    """One stored reference, by PMID, DOI or PMCID; gives its number."""

    def clean(self, value: Any) -> int | None:
        typed = (super().clean(value) or "").strip()
        if not typed:
            return None
        identified = Reference.objects.identified(typed)
        found = None if identified is None else identified.values_list("pk", flat=True).first()
        if found is None:
            raise ValidationError(
                f"No reference “{typed}” has been imported yet. Give its PMID, DOI or PMCID, or import it first."
            )
        return found

    @staticmethod
    def shown(reference: Reference) -> str:
        reference = reference.heir
        if reference.pmid:
            return f"PMID:{reference.pmid}"
        return f"DOI:{reference.doi}" if reference.doi else str(reference.pmcid)
