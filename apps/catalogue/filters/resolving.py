"""From what people type to what the rows hold: targets, terms, references."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models.functions import Lower

from apps.vocabularies.choices import TermStatus
from apps.vocabularies.models import Term

from ..models import PinnedQuery, PublishedTerm, Release, ReleasedEntry, TargetDossier

_DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)$", re.IGNORECASE)
_PMID = re.compile(r"^(?:pmid:\s*)?([1-9]\d{0,11})$", re.IGNORECASE)


def targets(values: list[str]) -> tuple[list[Any], list[str]]:
    """Stable ids of targets named by id or by symbol (in upper or lower case)."""
    ids = TargetDossier.objects.filter(target__in=[value for value in values if ":" in value])
    names: dict[str, list[str]] = {curie: [curie] for curie in ids.values_list("target", flat=True)}
    if folded := sorted({value.lower() for value in values if value not in names}):
        # A symbol is among its target's names, which have an index.
        rows = TargetDossier.objects.alias(folded=Lower("symbol")).filter(names__overlap=folded, folded__in=folded)
        for curie, symbol in rows.values_list("target", "symbol"):
            names.setdefault(symbol.lower(), []).append(curie)
    for curie, known in _heirs([value for value in values if ":" in value and value not in names]):
        # A release may hold entries about the target that was merged.
        names |= {value: [curie, value] for value in values if value.lower() in known}
    if rest := [value for value in values if ":" in value and value not in names]:
        released = ReleasedEntry.objects.filter(target__in=rest).values_list("target", flat=True).distinct()
        names |= {curie: [curie] for curie in released}
    resolved = [curie for value in values for curie in names.get(value, names.get(value.lower(), []))]
    return resolved, [value for value in values if value not in names and value.lower() not in names]


def _heirs(curies: list[str]) -> Iterable[tuple[str, list[str]]]:
    """The targets that those of these ids were merged into, each with all its names."""
    folded = [curie.lower() for curie in curies]
    return TargetDossier.objects.filter(names__overlap=folded).values_list("target", "names") if folded else ()


def terms_of(*vocabularies: str) -> Any:
    """A resolver for ids of terms in these vocabularies, whether or not an entry uses them.

    Who asks for an obsolete term asks for what stands in for it too.
    """

    def resolve(values: list[str]) -> tuple[list[Any], list[str]]:
        approved = Term.objects.filter(curie__in=values, vocabulary__in=vocabularies, status=TermStatus.APPROVED)
        known: dict[str, list[str]] = {
            curie: [curie, heir] if heir else [curie]
            for curie, heir in approved.values_list("curie", "replaced_by__curie")
        }
        if rest := [value for value in values if value not in known]:
            published = PublishedTerm.objects.filter(curie__in=rest, vocabulary__in=vocabularies)
            known |= {curie: [curie] for curie in published.values_list("curie", flat=True)}
        resolved = [curie for value in values for curie in known.get(value, ())]
        return resolved, [value for value in values if value not in known]

    return resolve


def references(values: list[str]) -> tuple[list[Any], list[str]]:
    """PMIDs as numbers, DOIs in lower case without a prefix; refuses what is neither."""
    resolved: list[Any] = []
    unknown = []
    for value in values:
        if match := _PMID.match(value):
            resolved.append(int(match[1]))
        elif match := _DOI.match(value):
            resolved.append(match[1].lower())
        else:
            unknown.append(value)
    return resolved, unknown


def release_number(name: str) -> int | None:
    """The number of a published release by its name."""
    if not name or "\x00" in name:
        return None
    return Release.objects.published().filter(name=name).values_list("number", flat=True).first()


def release(values: list[str]) -> tuple[list[Any], list[str]]:
    """The number of the one release that is named; of several, the others are refused."""
    number = release_number(values[0])
    return ([number], values[1:]) if number is not None else ([], values)


def pinned(key: str) -> PinnedQuery | None:
    """The query that was kept under this key."""
    return PinnedQuery.objects.filter(key=key).first() if re.fullmatch(r"[0-9a-f]{16}", key) else None


def pin(values: list[str]) -> tuple[list[Any], list[str]]:
    """The key of the one pinned query that is named; of several, the others are refused."""
    return (values[:1], values[1:]) if pinned(values[0]) else ([], values)
