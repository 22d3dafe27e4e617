"""Level and score of a draft: what each part of it contributes to its weight, and what could be gained.

The rule itself is ``catalogue.scoring``; here it is only asked, about content that may be unfinished.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from apps.catalogue import scoring
from apps.catalogue.scoring import Weight
from apps.vocabularies.choices import Attribution, Direction, Level, Quality, StopReason

from .content import Content
from .rules import ReferenceFact
from .rules.base import label

_IN_PATIENTS = {
    Attribution.SELECTIVE_TME_READOUT,
    Attribution.SELECTIVE,
    Attribution.MULTI_TARGET,
    Attribution.BIOMARKER_ONLY,
}
_CLASSES = {"clinical": "clinical", "D1": "causal in vivo", "D2": "causal in vitro", "E": "correlative"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor of the weight: its value, where it comes from, and how the weight could still rise by it."""

    name: str
    field: str
    value: float
    why: str
    gain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``points``: what the record gives to its combination as the best of its class, out of ``most``.

    ``rests`` says why it gives nothing, where it does.
    """

    level: str
    factors: tuple[Factor, ...]
    weight: float
    points: float
    most: float
    evidence_class: str
    counts_against: bool
    rests: str


def standing(content: Content, reference: ReferenceFact | None) -> Standing:
    """What the content would weigh if it were published as it is."""
    weight = _weight(content, reference)
    return Standing(
        level=label(Level, content.level),
        factors=tuple(_factors(content, reference, weight)),
        weight=weight.value,
        points=round(scoring.points_of(weight), 1),
        most=scoring.CAPS.get(weight.evidence_class, 0.0),
        evidence_class=_CLASSES.get(weight.evidence_class, ""),
        counts_against=content.direction in {Direction.CONTRADICTS, Direction.NO_EFFECT},
        rests=_rests(content, weight),
    )


def _weight(content: Content, reference: ReferenceFact | None) -> Weight:
    return scoring.weight_of(
        level=content.level,
        quality=set(content.quality),
        attribution=content.attribution,
        reference_type=reference.reference_type if reference else "",
        retraction_state=reference.retraction_state if reference else "",
        stage=content.stage,
        stop_reason=content.stop_reason,
    )


def _rests(content: Content, weight: Weight) -> str:
    if not weight.base:
        return "Without a level it adds nothing to a score."
    if not weight.publication:
        return "The reference was retracted, so it adds nothing to a score."
    if content.direction == Direction.INCONCLUSIVE:
        return "Inconclusive evidence is shown, and counts for neither side."
    if content.direction == Direction.NO_EFFECT and Quality.ADEQUATE_N not in content.quality:
        return "“No effect” counts only where the sample was adequate."
    return ""


def _factors(content: Content, reference: ReferenceFact | None, weight: Weight) -> Iterator[Factor]:
    def gained(**changes: object) -> str:
        """What the weight would rise by, as “+0.08”; nothing where it would not."""
        rise = _weight(replace(content, **changes), reference).value - weight.value  # type: ignore[arg-type]
        return f"+{rise:.2f}" if rise >= 0.005 else ""

    yield Factor(
        name="Level", field="level", value=weight.base, why=label(Level, content.level) or "No level is chosen yet."
    )
    missing = [kind for kind in Quality if kind not in content.quality]
    one_more = gained(quality=(*content.quality, *missing[:1]))
    yield Factor(
        name="Quality",
        field="quality",
        value=weight.quality,
        why=f"{len(Quality) - len(missing)} of {len(Quality)} confirmed.",
        gain=f"{one_more} for each further one that the paper lets you confirm" if one_more else "",
    )
    yield _attribution(content, weight, gained)
    is_preprint = reference is not None and reference.reference_type == "preprint"
    yield Factor(
        name="Publication",
        field="reference",
        value=weight.publication,
        why="A preprint counts half." if is_preprint else "Retracted." if not weight.publication else "In full.",
        gain="twice as much once the article that followed is cited" if is_preprint and weight.value else "",
    )
    if weight.stopped != 1:
        reason = label(StopReason, content.stop_reason).lower()
        yield Factor(
            name="Stopped", field="stop_reason", value=weight.stopped, why=f"Development was stopped for {reason}."
        )


def _attribution(content: Content, weight: Weight, gained: Callable[..., str]) -> Factor:
    is_clinical = weight.evidence_class == "clinical"
    kinds = [kind for kind in Attribution if (kind in _IN_PATIENTS) == is_clinical]
    best = max(kinds, key=lambda kind: scoring.ATTRIBUTION[kind])
    rise = gained(attribution=best.value)
    return Factor(
        name="Attribution",
        field="attribution",
        value=weight.attribution,
        why=label(Attribution, content.attribution) or "Not stated, which counts as the weakest.",
        gain=f"{rise} where it is “{best.label[:1].lower()}{best.label[1:]}”" if rise else "",
    )
