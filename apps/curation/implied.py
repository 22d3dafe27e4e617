"""What follows from what a curator chose, offered and never filled in: component, species, stage, level."""

from collections.abc import Iterator
from dataclasses import replace

from apps.vocabularies.choices import (
    Component,
    EvidenceType,
    Intervention,
    Level,
    Stage,
    System,
    Vocabulary,
)

from .content import Content
from .prefill import Suggestion
from .rules import HUMAN, Facts
from .rules.coherence import FROM_PATIENTS, LATE_STAGES, MICE
from .rules.required import ABOUT_TREATMENT, WITHOUT_LEVEL

_MOUSE = "NCBITaxon:10090"
_IN_VIVO = MICE | {System.PDX, System.HUMANISED_MOUSE}
_IN_VITRO = {System.ORGANOID, System.CO_CULTURE}
#: Words in the name of a cell, the more special first.
_COMPONENTS = (
    ("lymphatic endothelial", Component.LYMPHATIC_VESSELS),
    ("endothelial", Component.BLOOD_VESSELS),
    ("pericyte", Component.BLOOD_VESSELS),
    ("fibroblast", Component.FIBROBLASTS),
    ("stellate cell", Component.FIBROBLASTS),
    ("adipocyte", Component.ADIPOSE),
    ("schwann", Component.NERVE),
    ("neuron", Component.NERVE),
    ("malignant", Component.MALIGNANT_CELLS),
    ("neoplastic", Component.MALIGNANT_CELLS),
    *(
        (word, Component.IMMUNE_CELLS)
        for word in (
            "macrophage", "monocyte", "neutrophil", "t cell", "b cell", "lymphocyte", "leukocyte", "natural killer",
            "dendritic", "myeloid", "mast cell", "plasma cell", "eosinophil", "microglia",
        )
    ),
)  # fmt: skip


def implied(content: Content, facts: Facts) -> list[Suggestion]:
    """The values that follow, for each field that is empty or holds just that value."""
    found = list(_implied(content, facts))
    return [one for one in found if getattr(content, one.field) in {"", one.value}]


def _implied(content: Content, facts: Facts) -> Iterator[Suggestion]:
    components = {component for component in map(_component, _cells(content, facts)) if component}
    if len(components) == 1:
        [component] = components
        yield _offer("component", component, component.label, "The cells that you named belong to it.")
    if content.system in FROM_PATIENTS:
        yield _offer(Vocabulary.SPECIES, HUMAN, "Homo sapiens", "The system is of patients.")
    elif content.system in _IN_VIVO:
        yield _offer(Vocabulary.SPECIES, _MOUSE, "Mus musculus", "The host is a mouse, as a rule.")
    about_treatment = content.evidence_type in ABOUT_TREATMENT or bool(content.therapies)
    if content.system and content.system != System.PATIENT and about_treatment:
        yield _offer("stage", Stage.PRECLINICAL, Stage.PRECLINICAL.label, "The study was not made in patients.")
        content = replace(content, stage=content.stage or Stage.PRECLINICAL)
    if level := _level(content, facts):
        yield _offer("level", level, level.label, "By system, stage and what was done.")


def _offer(kind: str, value: str, label: str, why: str) -> Suggestion:
    return Suggestion(kind=str(kind), value=str(value), label=label, count=0, in_title=False, sentence=why, marks=())


def _cells(content: Content, facts: Facts) -> Iterator[str]:
    for curie in (*content.cell_types, *content.cell_states):
        if curie in facts.terms:
            yield facts.terms[curie].label


def _component(cell: str) -> Component | None:
    return next((component for word, component in _COMPONENTS if word in cell.lower()), None)


def _level(content: Content, facts: Facts) -> Level | None:
    kind = facts.reference.reference_type if facts.reference else ""
    methods = [facts.terms[curie] for curie in content.methods if curie in facts.terms]
    if kind in WITHOUT_LEVEL or not content.system:
        return None
    if content.system == System.PATIENT:
        return _clinical_level(content, kind)
    only_seen = content.intervention == Intervention.NONE or (methods and all(one.correlative for one in methods))
    if only_seen or content.system == System.IN_SILICO:
        return Level.E
    if not content.intervention:
        return None
    if content.system in _IN_VIVO | {System.EX_VIVO_PATIENT_TISSUE}:
        return Level.D1
    return Level.D2 if content.system in _IN_VITRO else None


def _clinical_level(content: Content, kind: str) -> Level | None:
    if kind == "meta_analysis" or content.stage in LATE_STAGES:
        return Level.A
    if content.stage and content.stage != Stage.PRECLINICAL:
        return Level.B
    return Level.C if content.evidence_type == EvidenceType.PROGNOSTIC else None
