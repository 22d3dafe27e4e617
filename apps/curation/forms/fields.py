"""Form fields that read text as people write it: numbers, trial ids, and (from the vocabularies) names.

A field reads what it can. What it cannot read it says in words that help to mend it.
"""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.literature.models import Reference
from apps.vocabularies.forms.named import NamedField, PartlyRead, TargetField, TermField, curie_in, split_names, written

from .. import reading

__all__ = [
    "Accessions",
    "Codes",
    "DecimalAsWritten",
    "NamedField",
    "PValue",
    "PartlyRead",
    "ReferenceField",
    "TargetField",
    "TermField",
    "TrialIds",
    "WholeAsWritten",
    "curie_in",
    "split_names",
    "storable",
    "without_controls",
    "written",
]

_LOOSE_SEPARATORS = re.compile(r"[;,\s]+")
_TWO_READINGS = re.compile(r"([-+−]?[1-9]\d{0,2}),(\d{3})", re.ASCII)
_ZERO_COMMA = re.compile(r"^([-+−]?0),", re.ASCII)


def without_controls(text: str) -> str:
    """The text without characters that the database cannot hold, and with plain line ends."""
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def storable(number: Decimal) -> bool:
    """Whether a column holds the number unchanged: 14 digits before the point, 6 after it."""
    return not number or (number.adjusted() <= 13 and number == number.quantize(Decimal("0.000001")))


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
