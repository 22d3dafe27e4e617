"""Which published entries speak against each other, and what differs between them. Pure.

Two entries contradict each other when they are about the same target, intervention and outcome, in
cells and cancers that overlap, and one speaks for what the other speaks against, or saw the opposite
change. Who speaks for and against is the score's rule (``scoring.Evidence.side``): “no effect”, and a
change that did not come, count only with an adequate sample size, and a retracted publication not at all.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from .scoring import CONTRADICTION, SUPPORT, Evidence, weigh

AGAINST, INCREASED, DECREASED, UNCHANGED, FOR = "against", "increased", "decreased", "unchanged", "for"
#: Some terms, and they with everything above them.
_Terms = tuple[frozenset[str], frozenset[str]]
_RETRACTED = frozenset({"retracted", "withdrawn"})
_OPPOSITE = frozenset({(INCREASED, DECREASED), (INCREASED, UNCHANGED), (DECREASED, UNCHANGED)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an entry says, as far as another can contradict it.

    ``stance`` is ``against``, the change that it saw (of one that supports), ``for`` where it names none,
    or empty where it counts neither way. The ``*_within`` hold the terms and everything above them.
    """

    accession: str
    target: str
    intervention: str
    outcome: str
    stance: str
    weight: float
    cell_types: frozenset[str]
    cell_types_within: frozenset[str]
    cancers: frozenset[str]
    cancers_within: frozenset[str]

    #: The columns of an entry that ``of_columns`` takes.
    COLUMNS: ClassVar = (
        "accession", "target", "intervention", "outcome", "stance", "weight",
        "cell_types", "cell_types_within", "cancers", "cancers_within",
    )  # fmt: skip

    @classmethod
    def of_columns(cls, *values: Any) -> "Claim":
        """From the columns of a published entry."""
        accession, target, intervention, outcome, stance, weight, *terms = values
        cells, cells_within, cancers, cancers_within = map(frozenset, terms)
        return cls(
            accession=accession,
            target=target,
            intervention=intervention or "none",
            outcome=outcome,
            stance=stance,
            weight=weight,
            cell_types=cells,
            cell_types_within=cells | cells_within,
            cancers=cancers,
            cancers_within=cancers | cancers_within,
        )

    @classmethod
    def of(
        cls,
        document: Mapping[str, Any],
        *,
        target: str = "",
        cell_types_within: Collection[str] = (),
        cancers_within: Collection[str] = (),
    ) -> "Claim":
        """From a published document; ``target`` where it is known by another id than the document's."""
        evidence = Evidence.of(document)
        cell_types, cancers = frozenset(evidence.cell_types), frozenset(evidence.cancers)
        return cls(
            accession=evidence.accession,
            target=target or document["target"]["id"],
            intervention=evidence.intervention,
            outcome=document["outcome"]["type"],
            stance=_stance(evidence, document["outcome"]["change"]),
            weight=weigh(evidence).value,
            cell_types=cell_types,
            cell_types_within=cell_types.union(cell_types_within),
            cancers=cancers,
            cancers_within=cancers.union(cancers_within),
        )

    @property
    def rank(self) -> tuple[float, str]:
        """The weightiest first."""
        return -self.weight, self.accession

    @property
    def topic(self) -> tuple[str, str, str]:
        return self.target, self.intervention, self.outcome


def _stance(evidence: Evidence, change: str) -> str:
    if evidence.retraction_state in _RETRACTED:
        return ""
    if evidence.side == CONTRADICTION:
        return AGAINST
    if evidence.side != SUPPORT:
        return ""
    if change == UNCHANGED and "adequate_n" not in evidence.quality:
        return ""
    return change if change in {INCREASED, DECREASED, UNCHANGED} else FOR


def contradict(one: Claim, other: Claim) -> bool:
    """Whether two claims contradict each other, whichever comes first."""
    return one.topic == other.topic and _opposed(one.stance, other.stance) and _overlap(one, other)


def _opposed(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return (one == AGAINST) != (other == AGAINST) or (one, other) in _OPPOSITE or (other, one) in _OPPOSITE


def opposed_to(stance: str) -> frozenset[str]:
    """The stances that speak against one."""
    return frozenset(other for other in (AGAINST, INCREASED, DECREASED, UNCHANGED, FOR) if _opposed(stance, other))


def _overlap(one: Claim, other: Claim) -> bool:
    """In cells and in cancers: the same, or one below the other; what is not specified overlaps with all."""
    return _meet(one.cell_types, one.cell_types_within, other.cell_types, other.cell_types_within) and _meet(
        one.cancers, one.cancers_within, other.cancers, other.cancers_within
    )


def _meet(one: frozenset[str], one_within: frozenset[str], other: frozenset[str], other_within: frozenset[str]) -> bool:
    return not one or not other or not one.isdisjoint(other_within) or not other.isdisjoint(one_within)


@dataclass(frozen=True, slots=True)
class Opposition:
    """A claim and the ``count`` claims that it speaks against: the first of ``ranked``, the weightiest first.

    What supports is spoken against by what contradicts; of two that support and saw opposite changes,
    the weightier by the other.
    """

    claim: Claim
    ranked: Sequence[Claim]
    count: int

    @property
    def spoken_against(self) -> Sequence[Claim]:
        return self.ranked[: self.count]


def oppositions(claims: Iterable[Claim], *, about: str = "") -> list[Opposition]:
    """Every claim that speaks against others, the weightiest first; with ``about``, only what involves that entry.

    Only what overlaps is ever compared: it is found by the cells and the cancers that are named at all.
    """
    groups: dict[tuple[Any, ...], dict[str, list[Claim]]] = {}
    for claim in claims:
        if claim.stance:
            key = (claim.topic, (claim.cell_types, claim.cell_types_within), (claim.cancers, claim.cancers_within))
            groups.setdefault(key, {}).setdefault(claim.stance, []).append(claim)
    cells, cancers = _meeting({key[1] for key in groups}), _meeting({key[2] for key in groups})
    found = []
    for (topic, cell, cancer), by_stance in groups.items():
        places = [(topic, *place) for place in product(cells[cell], cancers[cancer])]
        near = [groups[place] for place in places if place in groups]
        for stance, members in by_stance.items():
            rivals = [
                rival
                for others in near
                for other, those in others.items()
                if other != AGAINST and _opposed(stance, other)
                for rival in those
            ]
            rivals.sort(key=_rank)
            for claim in members:
                ranked, count = rivals, len(rivals)
                if stance != AGAINST:
                    count = bisect_left(rivals, claim.rank, key=_rank)
                if about and claim.accession != about:
                    ranked = [one for one in rivals[:count] if one.accession == about]
                    count = len(ranked)
                if count:
                    found.append(Opposition(claim, ranked, count))
    return sorted(found, key=lambda one: one.claim.rank)


def _meeting(sides: Collection[_Terms]) -> dict[_Terms, list[_Terms]]:
    """Of every set of terms that is named, with which of them it overlaps."""
    return {one: [other for other in sides if _meet(*one, *other)] for one in sides}


def _rank(claim: Claim) -> tuple[float, str]:
    return claim.rank


# --- what differs ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """One respect in which two entries differ: codes, labels of terms or numbers; empty where nothing is stated."""

    field: str
    one: tuple[str, ...]
    other: tuple[str, ...]


#: Respect → where its value stands in a published document, in the order in which readers ask.
RESPECTS: dict[str, tuple[str, ...]] = {
    "species": ("study", "species"),
    "system": ("study", "system"),
    "immune_competence": ("study", "immune_competence"),
    "stage": ("study", "stage"),
    "level": ("evidence", "level"),
    "cell_types": ("cell_types",),
    "cell_states": ("cell_states",),
    "cancers": ("cancers",),
    "cancer_stage": ("cancer_stage",),
    "disease_setting": ("disease_setting",),
    "compartment": ("compartment",),
    "therapies": ("therapies",),
    "therapy_relation": ("therapy_relation",),
    "line_of_therapy": ("line_of_therapy",),
    "comparator": ("comparator",),
    "cohort": ("study", "cohort_key"),
    "trials": ("study", "nct_ids"),
    "sample_size": ("outcome", "sample_size"),
    "attribution": ("evidence", "attribution"),
    "change": ("outcome", "change"),
}


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Difference, ...]:
    """In what two published documents differ, of all that may explain why they disagree."""
    found = []
    for field, path in RESPECTS.items():
        mine, theirs = _values(one, path), _values(other, path)
        if {value.casefold() for value in mine} != {value.casefold() for value in theirs}:
            found.append(Difference(field, mine, theirs))
    return tuple(found)


def _values(document: Mapping[str, Any], path: tuple[str, ...]) -> tuple[str, ...]:
    value: Any = document
    for name in path:
        value = value[name]
    several = value if isinstance(value, (list, tuple)) else [value]
    texts = (one["label"] if isinstance(one, Mapping) else str(one).strip() for one in several if one is not None)
    return tuple(text for text in texts if text)
