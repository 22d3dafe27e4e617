"""The claim of a record as one readable sentence. Pure; never fails, also on an unfinished draft.

“Inhibiting CSF1R with pexidartinib in tumour-associated macrophages of the tumour stroma decreased
tumour growth in pancreatic ductal adenocarcinoma (syngeneic mouse model).”

The sentence says what was seen, not what it means: a correlative record is “associated with”, and
the direction shows only where there is nothing to see (inconclusive).
"""

from collections.abc import Mapping, Sequence

from apps.vocabularies.choices import (
    Change,
    Compartment,
    Component,
    Direction,
    EvidenceType,
    Intervention,
    Level,
    Outcome,
    Stage,
    System,
    TherapyRelation,
)

from .content import Content

_DOING = {
    Intervention.INHIBIT: "Inhibiting {}",
    Intervention.ACTIVATE: "Activating {}",
    Intervention.DEPLETE: "Depleting {}",
    Intervention.REPROGRAMME: "Reprogramming through {}",
    Intervention.BLOCK_RECRUITMENT: "Blocking recruitment through {}",
    Intervention.NORMALISE: "Normalisation through {}",
    Intervention.DEGRADE: "Degrading {}",
    Intervention.DELIVER: "Delivering {}",
}

#: After "in", and after "of" where cells are named before it.
_PLACE = {
    Compartment.TUMOUR_CORE: "the tumour core",
    Compartment.INVASIVE_MARGIN: "the invasive margin",
    Compartment.STROMA: "the tumour stroma",
    Compartment.VASCULATURE: "the tumour vasculature",
    Compartment.TERTIARY_LYMPHOID_STRUCTURE: "tertiary lymphoid structures",
    Compartment.DRAINING_LYMPH_NODE: "tumour-draining lymph nodes",
    Compartment.METASTATIC_NICHE: "the metastatic niche",
    Compartment.EFFUSION: "malignant effusions",
    Compartment.CIRCULATION: "the circulation",
}

#: Each outcome after a verb ("increased …") and after an adjective ("an increased …", "increased …").
_MEASURED = {
    Outcome.OVERALL_SURVIVAL: ("overall survival", False),
    Outcome.PROGRESSION_FREE_SURVIVAL: ("progression-free survival", False),
    Outcome.RESPONSE_RATE: ("response rate", True),
    Outcome.TUMOUR_GROWTH: ("tumour growth", False),
    Outcome.METASTASIS: ("metastasis", False),
    Outcome.IMMUNE_INFILTRATION: ("immune infiltration", False),
    Outcome.CELL_FUNCTION: ("cell function", False),
    Outcome.PERFUSION_PERMEABILITY: ("perfusion or permeability", False),
    Outcome.MATRIX_REMODELLING: ("matrix remodelling", False),
    Outcome.THERAPY_RESISTANCE: ("therapy resistance", False),
    Outcome.TOXICITY: ("toxicity", False),
    Outcome.TARGET_EXPRESSION: ("target expression", False),
}

_SYSTEM = {
    System.PATIENT: "patients",
    System.EX_VIVO_PATIENT_TISSUE: "ex vivo patient tissue",
    System.PDX: "patient-derived xenograft",
    System.HUMANISED_MOUSE: "humanised mouse",
    System.SYNGENEIC: "syngeneic {}model",
    System.GEMM: "genetically engineered {}model",
    System.ORGANOID: "{}organoid",
    System.CO_CULTURE: "{}co-culture",
    System.MONOCULTURE: "{}monoculture",
    System.IN_SILICO: "in silico",
}
_SPECIES = {"Homo sapiens": "human", "Mus musculus": "mouse", "Rattus norvegicus": "rat"}

_CHANGES = frozenset(Change)
_OBSERVED_ONLY = {EvidenceType.PROGNOSTIC, EvidenceType.LOCALISATION, EvidenceType.PREDICTIVE}
_CAUSAL_LEVELS = {Level.A, Level.B, Level.D1, Level.D2}


def sentence(content: Content, labels: Mapping[str, str]) -> str:
    """The claim in words; ``labels`` has the word for each id (a target's symbol, a term's label)."""
    where = _where(content, labels)
    kind = content.evidence_type
    doing = None if kind in _OBSERVED_ONLY else _DOING.get(content.intervention)  # type: ignore[call-overload]
    target = labels.get(content.target, content.target) or "the target"
    if not (content.target or where or doing or content.outcome):
        return ""
    if kind == EvidenceType.LOCALISATION and not content.outcome:
        said = _located(content, target, where)
    elif doing is None and content.outcome == Outcome.TARGET_EXPRESSION:
        said = f"{target} expression{where}{_was(content)}{_therapies(content, labels, 'under')}"
    elif doing is not None:
        said = f"{doing.format(target)}{_therapies(content, labels, 'with')}{where}{_did(content)}"
    else:
        said = f"{target}{where}{_went_with(content)}{_therapies(content, labels, _under(content))}"
    return f"{_capital(said)}{_cancers(content, labels)}{_setting(content, labels)}."


def _under(content: Content) -> str:
    return "to" if content.outcome == Outcome.RESPONSE_RATE else "under"


def _located(content: Content, target: str, where: str) -> str:
    if content.direction == Direction.INCONCLUSIVE:
        return f"{target} was looked for{where} with an inconclusive result"
    verb = "was not found" if content.direction in {Direction.CONTRADICTS, Direction.NO_EFFECT} else "was found"
    return f"{target} {verb}{where}"


def _did(content: Content) -> str:
    """What an intervention did to the outcome."""
    if content.direction == Direction.INCONCLUSIVE:
        return f" had an inconclusive effect on {_outcome(content)}"
    if content.change not in _CHANGES:
        return _unfinished(content)
    if content.level == Level.E:
        return f" was {_associated(content)}"
    if content.change == Change.UNCHANGED:
        return f" did not change {_outcome(content)}"
    return f" {content.change} {_outcome(content)}"


def _was(content: Content) -> str:
    """How much of the target there was."""
    if content.direction == Direction.INCONCLUSIVE:
        return " was measured with an inconclusive result"
    if content.change == Change.UNCHANGED:
        return " did not change"
    return f" was {content.change}" if content.change in _CHANGES else ""


def _went_with(content: Content) -> str:
    """What the presence of the target went with."""
    predictive = content.evidence_type == EvidenceType.PREDICTIVE
    if content.direction == Direction.INCONCLUSIVE:
        link = "was an inconclusive predictor of" if predictive else "had an inconclusive link with"
        return f" {link} {_outcome(content)}"
    if content.change not in _CHANGES:
        return _unfinished(content)
    if predictive and content.change == Change.UNCHANGED:
        return f" did not predict {_outcome(content)}"
    if predictive:
        return f" predicted {_changed_outcome(content)}"
    if content.evidence_type == EvidenceType.MECHANISTIC and content.level in _CAUSAL_LEVELS:
        return _did(content)
    return f" was {_associated(content)}"


def _unfinished(content: Content) -> str:
    """A draft names what it is about and does not say yet what happened to it."""
    return f" and {_outcome(content)}" if content.outcome else ""


def _associated(content: Content) -> str:
    if content.change == Change.UNCHANGED:
        return f"not associated with a change of {_outcome(content)}"
    return f"associated with {_changed_outcome(content)}"


def _outcome(content: Content) -> str:
    """“overall survival”, “the response rate”."""
    noun, countable = _measured(content)
    return f"the {noun}" if countable else noun


def _changed_outcome(content: Content) -> str:
    """“increased overall survival”, “an increased response rate”."""
    noun, countable = _measured(content)
    article = ("an " if content.change == Change.INCREASED else "a ") if countable else ""
    return f"{article}{content.change} {noun}"


def _measured(content: Content) -> tuple[str, bool]:
    return _MEASURED.get(content.outcome, ("outcome", True))  # type: ignore[call-overload]


def _where(content: Content, labels: Mapping[str, str]) -> str:
    """“ in macrophages of the tumour stroma”, “ in the tumour stroma”, or nothing."""
    place = _PLACE.get(content.compartment, "")  # type: ignore[call-overload]
    named = content.cell_states or content.cell_types
    cells = _listed([plural(labels.get(curie, curie)) for curie in named])
    if not cells and content.component == Component.EXTRACELLULAR_MATRIX:
        cells = "the extracellular matrix"
    if cells and place:
        return f" in {cells} of {place}"
    return f" in {cells or place}" if cells or place else ""


def _therapies(content: Content, labels: Mapping[str, str], preposition: str) -> str:
    names = [labels.get(curie, curie) for curie in content.therapies]
    if not names:
        return ""
    together = {TherapyRelation.COMBINATION: " in combination", TherapyRelation.SEQUENTIAL: " in sequence"}
    manner = together.get(content.therapy_relation, "") if len(names) > 1 else ""  # type: ignore[call-overload]
    joined = _listed(names, "or" if content.therapy_relation == TherapyRelation.SUBSTITUTES else "and")
    return f" {preposition} {joined}{manner}"


def _cancers(content: Content, labels: Mapping[str, str]) -> str:
    return f" in {_listed([labels.get(curie, curie) for curie in content.cancers])}" if content.cancers else ""


def _setting(content: Content, labels: Mapping[str, str]) -> str:
    """“ (syngeneic mouse model)”, “ (patients, phase II)”."""
    species = labels.get(content.species, "")
    animal = _SPECIES.get(species, species)
    pattern = _SYSTEM.get(content.system, "")  # type: ignore[call-overload]
    parts = [pattern.format(f"{animal} " if animal else "")] if pattern else []
    stage = str(dict(Stage.choices).get(content.stage, ""))
    if stage and content.stage != Stage.PRECLINICAL:
        # "Phase II" speaks for itself; "approved" would be read as the sentence's verb.
        parts.append(stage[:1].lower() + stage[1:] if stage.startswith("Phase") else f"treatment {stage.lower()}")
    return f" ({', '.join(parts)})" if parts else ""


def plural(noun: str) -> str:
    """“macrophages”, “CD8-positive alpha-beta T cells”, “stem cells of the bone marrow”, in running text.

    What looks plural already, or ends in a bracket, stays.
    """
    if noun.endswith(", human"):
        return f"human {plural(noun.removesuffix(', human'))}"
    # A comma inside a name would be read as one between names.
    head, of, rest = noun.replace(", ", " ").partition(" of ")
    if not head or not head[-1].isalnum() or head.endswith("s") or ":" in head:
        return head + of + rest
    if head.endswith("y") and head[-2:-1] not in set("aeiou"):
        return f"{head[:-1]}ies{of}{rest}"
    return f"{head}s{of}{rest}"


def _listed(words: Sequence[str], conjunction: str = "and") -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def _capital(text: str) -> str:
    """A capital for an ordinary first word; a symbol such as mTORC1 keeps its own spelling."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() and first.isalpha() and len(first) > 2 else text
