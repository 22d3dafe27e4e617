"""What has to be filled in before a submission can be made; everything else is optional."""

from collections.abc import Iterator

from apps.vocabularies.choices import Component, Direction, EvidenceType, Level

from ..content import Content
from .base import Facts, Finding, error

RULE = "required"

ALWAYS = (
    "reference", "target", "compartment", "component", "cancers", "role", "intervention", "evidence_type", "direction",
    "system", "species", "summary",
)  # fmt: skip

#: Where no cell carries the target.
WITHOUT_CELLS = {Component.ACELLULAR, Component.EXTRACELLULAR_MATRIX}

#: Only these say where something is rather than what it does.
WITHOUT_OUTCOME = {EvidenceType.LOCALISATION}

#: These are about a treatment, so the treatment's development stage belongs to them.
ABOUT_TREATMENT = {EvidenceType.THERAPEUTIC, EvidenceType.PREDICTIVE, EvidenceType.SAFETY}

#: Publications with no results of their own: they may locate evidence but never carry a level.
WITHOUT_LEVEL = {"review"}

ASK = {
    "reference": ("The reference is missing.", "Choose the publication that reports the evidence."),
    "target": ("The target is missing.", "Choose what the therapy acts on, by symbol, name or id."),
    "compartment": ("The compartment is missing.", "Choose where in the tumour this was seen."),
    "component": ("The component is missing.", "Choose the part of the microenvironment that the target belongs to."),
    "cell_types": ("No cell type or cell state is named.", "Name at least one, or choose the component “Acellular”."),
    "cancers": ("The cancer is missing.", "Name at least one; “cancer” itself will do for several at once."),
    "role": ("The role of the target is missing.", "Choose one; “Unknown” is an answer too."),
    "intervention": ("The intervention is missing.", "Choose what was done to the target; “None” is an answer too."),
    "evidence_type": ("The evidence type is missing.", "Choose what kind of claim this is."),
    "direction": ("The direction is missing.", "Say whether the evidence supports or contradicts the claim."),
    "system": ("The experimental system is missing.", "Choose the system in which this was seen."),
    "species": ("The species is missing.", "Name the species that the measurements were made in."),
    "summary": ("The curator assessment is missing.", "Say in a sentence or two, in your own words, what was shown."),
    "outcome": ("The outcome is missing.", "Choose what was measured."),
    "change": ("The change of the outcome is missing.", "Say whether it increased, decreased or stayed the same."),
    "stage": ("The development stage is missing.", "Choose how far the treatment had come in this study."),
    "level": ("The level is missing.", f"Choose {Level.A} to {Level.E} by what kind of study it is."),
}


def required_fields(content: Content, reference_type: str = "") -> tuple[str, ...]:
    """The fields that this content has to have; ``cell_types`` stands for cell types or cell states."""
    fields = list(ALWAYS)
    if content.component not in WITHOUT_CELLS:
        fields.append("cell_types")
    if content.evidence_type not in WITHOUT_OUTCOME:
        fields.append("outcome")
        if content.direction != Direction.INCONCLUSIVE:
            fields.append("change")
    if content.evidence_type in ABOUT_TREATMENT or content.therapies:
        fields.append("stage")
    if reference_type not in WITHOUT_LEVEL:
        fields.append("level")
    return tuple(fields)


def missing_fields(content: Content, reference_type: str = "") -> tuple[str, ...]:
    """Those of the required fields that are still empty."""
    return tuple(name for name in required_fields(content, reference_type) if _is_empty(content, name))


def _is_empty(content: Content, name: str) -> bool:
    if name == "cell_types":
        return not (content.cell_types or content.cell_states)
    value = getattr(content, name)
    return not value.strip() if isinstance(value, str) else value in (None, ())


def check(content: Content, facts: Facts) -> Iterator[Finding]:
    for name in missing_fields(content, facts.reference.reference_type if facts.reference else ""):
        yield error(RULE, name, *ASK[name])
