"""How strong the published evidence is: pure, versioned, every contribution visible.

A record has a *weight* between 0 and 1. Weights are summed for each *combination* of target, cell
type, cancer and intervention; a target stands where its best combination stands. The method is
described for readers in ``docs/howto/score.md``; ``SCORING_VERSION`` rises when a result may change.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import orjson

SCORING_VERSION = 1

BASE = {"A": 1.0, "B": 0.6, "C": 0.35, "D1": 1.0, "D2": 1.0, "E": 1.0}
CLASS_OF_LEVEL = {"A": "clinical", "B": "clinical", "C": "clinical", "D1": "D1", "D2": "D2", "E": "E"}
CAPS = {"clinical": 60.0, "D1": 25.0, "D2": 10.0, "E": 5.0}
ATTRIBUTION = {
    "cell_specific": 1.0,
    "systemic_cell_readout": 0.8,
    "bulk": 0.5,
    "inferred": 0.3,
    "selective_tme_readout": 1.0,
    "selective": 0.8,
    "multi_target": 0.5,
    "biomarker_only": 0.3,
}
#: Attribution that nobody stated counts as the weakest.
UNSTATED_ATTRIBUTION = 0.3
STOPPED = {"futility": 0.5, "safety": 0.5}
#: The limit of 1 + 1/4 + 1/9 + …, as the domain text rounds it.
HARMONIC_LIMIT = 1.644
DISPUTED_FROM = 0.5
TIERS = ("disputed", "limited", "moderate", "strong", "established")

SUPPORT, CONTRADICTION = "support", "contradiction"
#: Cell type, cancer and intervention; an empty id stands for "not specified".
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the score reads of one published entry; ``group`` tells independent laboratories apart."""

    accession: str
    direction: str
    level: str
    quality: tuple[str, ...]
    attribution: str
    reference_type: str
    retraction_state: str
    stage: str
    stop_reason: str
    system: str
    cohort: str
    group: str
    reference: int
    year: int
    seen_in: int
    cell_types: tuple[str, ...]
    cancers: tuple[str, ...]
    intervention: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Evidence":
        """From a published document. Without a cohort key the reference is the cohort; the group is
        the senior (last) author, or the reference where no author is known."""
        study, evidence = document["study"], document["evidence"]
        reference = study["reference"]
        seen_in = int(document["published_at"][:4])
        authors = reference["authors"]
        return cls(
            accession=document["accession"],
            direction=evidence["direction"],
            level=evidence["level"],
            quality=tuple(sorted(set(evidence["quality"]))),
            attribution=evidence["attribution"],
            reference_type=reference["reference_type"],
            retraction_state=reference["retraction_state"],
            stage=study["stage"],
            stop_reason=study["stop_reason"],
            system=study["system"],
            cohort=study["cohort_key"].strip().lower() or f"reference {reference['id']}",
            group=authors[-1].strip().lower() if authors else f"reference {reference['id']}",
            reference=reference["id"],
            year=reference["year"] or seen_in,
            seen_in=seen_in,
            cell_types=tuple(sorted({term["id"] for term in document["cell_types"]})),
            cancers=tuple(sorted({term["id"] for term in document["cancers"]})),
            intervention=document["intervention"] or "none",
        )

    @property
    def side(self) -> str:
        """``support``, ``contradiction``, or nothing: "no effect" contradicts only if adequately powered."""
        if self.direction == "supports":
            return SUPPORT
        powered = self.direction == "no_effect" and "adequate_n" in self.quality
        return CONTRADICTION if self.direction == "contradicts" or powered else ""

    @property
    def places(self) -> list[Place]:
        """The combinations that the record counts in."""
        return [
            (cell_type, cancer, self.intervention)
            for cell_type in self.cell_types or ("",)
            for cancer in self.cancers or ("",)
        ]


_FIELDS = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """A record's weight and the factors it is the product of."""

    value: float
    evidence_class: str
    base: float
    quality: float
    attribution: float
    publication: float
    stopped: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one record gives to one combination; ``reason`` says why it gives nothing, where it does."""

    accession: str
    side: str
    level: str
    evidence_class: str
    cohort: str
    reference: int
    year: int
    weight: float
    factors: dict[str, float]
    rank: int | None
    points: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """One cell type × cancer × intervention of a target; an empty id stands for "not specified"."""

    cell_type: str
    cancer: str
    intervention: str
    score: float
    support: float
    contradiction: float
    conflict: float
    tier: str
    groups: int
    has_patient_record: bool
    years: int
    by_class: dict[str, dict[str, float]]
    contributions: tuple[Contribution, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def weigh(evidence: Evidence) -> Weight:
    return weight_of(
        level=evidence.level,
        quality=evidence.quality,
        attribution=evidence.attribution,
        reference_type=evidence.reference_type,
        retraction_state=evidence.retraction_state,
        stage=evidence.stage,
        stop_reason=evidence.stop_reason,
    )


def weight_of(
    *,
    level: str,
    quality: Collection[str],
    attribution: str,
    reference_type: str,
    retraction_state: str,
    stage: str,
    stop_reason: str,
) -> Weight:
    """Base × quality × attribution × publication (× ½ where stopped for futility or safety)."""
    base = BASE.get(level, 0.0)
    answered = 0.4 + 0.12 * min(len(quality), 5)
    attributed = ATTRIBUTION.get(attribution, UNSTATED_ATTRIBUTION)
    if retraction_state in {"retracted", "withdrawn"}:
        publication = 0.0
    else:
        publication = 0.5 if reference_type == "preprint" else 1.0
    stopped = STOPPED.get(stop_reason, 1.0) if stage == "stopped" else 1.0
    return Weight(
        value=round(base * answered * attributed * publication * stopped, 6),
        evidence_class=CLASS_OF_LEVEL.get(level, ""),
        base=base,
        quality=round(answered, 2),
        attribution=attributed,
        publication=publication,
        stopped=stopped,
    )


def points_of(weight: Weight, rank: int = 1) -> float:
    """What a record of this weight gives to its combination as the ``rank``-th of its class."""
    return CAPS.get(weight.evidence_class, 0.0) * weight.value / rank**2 / HARMONIC_LIMIT


def combinations(records: Iterable[Evidence]) -> list[Combination]:
    """Every combination of one target's records, best first; the order of the records does not matter."""
    cells: dict[Place, list[Evidence]] = {}
    for record in records:
        for place in record.places:
            cells.setdefault(place, []).append(record)
    found = [combine(key, records_of_key) for key, records_of_key in cells.items()]
    return sorted(found, key=standing_of)


def standing_of(one: Combination) -> tuple[float, float, str, str, str]:
    """What combinations are sorted by: a target stands where the first one stands."""
    return -one.score, one.contradiction, one.cell_type, one.cancer, one.intervention


def described(found: Combination, *, most: int | None = None) -> dict[str, Any]:
    """A combination as plain values, with at most so many of its contributions, and how many there are."""
    shown = replace(found, contributions=found.contributions[:most])
    return shown.as_dict() | {"contribution_count": len(found.contributions)}


def packed(records: Iterable[Evidence]) -> str:
    """Some records as compact JSON, by accession."""
    ordered = sorted(records, key=lambda record: record.accession)
    return orjson.dumps([[getattr(one, name) for name in _FIELDS] for one in ordered]).decode()


def unpacked(text: str) -> list[Evidence]:
    """The records that ``packed`` wrote."""
    return [Evidence(**dict(zip(_FIELDS, values, strict=True))) for values in orjson.loads(text)]


def tier(*, score: float, conflict: float, groups: int, has_patient_record: bool, years: int) -> str:
    """Each rung needs what the one below it needs; conflict overrules them all."""
    if conflict >= DISPUTED_FROM:
        return "disputed"
    if score < 15:
        return "limited"
    if score < 35 or groups < 2 or not has_patient_record:
        return "moderate"
    return "established" if score >= 50 and years >= 3 else "strong"


def combine(place: Place, records: Iterable[Evidence]) -> Combination:
    """What the records of one combination come to; their order does not matter."""
    ordered = sorted(records, key=lambda record: record.accession)
    weights = {record.accession: weigh(record) for record in ordered}
    support = _side(SUPPORT, ordered, weights)
    contradiction = _side(CONTRADICTION, ordered, weights)
    idle = [_idle(record, weights[record.accession], _why_idle(record)) for record in ordered if not record.side]
    supporting = {line.accession for line in support if line.points}
    counted = [record for record in ordered if record.accession in supporting]
    for_it, against_it = _total(support), _total(contradiction)
    larger = max(for_it, against_it)
    conflict = round(min(for_it, against_it) / larger, 4) if larger else 0.0
    groups = len({record.group for record in counted})
    has_patient_record = any(record.system == "patient" for record in counted)
    # Counted to the year in which the newest record was published here, so that the result depends
    # on the records alone and a rebuild on any day finds the same.
    years = max(record.seen_in for record in ordered) - min(record.year for record in counted) if counted else 0
    cell_type, cancer, intervention = place
    return Combination(
        cell_type=cell_type,
        cancer=cancer,
        intervention=intervention,
        score=for_it,
        support=for_it,
        contradiction=against_it,
        conflict=conflict,
        tier=tier(score=for_it, conflict=conflict, groups=groups, has_patient_record=has_patient_record, years=years),
        groups=groups,
        has_patient_record=has_patient_record,
        years=years,
        by_class={
            name: {SUPPORT: _class_total(support, name), CONTRADICTION: _class_total(contradiction, name)}
            for name in CAPS
        },
        contributions=tuple(sorted([*support, *contradiction, *idle], key=lambda line: (-line.points, line.accession))),
    )


def _side(side: str, records: list[Evidence], weights: dict[str, Weight]) -> list[Contribution]:
    """The best record of each cohort, ranked within its class; the others with the reason they rest."""
    lines: list[Contribution] = []
    best: dict[str, Evidence] = {}
    for record in (record for record in records if record.side == side):
        weight = weights[record.accession]
        if not weight.value:
            lines.append(_idle(record, weight, _why_weightless(weight)))
            continue
        rival = best.get(record.cohort)
        if rival is None or _potential(weight) > _potential(weights[rival.accession]):
            best[record.cohort] = record
    chosen = {record.accession for record in best.values()}
    idle = {line.accession for line in lines}
    for record in records:
        if record.side == side and record.accession not in chosen and record.accession not in idle:
            why = f"{best[record.cohort].accession} of the same cohort counts more"
            lines.append(_idle(record, weights[record.accession], why))
    for name in CAPS:
        of_class = [record for record in best.values() if weights[record.accession].evidence_class == name]
        of_class.sort(key=lambda record: (-weights[record.accession].value, record.accession))
        for rank, record in enumerate(of_class, start=1):
            weight = weights[record.accession]
            lines.append(_line(record, weight, rank=rank, points=points_of(weight, rank)))
    return lines


def _potential(weight: Weight) -> float:
    return weight.value * CAPS[weight.evidence_class]


def _class_total(lines: Iterable[Contribution], name: str) -> float:
    total = math.fsum(line.points for line in lines if line.evidence_class == name)
    return round(min(total, CAPS[name]), 4)


def _total(lines: list[Contribution]) -> float:
    return round(math.fsum(_class_total(lines, name) for name in CAPS), 4)


def _why_idle(record: Evidence) -> str:
    if record.direction == "no_effect":
        return "no effect, without an adequate sample size"
    return "inconclusive"


def _why_weightless(weight: Weight) -> str:
    if not weight.base:
        return "no level: it locates evidence and does not add to it"
    return "the reference was retracted"


def _idle(record: Evidence, weight: Weight, reason: str) -> Contribution:
    return _line(record, weight, rank=None, points=0.0, reason=reason)


def _line(record: Evidence, weight: Weight, *, rank: int | None, points: float, reason: str = "") -> Contribution:
    factors = asdict(weight)
    del factors["value"], factors["evidence_class"]
    return Contribution(
        accession=record.accession,
        side=record.side,
        level=record.level,
        evidence_class=weight.evidence_class,
        cohort=record.cohort,
        reference=record.reference,
        year=record.year,
        weight=weight.value,
        factors=factors,
        rank=rank,
        points=round(points, 4),
        reason=reason,
    )
