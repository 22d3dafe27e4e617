"""The rules between fields 1 to 7 of the domain, and those on levels: what does not go together."""

import re
from collections.abc import Iterator

from apps.vocabularies.choices import (
    Change,
    Direction,
    EvidenceType,
    ImmuneCompetence,
    Intervention,
    Level,
    Outcome,
    Stage,
    System,
    TargetClass,
    TargetRole,
    TherapyRelation,
)

from ..content import Content
from .base import HUMAN, Facts, Finding, error, label, question

PATIENT_OUTCOMES = {
    Outcome.OVERALL_SURVIVAL,
    Outcome.PROGRESSION_FREE_SURVIVAL,
    Outcome.RESPONSE_RATE,
    Outcome.METASTASIS,
    Outcome.TUMOUR_GROWTH,
    Outcome.THERAPY_RESISTANCE,
    Outcome.TOXICITY,
}
CLINICAL_STAGES = set(Stage) - {Stage.PRECLINICAL}
LATE_STAGES = {Stage.PHASE_2_3, Stage.PHASE_3, Stage.APPROVED, Stage.WITHDRAWN, Stage.STOPPED}
CLINICAL_LEVELS = {Level.A, Level.B, Level.C}
FROM_PATIENTS = {System.PATIENT, System.EX_VIVO_PATIENT_TISSUE}
MICE = {System.SYNGENEIC, System.GEMM}
SYSTEMS_OF_LEVEL = {
    Level.A: {System.PATIENT},
    Level.B: {System.PATIENT},
    Level.C: FROM_PATIENTS,
    Level.D1: {
        System.EX_VIVO_PATIENT_TISSUE,
        System.PDX,
        System.HUMANISED_MOUSE,
        System.SYNGENEIC,
        System.GEMM,
    },
    Level.D2: {System.ORGANOID, System.CO_CULTURE},
}


# 1
def evidence_type(content: Content, _facts: Facts) -> Iterator[Finding]:
    """Therapeutic: therapy, intervention, outcome. Predictive: therapy. Prognostic: no therapy, a human outcome."""
    rule = "evidence-type"
    kind = content.evidence_type
    if kind in {EvidenceType.THERAPEUTIC, EvidenceType.PREDICTIVE} and not content.therapies:
        yield error(
            rule,
            "therapies",
            f"{label(EvidenceType, kind)} evidence is about a therapy, and none is named.",
            "Name the therapy, or choose another evidence type (mechanistic, where no therapy was given).",
        )
    if kind == EvidenceType.THERAPEUTIC and content.intervention == Intervention.NONE:
        yield error(
            rule,
            "intervention",
            "Therapeutic evidence needs an intervention on the target.",
            "Choose what the therapy does to the target, or choose the evidence type predictive or prognostic.",
        )
    if kind == EvidenceType.PROGNOSTIC:
        yield from _prognostic(content, rule)


def _prognostic(content: Content, rule: str) -> Iterator[Finding]:
    if content.therapies:
        yield error(
            rule,
            "therapies",
            "Prognostic evidence holds whatever the therapy, so it names none.",
            "Remove the therapies, or choose predictive where the target tells who benefits from them.",
        )
    if content.intervention not in {"", Intervention.NONE}:
        yield error(
            rule,
            "intervention",
            "Prognostic evidence observes the target and does nothing to it.",
            "Choose the intervention “None”, or another evidence type.",
        )
    if content.outcome and content.outcome not in PATIENT_OUTCOMES:
        yield error(
            rule,
            "outcome",
            f"{label(Outcome, content.outcome)} is not an outcome of patients.",
            "Choose an outcome such as overall survival, or the evidence type localisation or mechanistic.",
        )
    if content.species and content.species != HUMAN:
        yield error(
            rule,
            "species",
            "Prognostic evidence is about people, and the species is another.",
            "Choose human, or the evidence type mechanistic.",
        )
    if content.system and content.system not in FROM_PATIENTS | {System.IN_SILICO}:
        yield error(
            rule,
            "system",
            "Prognostic evidence comes from patients, their tissue or their data.",
            "Choose one of these systems, or the evidence type mechanistic.",
        )


# 2
def clinical_stage(content: Content, _facts: Facts) -> Iterator[Finding]:
    """Phase I or later: human, and a trial id or a written waiver."""
    rule = "clinical-stage"
    if content.stage == Stage.STOPPED and not content.stop_reason:
        yield error(rule, "stop_reason", "The development was stopped, and the reason is missing.", "Choose why.")
    if content.stop_reason and content.stage not in {"", Stage.STOPPED, Stage.WITHDRAWN}:
        yield error(
            rule,
            "stop_reason",
            "A reason for stopping is given, but the development stage says nothing of a stop.",
            "Clear the reason, or choose the stage “Stopped” or “Withdrawn”.",
        )
    if content.stage not in CLINICAL_STAGES:
        return
    stage = label(Stage, content.stage)
    if content.species and content.species != HUMAN:
        yield error(
            rule,
            "species",
            f"The development stage is {stage}, so the study is in humans; the species says otherwise.",
            "Choose human, or the stage “Preclinical” where this study was made in animals.",
        )
    if not content.nct_ids and not content.nct_waiver.strip():
        yield error(
            rule,
            "nct_ids",
            f"The development stage is {stage}, and no trial is named.",
            "Give the NCT id, or write under “why there is no trial id” why there is none.",
        )


# 3
def immune_host(content: Content, facts: Facts) -> Iterator[Finding]:
    """A checkpoint or lymphocytes cannot be supported by a host that has no lymphocytes."""
    rule = "immune-host"
    if content.system == System.HUMANISED_MOUSE and content.immune_competence == ImmuneCompetence.DEFICIENT:
        yield error(
            rule,
            "immune_competence",
            "A humanised mouse carries human immune cells, but the host is called immunodeficient.",
            "Choose “Humanised”, or another system.",
        )
        return
    deficient = content.immune_competence == ImmuneCompetence.DEFICIENT or (
        not content.immune_competence and content.system == System.PDX
    )
    classes = content.mechanisms or (facts.target.classes if facts.target else ())
    lymphoid = [name for name in classes if name in {TargetClass.IMMUNE_CHECKPOINT, TargetClass.LYMPHOID}]
    if deficient and lymphoid and content.direction == Direction.SUPPORTS:
        yield error(
            rule,
            "immune_competence",
            f"An immunodeficient host cannot support a claim about {label(TargetClass, lymphoid[0]).lower()}.",
            "Choose “Humanised” or “Adoptive transfer” if immune cells were given; or, if the effect does not go "
            "through lymphocytes, name the mechanism class that it goes through.",
        )


_CAUSAL = re.compile(
    r"\b(drives?|driven|driving|causes?|caused|causing|leads? to|led to|results? in|resulted in)\b", re.IGNORECASE
)


# 4
def correlation(content: Content, facts: Facts) -> Iterator[Finding]:
    """A correlative method cannot carry a causal claim."""
    rule = "correlation"
    methods = [facts.terms[curie] for curie in content.methods if curie in facts.terms]
    only_correlative = bool(methods) and all(method.correlative for method in methods)
    if only_correlative and content.level in {Level.D1, Level.D2}:
        yield error(
            rule,
            "level",
            f"Level {content.level} stands for a causal experiment, and every method named is correlative.",
            "Choose level E, or add the method of the experiment that shows the cause.",
        )
    if (only_correlative or content.level == Level.E) and (word := _CAUSAL.search(content.summary)):
        yield error(
            rule,
            "summary",
            f"The evidence is correlative, but the assessment says “{word.group(0)}”.",
            "Write “is associated with”, or choose the method and level of a causal experiment.",
        )


# 5
def bulk(content: Content, facts: Facts) -> Iterator[Finding]:
    """What was deconvolved from bulk tissue is inferred."""
    names = [facts.terms[curie].label for curie in content.methods if curie in facts.terms]
    deconvolved = [name for name in names if "deconvolution" in name.lower()]
    if deconvolved and content.attribution != "inferred":
        yield error(
            "bulk",
            "attribution",
            f"{deconvolved[0]} tells cell types only by inference.",
            "Choose the attribution “Inferred”.",
        )


# 6
def therapy_relation(content: Content, _facts: Facts) -> Iterator[Finding]:
    """Two or more therapies are related somehow; one is single (an empty relation of one reads as single)."""
    rule, field = "therapy-relation", "therapy_relation"
    count, relation = len(set(content.therapies)), content.therapy_relation
    if count >= 2 and relation in {"", TherapyRelation.SINGLE}:
        yield error(
            rule,
            field,
            f"{count} therapies are named, but not how they were given together.",
            "Choose combination, sequential or substitutes; or keep one therapy only.",
        )
    if count == 1 and relation not in {"", TherapyRelation.SINGLE}:
        yield error(
            rule,
            field,
            f"One therapy is named, but the relation is {label(TherapyRelation, relation).lower()}.",
            "Choose “Single”, or name the other therapies.",
        )
    if count == 0 and relation:
        yield error(
            rule, field, "A relation of therapies is given, but no therapy.", "Name them, or clear the relation."
        )


_BLOCKS = {Intervention.INHIBIT, Intervention.DEPLETE, Intervention.BLOCK_RECRUITMENT, Intervention.DEGRADE}
_RAISES = {Intervention.ACTIVATE, Intervention.DELIVER}
_WORSE_WHEN_MORE = {Outcome.TUMOUR_GROWTH, Outcome.METASTASIS, Outcome.THERAPY_RESISTANCE}
_BETTER_WHEN_MORE = {Outcome.OVERALL_SURVIVAL, Outcome.PROGRESSION_FREE_SURVIVAL, Outcome.RESPONSE_RATE}


def _expected(content: Content) -> int:
    """+1 where role and intervention let one expect more tumour, −1 where less, 0 where nothing."""
    role = {TargetRole.PRO_TUMOUR: 1, TargetRole.ANTI_TUMOUR: -1}.get(content.role, 0)  # type: ignore[call-overload]
    if content.intervention in _BLOCKS:
        return -role
    if content.intervention in _RAISES or content.evidence_type == EvidenceType.PROGNOSTIC:
        return role
    return 0


def _observed(content: Content) -> int | None:
    """+1 where there was more tumour in the end, −1 where less, 0 where nothing changed; None where one cannot say."""
    change = {Change.INCREASED: 1, Change.DECREASED: -1, Change.UNCHANGED: 0}.get(content.change)  # type: ignore[call-overload]
    if change is None:
        return None
    if content.outcome in _WORSE_WHEN_MORE:
        return change
    return -change if content.outcome in _BETTER_WHEN_MORE else None


# 7
def coherence(content: Content, _facts: Facts) -> Iterator[Finding]:
    """Role, intervention, outcome and direction tell one story, or the curator says why not."""
    if content.evidence_type not in {EvidenceType.THERAPEUTIC, EvidenceType.MECHANISTIC, EvidenceType.PROGNOSTIC}:
        return
    expected, observed = _expected(content), _observed(content)
    if not expected or observed is None:
        return
    story = (
        f"The target is called {label(TargetRole, content.role).lower()}, the intervention "
        f"“{label(Intervention, content.intervention).lower()}”, and {label(Outcome, content.outcome).lower()} "
        f"{label(Change, content.change).lower()}"
    )
    direction = content.direction
    if direction == Direction.SUPPORTS and observed != expected:
        odd = "which does not support the claim"
    elif direction == Direction.CONTRADICTS and observed == expected:
        odd = "which supports the claim rather than contradicting it"
    elif direction == Direction.NO_EFFECT and observed != 0:
        odd = "which is an effect, while the direction says there was none"
    else:
        return
    answer = dict(content.answers).get("coherence", "")
    yield question(
        "coherence", "direction", f"{story}, {odd}.", "Correct one of the four, or explain in a sentence.", answer
    )


def level(content: Content, facts: Facts) -> Iterator[Finding]:
    """Each level has its systems; level A its stages."""
    rule = "level"
    systems = SYSTEMS_OF_LEVEL.get(content.level)  # type: ignore[call-overload]
    if systems and content.system and content.system not in systems:
        names = ", ".join(sorted(system.label.lower() for system in systems))
        yield error(
            rule,
            "level",
            f"Level {content.level} does not go with the system “{label(System, content.system).lower()}”.",
            f"Choose the level that fits; {content.level} needs one of: {names}.",
        )
    if content.level in CLINICAL_LEVELS and content.species and content.species != HUMAN:
        yield error(
            rule, "level", f"Level {content.level} is clinical, and the species is not human.", "Choose D1, D2 or E."
        )
    meta_analysis = facts.reference is not None and facts.reference.reference_type == "meta_analysis"
    if content.level == Level.A and content.stage and content.stage not in LATE_STAGES and not meta_analysis:
        yield error(
            rule,
            "level",
            f"Level A stands for an approval, phase III or a meta-analysis; the stage is "
            f"{label(Stage, content.stage).lower()}.",
            "Choose level B, or correct the stage.",
        )


def species(content: Content, _facts: Facts) -> Iterator[Finding]:
    """The system and the species are about the same creature."""
    system, human = content.system, content.species == HUMAN
    if not content.species or not system:
        return
    if system in FROM_PATIENTS and not human:
        yield error(
            "species",
            "species",
            f"The system is “{label(System, system).lower()}”, but the species is not human.",
            "Choose human, or another system.",
        )
    if system in MICE and human:
        yield error(
            "species",
            "species",
            f"The system “{label(System, system).lower()}” is an animal's, but the species is human.",
            "Choose the animal, or another system.",
        )


RULES = (
    evidence_type,
    clinical_stage,
    immune_host,
    correlation,
    bulk,
    therapy_relation,
    coherence,
    level,
    species,
)
