"""What would change the tier of a target: the one record more that would, and the one that must not be lost. Pure.

A target stands where its best combination stands, so both are looked for there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from .scoring import (
    BASE,
    CAPS,
    CLASS_OF_LEVEL,
    CONTRADICTION,
    SUPPORT,
    Combination,
    Evidence,
    Place,
    combine,
    standing_of,
)

ADDED, LOST = "added", "lost"
#: Of more records than this, only those that count most are taken away on trial.
MOST_TRIED = 20
#: A record that could hardly be better made: what it gives is what its level can give.
_QUALITY = ("adequate_n", "controls", "effect_with_interval", "orthogonal_method", "replication")
_SYSTEMS = {"clinical": "patient", "D1": "syngeneic", "D2": "organoid", "E": "in_silico"}
#: From the least that a record can give to the most.
_LEVELS = tuple(sorted(BASE, key=lambda level: BASE[level] * CAPS[CLASS_OF_LEVEL[level]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tipping:
    """One record that would change the tier, and where the target would stand then.

    ``added`` is a record that does not exist: the least that suffices for this tier, of the best quality, in a
    cohort of its own. ``lost`` is one that does: were it retracted. An empty ``tier`` stands for no records.
    """

    how: str
    accession: str
    side: str
    level: str
    evidence_class: str
    score: float
    conflict: float
    tier: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one combination, read only where they are needed."""

    place: Place
    score: float
    records: Callable[[], list[Evidence]]


def tippings(groups: Sequence[Group]) -> list[Tipping]:
    """Every single record that would change the tier, those to add first. ``groups`` stand best first."""
    if not groups:
        return []
    records = groups[0].records()
    best = combine(groups[0].place, records)
    return [*_added(best, groups[0].place, records), *_lost(best, groups, records)]


def _added(best: Combination, place: Place, records: Sequence[Evidence]) -> Iterable[Tipping]:
    reached = {best.tier}
    for side in (SUPPORT, CONTRADICTION):
        for level in _LEVELS:
            after = combine(place, [*records, _imagined(records, level, side)])
            if after.tier not in reached:
                reached.add(after.tier)
                yield _tipping(ADDED, "", side, level, after)


def _lost(best: Combination, groups: Sequence[Group], records: Sequence[Evidence]) -> Iterable[Tipping]:
    levels = {record.accession: record.level for record in records}
    # Contributions stand by their points, the greatest first.
    for line in [line for line in best.contributions if line.points][:MOST_TRIED]:
        after = _best_without(line.accession, groups)
        if (after.tier if after else "") != best.tier:
            yield _tipping(LOST, line.accession, line.side, levels[line.accession], after)


def _best_without(accession: str, groups: Sequence[Group]) -> Combination | None:
    """The best combination were this record gone. None scores more without it, so the search ends early."""
    best: Combination | None = None
    for group in groups:
        if best and group.score < best.score:
            break
        if rest := [record for record in group.records() if record.accession != accession]:
            after = combine(group.place, rest)
            best = min(best, after, key=standing_of) if best else after
    return best


def _tipping(how: str, accession: str, side: str, level: str, after: Combination | None) -> Tipping:
    return Tipping(
        how=how,
        accession=accession,
        side=side,
        level=level,
        evidence_class=CLASS_OF_LEVEL[level],
        score=after.score if after else 0.0,
        conflict=after.conflict if after else 0.0,
        tier=after.tier if after else "",
    )


def _imagined(records: Sequence[Evidence], level: str, side: str) -> Evidence:
    """A record of this level that says so, published with the newest of these."""
    newest = max(record.seen_in for record in records)
    evidence_class = CLASS_OF_LEVEL[level]
    return replace(
        records[0],
        accession="",
        direction="supports" if side == SUPPORT else "contradicts",
        level=level,
        quality=_QUALITY,
        attribution="selective_tme_readout" if evidence_class == "clinical" else "cell_specific",
        reference_type="article",
        retraction_state="none",
        stage="",
        stop_reason="",
        system=_SYSTEMS[evidence_class],
        cohort="one more cohort",
        group="one more group",
        reference=0,
        year=newest,
        seen_in=newest,
    )
