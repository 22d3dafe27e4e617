"""What a publication would do to the score of its target, and what it would contradict, without publishing it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from apps.vocabularies.models import Target

from ..contradictions import Claim
from ..document import EntryDocument
from ..models import Entry
from ..querysets import Side, compared, rivals_of
from ..scoring import Combination, Evidence, combinations
from .columns import columns_of, surroundings_of
from .dossiers import documents_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a target, or one combination of it, stands; score and conflict as in ``scoring``."""

    score: float = 0.0
    tier: str = ""
    conflict: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One combination before and after, and what the foreseen version gives to it.

    ``before`` or ``after`` is None where nothing is published of the combination. ``reason`` says why it
    gives no points, where it gives none.
    """

    cell_type: str
    cancer: str
    intervention: str
    before: Standing | None
    after: Standing | None
    side: str = ""
    points: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """A target before and after, and the combinations that the publication would touch, the greatest first."""

    target: str
    symbol: str
    before: Standing
    after: Standing
    shifts: tuple[Shift, ...]

    @property
    def changes_tier(self) -> bool:
        return self.before.tier != self.after.tier


def foresee(document: EntryDocument) -> list[Foresight]:
    """What publishing ``document`` would do: to its target, and to the one that its entry leaves, if it leaves one."""
    plain = orjson.loads(document.as_json())
    here = plain["target"]["id"]
    left = {one.target for one in Entry.objects.current().filter(accession=document.accession)} - {here}
    return [_foreseen(here, plain, plain), *(_foreseen(target, plain, None) for target in sorted(left))]


def foresee_end(entry: Entry) -> Foresight:
    """What taking an entry out of force would do to its target."""
    return _foreseen(entry.target, orjson.loads(entry.document), None)


def rivals(document: EntryDocument) -> list[Side]:
    """The entries in force that ``document`` would contradict, the weightiest first, each with what differs.

    Of a new version of an entry, also the one in force where it says the opposite.
    """
    plain = orjson.loads(document.as_json())
    claim = Claim.of(plain | {"accession": ""}, target=_found_under(document.target.id))
    if not Entry.objects.on_topic_of(claim).exists():
        return []  # as most often, and it spares reading what lies above each term
    columns = columns_of(plain, surroundings_of([plain]))
    claim = replace(
        claim,
        cell_types_within=claim.cell_types.union(columns["cell_types_within"]),
        cancers_within=claim.cancers.union(columns["cancers_within"]),
    )
    return [compared(side, plain) for side in rivals_of(Entry.objects.all(), claim)]


def _found_under(target: str) -> str:
    """The id by which the entries about a target are found: its own, or that of the one it was merged into."""
    merged = Target.objects.filter(curie=target, merged_into__isnull=False)
    return merged.values_list("merged_into__curie", flat=True).first() or target


def _foreseen(target: str, document: Mapping[str, Any], added: Mapping[str, Any] | None) -> Foresight:
    accession = document["accession"]
    now = documents_of(target)
    then = [one for one in now if one["accession"] != accession]
    if added:
        then.append(dict(added))
    labels = {term["id"]: term["label"] for one in (*now, *then) for term in (*one["cell_types"], *one["cancers"])}
    before, after = _combined(now), _combined(then)
    shifts = [
        _shift(key, before.get(key), after.get(key), accession, labels)
        for key in {**before, **after}
        if any(accession in _accessions(found.get(key)) for found in (before, after))
    ]
    symbol = next((one["target"]["symbol"] for one in (*then, *now)), target)
    return Foresight(
        target=target,
        symbol=symbol,
        before=_best(before),
        after=_best(after),
        shifts=tuple(sorted(shifts, key=_greatest_first)),
    )


def _combined(documents: list[Any]) -> dict[tuple[str, str, str], Combination]:
    found = combinations(Evidence.of(one) for one in documents)
    return {(one.cell_type, one.cancer, one.intervention): one for one in found}


def _best(found: Mapping[Any, Combination]) -> Standing:
    return _standing(next(iter(found.values()), None)) or Standing()


def _standing(found: Combination | None) -> Standing | None:
    return Standing(score=found.score, tier=found.tier, conflict=found.conflict) if found else None


def _accessions(found: Combination | None) -> set[str]:
    return {line.accession for line in found.contributions} if found else set()


def _shift(
    key: tuple[str, str, str],
    before: Combination | None,
    after: Combination | None,
    accession: str,
    labels: Mapping[str, str],
) -> Shift:
    line = next((one for one in after.contributions if one.accession == accession), None) if after else None
    cell_type, cancer, intervention = key
    return Shift(
        cell_type=labels.get(cell_type, ""),
        cancer=labels.get(cancer, ""),
        intervention=intervention,
        before=_standing(before),
        after=_standing(after),
        side=line.side if line else "",
        points=line.points if line else 0.0,
        reason=line.reason if line else "",
    )


def _greatest_first(shift: Shift) -> tuple[float, str, str]:
    before, after = (one.score if one else 0.0 for one in (shift.before, shift.after))
    return -abs(after - before), shift.cell_type, shift.cancer
