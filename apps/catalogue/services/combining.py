"""The combinations of every target, each with its records: a change computes only those that it touches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from ..document import as_it_stands, to_json
from ..models import Entry, TargetCombination
from ..scoring import Evidence, Place, combine, described, packed, unpacked

#: So many contributions of a combination stand in a dossier, those with the most points; the others are counted.
MOST_CONTRIBUTIONS = 20
_KEY = ("target", "cell_type", "cancer", "intervention")
_COMPUTED = ("score", "contradiction", "records", "document")

Records = dict[str, Evidence]
#: Target and place.
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """What an entry in force gives to the score of the target that it is found under."""

    target: str
    evidence: Evidence

    @classmethod
    def of(cls, entry: Entry | None) -> "Part | None":
        if entry is None or entry.status != Entry.Status.CURRENT:
            return None
        return cls(entry.target, Evidence.of(as_it_stands(entry.document, entry.retraction_state)))


@dataclass(frozen=True, slots=True)
class Touched:
    """A combination that a change touches: its row, and the records that count in it before and after."""

    row: TargetCombination | None
    before: Records
    after: Records


def keys_of(before: Part | None, after: Part | None) -> set[Key]:
    """The combinations that one entry touches on its way from ``before`` to ``after``."""
    return {(part.target, *place) for part in (before, after) if part for place in part.evidence.places}


def touched_by(
    before: Part | None, after: Part | None, stored: Mapping[Key, TargetCombination] | None = None
) -> dict[Key, Touched]:
    """The same with their records, in the order of the keys; ``stored`` are their rows, where they are known."""
    parts = [part for part in (before, after) if part]
    wanted = keys_of(before, after)
    gains = {(after.target, *place) for place in after.evidence.places} if after else set()
    accessions = {part.evidence.accession for part in parts}
    if stored is None:
        stored = rows_by_key(TargetCombination.objects.filter(among(wanted)))
    found = {}
    for key in sorted(wanted):
        row = stored.get(key)
        records = records_of(row) if row else {}
        kept = {accession: one for accession, one in records.items() if accession not in accessions}
        gained = {after.evidence.accession: after.evidence} if after and key in gains else {}
        found[key] = Touched(row, records, kept | gained)
    return found


def recombine(before: Part | None, after: Part | None) -> None:
    """Bring the combinations of one entry from ``before`` to ``after``."""
    if before == after:
        return
    touched = touched_by(before, after)
    gone = [one.row.pk for one in touched.values() if one.row and not one.after]
    if gone:
        TargetCombination.objects.filter(pk__in=gone).delete()
    write_combinations(
        [
            TargetCombination(**columns_of_combination(key[0], key[1:], one.after))
            for key, one in touched.items()
            if one.after
        ]
    )


def settle_combinations(target: str, documents: Iterable[Mapping[str, Any]]) -> bool:
    """Compute all combinations of a target anew from its documents in force; whether any differed."""
    expected = combinations_of(target, documents)
    stored = rows_by_key(TargetCombination.objects.about(target))
    gone = [row.pk for key, row in stored.items() if key not in expected]
    changed = [
        columns
        for key, columns in expected.items()
        if key not in stored or any(getattr(stored[key], name) != columns[name] for name in _COMPUTED)
    ]
    TargetCombination.objects.filter(pk__in=gone).delete()
    write_combinations([TargetCombination(**columns) for columns in changed])
    return bool(gone or changed)


def combinations_of(target: str, documents: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], dict[str, Any]]:
    """The columns of all combinations of one target, by key."""
    by_place: dict[Place, Records] = {}
    for document in documents:
        evidence = Evidence.of(document)
        for place in evidence.places:
            by_place.setdefault(place, {})[evidence.accession] = evidence
    return {(target, *place): columns_of_combination(target, place, records) for place, records in by_place.items()}


def columns_of_combination(target: str, place: Place, records: Records) -> dict[str, Any]:
    found = combine(place, records.values())
    return dict(zip(_KEY, (target, *place), strict=True)) | {
        "score": found.score,
        "contradiction": found.contradiction,
        "records": packed(records.values()),
        "document": to_json(described(found, most=MOST_CONTRIBUTIONS)),
    }


def records_of(row: TargetCombination) -> Records:
    """The evidence of every entry that counts in a combination, by accession."""
    return {one.accession: one for one in unpacked(row.records)}


def place_of(row: TargetCombination) -> Place:
    return row.cell_type, row.cancer, row.intervention


def write_combinations(rows: list[TargetCombination]) -> None:
    TargetCombination.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=list(_KEY), update_fields=list(_COMPUTED)
    )


def among(keys: Iterable[Key]) -> Q:
    """Finds the rows with these keys, and some more."""
    parts = {name: {key[place] for key in keys} for place, name in enumerate(_KEY)}
    return Q(**{f"{name}__in": values for name, values in parts.items()})


def rows_by_key(rows: Iterable[TargetCombination]) -> dict[Key, TargetCombination]:
    return {(row.target, *place_of(row)): row for row in rows}
