"""What a publication would do to the score of its target, and what it would contradict, without publishing it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import orjson
from django.db.models import Q

from apps.vocabularies.models import Target

from ..contradictions import Claim
from ..document import EntryDocument
from ..models import Entry, TargetCombination
from ..querysets import Side, compared, rivals_of
from ..scoring import Combination, Evidence, Place, combine, standing_of
from .columns import Document, columns_of, surroundings_of
from .combining import Key, Part, Touched, among, keys_of, place_of, records_of, rows_by_key, touched_by


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
    """What publishing ``document`` would do: to its target, and to the one that its entry leaves, if it leaves one.

    It costs the same however many entries the target has: it reads the combinations that are touched.
    """
    plain = orjson.loads(document.as_json())
    entry = Entry.objects.current().filter(accession=document.accession).first()
    here = _found_under(document.target.id)
    return _foreseen(entry, plain, Part(here, Evidence.of(plain)))


def foresee_end(entry: Entry) -> Foresight:
    """What taking an entry out of force would do to its target."""
    (found,) = _foreseen(entry, None, None)
    return found


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


def _symbol_of(target: str) -> str:
    """Of one that documents call otherwise, since another was merged into it."""
    return Target.objects.filter(curie=target).values_list("symbol", flat=True).first() or target


def _foreseen(entry: Entry | None, added: Document | None, after: Part | None) -> list[Foresight]:
    """What happens to the target of the added document, and to that of the entry as it stands, if it is another."""
    known = [orjson.loads(entry.document)] if entry else []
    known += [added] if added else []
    labels = {term["id"]: term["label"] for one in known for term in (*one["cell_types"], *one["cancers"])}
    symbols = {one["target"]["id"]: one["target"]["symbol"] for one in known}
    before = Part.of(entry)
    targets = dict.fromkeys(([after.target] if after else []) + ([entry.target] if entry else []))
    stored = _with_the_best(keys_of(before, after), targets)
    touched = touched_by(before, after, stored)
    accession = known[0]["accession"]
    return [
        _at_target(
            target,
            symbols.get(target) or _symbol_of(target),
            accession,
            labels,
            _of(target, touched),
            [row for key, row in stored.items() if key[0] == target and key not in touched],
        )
        for target in targets
    ]


def _with_the_best(keys: set[Key], targets: Iterable[str]) -> dict[Key, TargetCombination]:
    """The rows of these keys, and of each target the best one that has none of them."""
    wanted = among(keys)
    for target in targets:
        best = TargetCombination.objects.about(target).best_first()[: len(keys) + 1]
        wanted |= Q(pk__in=best.values("pk"))
    return rows_by_key(TargetCombination.objects.filter(wanted))


def _of(target: str, touched: Mapping[Key, Touched]) -> dict[Place, Touched]:
    return {key[1:]: one for key, one in touched.items() if key[0] == target}


def _at_target(  # noqa: PLR0917
    target: str,
    symbol: str,
    accession: str,
    labels: Mapping[str, str],
    touched: Mapping[Place, Touched],
    others: list[TargetCombination],
) -> Foresight:
    best = [combine(place_of(row), records_of(row).values()) for row in others]
    before = {place: combine(place, one.before.values()) for place, one in touched.items() if one.before}
    after = {place: combine(place, one.after.values()) for place, one in touched.items() if one.after}
    shifts = [_shift(place, before.get(place), after.get(place), accession, labels) for place in touched]
    return Foresight(
        target=target,
        symbol=symbol,
        before=_best([*best, *before.values()]),
        after=_best([*best, *after.values()]),
        shifts=tuple(sorted(shifts, key=_greatest_first)),
    )


def _best(found: Iterable[Combination]) -> Standing:
    return _standing(min(found, key=standing_of, default=None)) or Standing()


def _standing(found: Combination | None) -> Standing | None:
    return Standing(score=found.score, tier=found.tier, conflict=found.conflict) if found else None


def _shift(
    place: Place,
    before: Combination | None,
    after: Combination | None,
    accession: str,
    labels: Mapping[str, str],
) -> Shift:
    line = next((one for one in after.contributions if one.accession == accession), None) if after else None
    cell_type, cancer, intervention = place
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
