"""Each rule refuses a case and lets its near twin pass; no combination of fields makes one fail."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.curation import rules
from apps.curation.content import Content
from apps.curation.rules import Facts, ReferenceFact, TargetFact, TermFact, Twin
from apps.curation.statement import sentence
from apps.curation.workflow import Verb
from apps.vocabularies import choices

HUMAN, MOUSE = "NCBITaxon:9606", "NCBITaxon:10090"


def term(curie, vocabulary, label="a label", **more):
    return TermFact(curie=curie, vocabulary=vocabulary, label=label, **more)


TERMS = {
    fact.curie: fact
    for fact in (
        term("CL:1", "cell_type", "macrophage"),
        term("CL:2", "cell_type", "T cell"),
        term("TMECS:1", "cell_state", "M2-like macrophage"),
        term("DOID:1", "cancer", "melanoma"),
        term("CHEMBL:1", "therapy", "pexidartinib"),
        term("CHEMBL:2", "therapy", "nivolumab"),
        term(HUMAN, "species", "Homo sapiens"),
        term(MOUSE, "species", "Mus musculus"),
        term("ECO:1", "method", "knockout evidence"),
        term("ECO:2", "method", "RNA-sequencing evidence", correlative=True),
        term("ECO:3", "method", "Bulk deconvolution", correlative=True),
        term("UBERON:1", "tissue", "skin"),
        term("GO:1", "process", "angiogenesis"),
    )
}
FACTS = Facts(
    target=TargetFact(curie="HGNC:1", symbol="CSF1R", classes=("myeloid",)),
    reference=ReferenceFact(id=1, abstract="Blocking CSF1R slowed the growth\nof tumours."),
    terms=TERMS,
)
#: Passes every rule.
MODEL = Content(
    target="HGNC:1",
    compartment="stroma",
    component="immune_cells",
    cell_types=("CL:1",),
    cancers=("DOID:1",),
    role="pro_tumour",
    intervention="inhibit",
    therapies=("CHEMBL:1",),
    therapy_relation="single",
    outcome="tumour_growth",
    change="decreased",
    evidence_type="therapeutic",
    direction="supports",
    level="D1",
    reference=1,
    system="syngeneic",
    species=MOUSE,
    immune_competence="competent",
    stage="preclinical",
    summary="Inhibition slowed growth.",
)
#: The same in a trial.
TRIAL = replace(
    MODEL,
    outcome="overall_survival",
    change="increased",
    level="A",
    system="patient",
    species=HUMAN,
    stage="phase_3",
    nct_ids=("NCT01234567",),
)
#: An observation in patients.
PROGNOSIS = replace(
    MODEL,
    evidence_type="prognostic",
    intervention="none",
    therapies=(),
    therapy_relation="",
    outcome="overall_survival",
    level="C",
    system="patient",
    species=HUMAN,
    immune_competence="",
    stage="",
)


def found(content, facts=FACTS):
    """What stops or warns, as (rule, field) pairs."""
    return [(finding.rule, finding.field) for finding in rules.check(content, facts)]


@pytest.mark.parametrize("content", [MODEL, TRIAL, PROGNOSIS])
def test_complete_content_passes(content):
    assert found(content) == []


# --- required --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    ["target", "compartment", "component", "role", "intervention", "evidence_type", "direction", "system", "species",
     "summary", "outcome", "change", "stage", "level"],
)  # fmt: skip
def test_required_field_is_asked_for(field):
    assert ("required", field) in found(replace(MODEL, **{field: ""}))


def test_lists_and_reference_are_asked_for():
    assert ("required", "cancers") in found(replace(MODEL, cancers=()))
    assert ("required", "reference") in found(replace(MODEL, reference=None))
    assert ("required", "summary") in found(replace(MODEL, summary=" \n"))


def test_empty_draft_is_told_what_to_fill_in_and_nothing_else():
    findings = rules.check(Content(), Facts())

    assert {finding.rule for finding in findings} == {"required"}
    assert [finding.field for finding in findings] == list(rules.required_fields(Content()))


def test_a_cell_is_needed_unless_there_is_none():
    without = replace(MODEL, cell_types=())

    assert ("required", "cell_types") in found(without)
    assert found(replace(without, cell_states=("TMECS:1",))) == []
    assert found(replace(without, component="acellular")) == []
    assert found(replace(without, component="extracellular_matrix")) == []


def test_localisation_needs_no_outcome():
    where = replace(MODEL, evidence_type="localisation", outcome="", change="", level="E", stage="", therapies=())

    assert found(replace(where, therapy_relation="", intervention="none")) == []


def test_inconclusive_evidence_needs_no_change():
    assert found(replace(MODEL, change="", direction="inconclusive")) == []


# --- 1: evidence type ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["therapeutic", "predictive"])
def test_therapy_is_needed_where_evidence_is_about_one(kind):
    bare = replace(MODEL, evidence_type=kind, therapies=(), therapy_relation="")

    assert found(bare) == [("evidence-type", "therapies")]
    assert found(replace(bare, evidence_type="mechanistic")) == []


def test_therapeutic_evidence_needs_an_intervention():
    assert found(replace(MODEL, intervention="none")) == [("evidence-type", "intervention")]
    assert found(replace(MODEL, intervention="none", evidence_type="predictive")) == []


def test_prognostic_evidence_names_no_therapy():
    treated = replace(PROGNOSIS, therapies=("CHEMBL:1",), stage="approved", nct_waiver="Retrospective.")

    assert found(treated) == [("evidence-type", "therapies")]
    assert found(replace(treated, evidence_type="predictive")) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"intervention": "reprogramme"}, "intervention"),
        ({"outcome": "cell_function"}, "outcome"),
        ({"system": "organoid", "level": "E"}, "system"),
        ({"species": MOUSE, "system": "in_silico", "level": "E"}, "species"),
    ],
)
def test_prognostic_evidence_is_a_human_outcome(change, field):
    assert found(replace(PROGNOSIS, **change)) == [("evidence-type", field)]
    assert found(replace(PROGNOSIS, **change, evidence_type="mechanistic")) == []


# --- 2: clinical stage ------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["phase_1", "phase_1_2", "phase_2", "phase_2_3", "phase_3", "approved", "withdrawn"])
def test_clinical_stage_needs_a_trial_or_a_waiver(stage):
    trial = replace(TRIAL, level="B", stage=stage, nct_ids=())

    assert found(trial) == [("clinical-stage", "nct_ids")]
    assert found(replace(trial, nct_waiver="Registered elsewhere.")) == []
    assert found(replace(trial, nct_ids=("NCT01234567",))) == []


def test_clinical_stage_is_human():
    assert ("clinical-stage", "species") in found(replace(MODEL, stage="phase_1", nct_ids=("NCT01234567",)))
    assert found(MODEL) == []


def test_stopped_development_has_a_reason_and_only_that():
    stopped = replace(TRIAL, stage="stopped")

    assert found(stopped) == [("clinical-stage", "stop_reason")]
    assert found(replace(stopped, stop_reason="futility")) == []
    assert found(replace(TRIAL, stop_reason="futility")) == [("clinical-stage", "stop_reason")]


# --- 3: immune host ---------------------------------------------------------------------------


def test_checkpoint_is_not_supported_in_an_immunodeficient_host():
    nude = replace(MODEL, mechanisms=("immune_checkpoint",), immune_competence="deficient", system="pdx")

    assert found(nude) == [("immune-host", "immune_competence")]
    assert found(replace(nude, immune_competence="")) == [("immune-host", "immune_competence")]
    assert found(replace(nude, immune_competence="adoptive_transfer")) == []
    assert found(replace(nude, immune_competence="humanised")) == []
    assert found(replace(nude, mechanisms=("myeloid",))) == []
    assert found(replace(nude, direction="inconclusive")) == []


def test_class_of_the_target_counts_where_no_mechanism_is_named():
    checkpoint = replace(FACTS, target=TargetFact(curie="HGNC:1", symbol="PDCD1", classes=("immune_checkpoint",)))
    nude = replace(MODEL, immune_competence="deficient", system="pdx")

    assert found(nude, checkpoint) == [("immune-host", "immune_competence")]
    assert found(nude) == []


def test_humanised_mouse_is_not_called_deficient():
    mouse = replace(MODEL, system="humanised_mouse", immune_competence="deficient")

    assert found(mouse) == [("immune-host", "immune_competence")]
    assert found(replace(mouse, immune_competence="humanised")) == []


# --- 4: correlation -----------------------------------------------------------------------------


def test_correlative_method_carries_no_causal_level():
    seen = replace(MODEL, methods=("ECO:2",))

    assert found(seen) == [("correlation", "level")]
    assert found(replace(seen, level="E")) == []
    assert found(replace(seen, methods=("ECO:1", "ECO:2"))) == []


@pytest.mark.parametrize("word", ["drives", "leads to", "Caused", "resulted in"])
def test_correlative_evidence_is_not_told_as_cause(word):
    told = replace(MODEL, level="E", summary=f"CSF1R {word} growth.")

    assert found(told) == [("correlation", "summary")]
    assert found(replace(told, summary="CSF1R is associated with growth.")) == []
    assert found(replace(told, level="D1")) == []


# --- 5: bulk ----------------------------------------------------------------------------------


def test_deconvolved_bulk_is_inferred():
    bulk = replace(MODEL, level="E", methods=("ECO:3",), attribution="cell_specific")

    assert found(bulk) == [("bulk", "attribution")]
    assert found(replace(bulk, attribution="inferred")) == []
    assert found(replace(bulk, methods=("ECO:2",))) == []


# --- 6: therapy relation ------------------------------------------------------------------------


@pytest.mark.parametrize("relation", ["", "single"])
def test_two_therapies_are_related(relation):
    both = replace(MODEL, therapies=("CHEMBL:1", "CHEMBL:2"), therapy_relation=relation)

    assert found(both) == [("therapy-relation", "therapy_relation")]
    assert found(replace(both, therapy_relation="sequential")) == []


def test_one_therapy_is_single():
    assert found(replace(MODEL, therapy_relation="combination")) == [("therapy-relation", "therapy_relation")]
    assert found(replace(MODEL, therapies=("CHEMBL:1",) * 2, therapy_relation="single")) == []
    assert found(replace(MODEL, therapy_relation="")) == []


def test_no_therapy_has_no_relation():
    none = replace(PROGNOSIS, therapy_relation="single")

    assert found(none) == [("therapy-relation", "therapy_relation")]


# --- 7: coherence -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [
        {"change": "increased"},
        {"change": "unchanged"},
        {"role": "anti_tumour"},
        {"intervention": "activate"},
        {"direction": "contradicts"},
        {"direction": "no_effect"},
        {"outcome": "overall_survival"},
    ],
)
def test_incoherent_story_is_answered_in_writing(odd):
    content = replace(MODEL, **odd)
    [finding] = rules.check(content, FACTS)

    assert (finding.rule, finding.severity, finding.needs_answer) == ("coherence", "warning", True)
    assert rules.blocking([finding], Verb.SUBMIT) == rules.blocking([finding], Verb.APPROVE) == [finding]
    answered = replace(content, answers=(("coherence", "The dose was too low."),))
    [told] = rules.check(answered, FACTS)
    assert told.answer == "The dose was too low."
    assert rules.blocking([told], Verb.SUBMIT) == rules.blocking([told], Verb.APPROVE) == []


@pytest.mark.parametrize(
    "coherent",
    [
        {"change": "increased", "direction": "contradicts"},
        {"change": "unchanged", "direction": "no_effect"},
        {"change": "unchanged", "direction": "contradicts"},
        {"role": "anti_tumour", "intervention": "activate"},
        {"role": "dual", "change": "increased"},
        {"role": "unknown", "change": "increased"},
        {"outcome": "overall_survival", "change": "increased"},
        {"outcome": "immune_infiltration", "change": "increased"},
        {"intervention": "reprogramme", "change": "increased"},
        {"direction": "inconclusive", "change": "increased"},
    ],
)
def test_coherent_story_needs_no_answer(coherent):
    assert found(replace(MODEL, **coherent)) == []


def test_prognosis_follows_the_role():
    assert found(replace(PROGNOSIS, change="increased")) == [("coherence", "direction")]
    assert found(replace(PROGNOSIS, change="increased", role="anti_tumour")) == []


def test_blank_answer_is_none():
    content = replace(MODEL, change="increased", answers=(("coherence", "  "),))

    assert rules.blocking(rules.check(content, FACTS), Verb.SUBMIT)


# --- 8: terms and targets -----------------------------------------------------------------------


def with_term(curie, **changes):
    return replace(FACTS, terms={**TERMS, curie: replace(TERMS[curie], **changes)})


def test_obsolete_term_stops_and_names_its_successor():
    facts = with_term("CL:1", obsolete=True, replaced_by="CL:9", replaced_by_label="histiocyte")
    [finding] = rules.check(MODEL, facts)

    assert (finding.rule, finding.field, finding.stops) == ("term", "cell_types", (Verb.SUBMIT, Verb.APPROVE))
    assert "histiocyte (CL:9)" in finding.mend
    assert found(replace(MODEL, cell_types=("CL:2",)), facts) == []


def test_pending_term_may_be_submitted_and_waits_for_approval():
    findings = rules.check(MODEL, with_term("CL:1", status="pending"))

    assert rules.blocking(findings, Verb.SUBMIT) == []
    assert rules.blocking(findings, Verb.APPROVE) == findings != []


@pytest.mark.parametrize("changes", [{"status": "declined"}, {"vocabulary": "cancer"}])
def test_term_that_does_not_belong_stops(changes):
    assert found(MODEL, with_term("CL:1", **changes)) == [("term", "cell_types")]


def test_unknown_term_stops():
    assert found(replace(MODEL, tissue="UBERON:404")) == [("term", "tissue")]
    assert found(replace(MODEL, tissue="UBERON:1", process="GO:1")) == []


def test_target_that_is_no_more_stops():
    for changes in ({"status": "declined"}, {"merged_into": "HGNC:2", "merged_into_symbol": "KIT"}):
        assert found(MODEL, replace(FACTS, target=replace(FACTS.target, **changes))) == [("target", "target")]
    assert found(MODEL, replace(FACTS, target=None)) == [("target", "target")]


def test_pending_target_waits_for_approval():
    findings = rules.check(MODEL, replace(FACTS, target=replace(FACTS.target, status="pending")))

    assert rules.blocking(findings, Verb.SUBMIT) == []
    assert rules.blocking(findings, Verb.APPROVE) == findings != []


# --- 9: retraction ----------------------------------------------------------------------------


def with_reference(**changes):
    return replace(FACTS, reference=replace(FACTS.reference, **changes))


@pytest.mark.parametrize("state", ["retracted", "withdrawn"])
def test_retracted_reference_stops(state):
    [finding] = rules.check(MODEL, with_reference(retraction_state=state))

    assert (finding.rule, finding.severity) == ("retraction", "error")
    assert found(MODEL, with_reference(retraction_state="corrected")) == []


def test_expression_of_concern_is_answered_in_writing():
    facts = with_reference(retraction_state="expression_of_concern")

    assert rules.blocking(rules.check(MODEL, facts), Verb.SUBMIT)
    answered = replace(MODEL, answers=(("retraction", "The figure at issue is another one."),))
    assert rules.blocking(rules.check(answered, facts), Verb.APPROVE) == []


# --- 10: review article --------------------------------------------------------------------------


def test_review_article_carries_no_level():
    review = with_reference(reference_type="review")

    assert found(MODEL, review) == [("review-article", "level")]
    assert found(replace(MODEL, level=""), review) == []
    assert found(TRIAL, with_reference(reference_type="meta_analysis")) == []


# --- 11: duplicates ---------------------------------------------------------------------------


def test_published_twin_stops():
    findings = rules.check(MODEL, replace(FACTS, twins=(Twin(name="TMEE:0000001", published=True),)))

    assert [finding.stops for finding in findings] == [(Verb.SUBMIT, Verb.APPROVE)]
    assert "TMEE:0000001" in findings[0].message


def test_twin_before_the_editors_stops_submitting_but_not_approval():
    findings = rules.check(MODEL, replace(FACTS, twins=(Twin(name="submission 7", published=False),)))

    assert rules.blocking(findings, Verb.SUBMIT) == findings != []
    assert rules.blocking(findings, Verb.APPROVE) == []


def test_near_duplicates_are_shown_and_stop_nothing():
    [finding] = rules.check(MODEL, replace(FACTS, near=("TMEE:0000001", "TMEE:0000002")))

    assert (finding.severity, finding.stops) == ("warning", ())
    assert "TMEE:0000001 and TMEE:0000002" in finding.message


# --- level and species ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "fits", "does_not"),
    [
        ("B", "patient", "syngeneic"),
        ("C", "ex_vivo_patient_tissue", "organoid"),
        ("D1", "gemm", "patient"),
        ("D2", "co_culture", "syngeneic"),
    ],
)
def test_level_goes_with_its_systems(level, fits, does_not):
    def content(system):
        human = system in {"patient", "ex_vivo_patient_tissue"}
        return replace(
            MODEL, evidence_type="mechanistic", level=level, system=system, species=HUMAN if human else MOUSE
        )

    assert found(content(fits)) == []
    assert ("level", "level") in found(content(does_not))


def test_level_e_goes_with_any_system():
    assert all(
        found(replace(MODEL, level="E", system=system, species=species)) == []
        for system, species in [("in_silico", HUMAN), ("monoculture", MOUSE), ("patient", HUMAN)]
    )


def test_level_a_is_late_or_a_meta_analysis():
    early = replace(TRIAL, stage="phase_2")

    assert found(early) == [("level", "level")]
    assert found(early, with_reference(reference_type="meta_analysis")) == []
    assert found(replace(early, level="B")) == []


def test_system_and_species_agree():
    assert found(replace(MODEL, species=HUMAN)) == [("species", "species")]
    assert found(replace(MODEL, system="ex_vivo_patient_tissue")) == [("species", "species")]
    assert found(replace(MODEL, system="ex_vivo_patient_tissue", species=HUMAN)) == []


# --- numbers ----------------------------------------------------------------------------------

HAZARD = replace(
    TRIAL, effect_measure="HR", effect_value=Decimal("0.58"), ci_low=Decimal("0.41"), ci_high=Decimal("0.82")
)


def test_effect_with_its_interval_passes():
    assert found(replace(HAZARD, p_value="<0.001", sample_size=616, quality=("effect_with_interval",))) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"effect_measure": ""}, "effect_measure"),
        ({"effect_value": None}, "effect_value"),
        ({"ci_high": None}, "ci_high"),
        ({"ci_low": None}, "ci_low"),
        ({"effect_value": Decimal("0.9")}, "effect_value"),
        ({"ci_low": Decimal("0.9")}, "ci_low"),
        ({"effect_value": Decimal(0), "ci_low": Decimal(0)}, "effect_value"),
        ({"ci_low": Decimal(-1)}, "ci_low"),
        ({"effect_value": Decimal("NaN")}, "effect_value"),
    ],
)
def test_impossible_effect_is_refused(change, field):
    assert ("effect", field) in found(replace(HAZARD, **change))


def test_percentages_stay_in_their_range():
    rate = replace(TRIAL, outcome="response_rate", effect_measure="percent")

    assert found(replace(rate, effect_value=Decimal(33))) == []
    assert found(replace(rate, effect_value=Decimal(133))) == [("effect", "effect_value")]
    growth = replace(MODEL, effect_measure="percent")
    assert found(replace(growth, effect_value=Decimal(-60))) == []
    assert found(replace(growth, effect_value=Decimal(-160))) == [("effect", "effect_value")]


def test_p_value_lies_between_nought_and_one():
    assert found(replace(MODEL, p_value="1.2")) == [("p-value", "p_value")]
    assert found(replace(MODEL, p_value="0,02")) == []


def test_sample_has_at_least_one():
    assert found(replace(MODEL, sample_size=0)) == [("sample-size", "sample_size")]
    assert found(replace(MODEL, sample_size=1)) == []


def test_ticked_interval_is_entered():
    [finding] = rules.check(replace(MODEL, quality=("effect_with_interval",)), FACTS)

    assert (finding.field, finding.stops) == ("quality", ())


def test_trial_id_has_its_shape():
    assert found(replace(TRIAL, nct_ids=("NCT0123456",))) == [("trial-id", "nct_ids")]
    assert found(replace(TRIAL, nct_ids=("NCT01234567", "NCT07654321"))) == []


# --- the quoted claim ----------------------------------------------------------------------------


def test_claim_from_the_abstract_stands_there_word_for_word():
    quoted = replace(MODEL, author_claim="slowed the growth of tumours", claim_place="abstract")

    assert found(quoted) == []
    [finding] = rules.check(replace(quoted, author_claim="stopped the growth"), FACTS)
    assert (finding.rule, finding.severity, finding.stops) == ("author-claim", "warning", ())
    assert found(replace(quoted, author_claim="stopped", claim_place="page", claim_place_detail="3")) == []


def test_claim_is_short_and_has_a_place():
    assert found(replace(MODEL, author_claim="x" * 601, claim_place="page", claim_place_detail="3")) == [
        ("author-claim", "author_claim")
    ]
    assert found(replace(MODEL, author_claim="x")) == [("author-claim", "claim_place")]
    assert found(replace(MODEL, author_claim="x", claim_place="figure")) == [("author-claim", "claim_place_detail")]


# --- the eleven rules of the domain, each by a pair that differs in one field --------------------------

BARE = replace(MODEL, therapies=(), therapy_relation="")
REVIEWED = with_reference(reference_type="review")
CONCERN = with_reference(retraction_state="expression_of_concern")
NUDE = replace(MODEL, mechanisms=("immune_checkpoint",), immune_competence="deficient", system="pdx")
TWINS = replace(FACTS, twins=(Twin(name="TMEE:0000001", published=True),))

PAIRS = [
    # rule, refused, the one field that is changed, its value in the twin, the facts (and those of the twin)
    ("evidence-type", BARE, "evidence_type", "mechanistic", FACTS),
    ("evidence-type", replace(MODEL, intervention="none"), "intervention", "inhibit", FACTS),
    ("evidence-type", replace(BARE, evidence_type="predictive"), "evidence_type", "resistance", FACTS),
    ("evidence-type", replace(PROGNOSIS, therapies=("CHEMBL:1",)), "therapies", (), FACTS),
    ("evidence-type", replace(PROGNOSIS, outcome="cell_function"), "outcome", "overall_survival", FACTS),
    ("clinical-stage", replace(TRIAL, nct_ids=()), "nct_ids", ("NCT01234567",), FACTS),
    ("clinical-stage", replace(TRIAL, nct_ids=()), "nct_waiver", "Registered elsewhere.", FACTS),
    ("clinical-stage", replace(MODEL, stage="phase_1", nct_ids=("NCT01234567",)), "stage", "preclinical", FACTS),
    ("immune-host", NUDE, "immune_competence", "humanised", FACTS),
    ("immune-host", NUDE, "mechanisms", ("myeloid",), FACTS),
    ("correlation", replace(MODEL, methods=("ECO:2",)), "methods", ("ECO:1",), FACTS),
    ("correlation", replace(MODEL, level="E", summary="It drives growth."), "summary", "It goes with growth.", FACTS),
    ("bulk", replace(MODEL, level="E", methods=("ECO:3",)), "attribution", "inferred", FACTS),
    ("therapy-relation", replace(MODEL, therapies=("CHEMBL:1", "CHEMBL:2")), "therapy_relation", "sequential", FACTS),
    ("therapy-relation", replace(MODEL, therapy_relation="combination"), "therapy_relation", "single", FACTS),
    ("coherence", replace(MODEL, change="increased"), "change", "decreased", FACTS),
    ("coherence", replace(MODEL, change="increased"), "answers", (("coherence", "Too little was given."),), FACTS),
    ("term", replace(MODEL, cell_types=("CL:404",)), "cell_types", ("CL:2",), FACTS),
    ("term", MODEL, "cell_types", ("CL:2",), with_term("CL:1", obsolete=True)),
    ("retraction", MODEL, "answers", (("retraction", "The figure at issue is another."),), CONCERN),
    ("review-article", MODEL, "level", "", REVIEWED),
]


@pytest.mark.parametrize(("rule", "refused", "name", "value", "facts"), PAIRS)
def test_each_rule_refuses_a_case_and_lets_its_near_twin_pass(rule, refused, name, value, facts):
    stopped = rules.blocking(rules.check(refused, facts), Verb.SUBMIT)
    passed = rules.blocking(rules.check(replace(refused, **{name: value}), facts), Verb.SUBMIT)

    assert rule in {finding.rule for finding in stopped}
    assert rule not in {finding.rule for finding in passed}


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("retraction", with_reference(retraction_state="retracted")),
        ("duplicate", TWINS),
        ("term", replace(FACTS, terms={})),
    ],
)
def test_rules_on_what_is_known_follow_what_is_known(rule, facts):
    assert rule in {finding.rule for finding in rules.blocking(rules.check(MODEL, facts), Verb.SUBMIT)}
    assert found(MODEL) == []


# --- all of them ------------------------------------------------------------------------------


def test_every_finding_is_told_in_sentences():
    findings = rules.check(Content(), Facts()) + rules.check(replace(HAZARD, ci_low=None, species=MOUSE), FACTS)

    for finding in findings:
        assert finding.message[0].isupper()
        assert finding.message.endswith(".")
        assert finding.mend.endswith(".")


def code(kind):
    return st.sampled_from(["", "unheard_of", *kind.values])


curies = st.sampled_from([*TERMS, "X:404"])
several = st.lists(curies, max_size=3).map(tuple)
one = st.sampled_from(["", *TERMS, "X:404"])
numbers = st.none() | st.decimals(allow_nan=True, allow_infinity=True) | st.sampled_from([Decimal(0), Decimal("0.5")])
words = st.sampled_from(["", " ", "It drives growth.", "x" * 700, "p<0.05", "ns", "\x00"]) | st.text(max_size=40)

contents = st.builds(
    Content,
    target=st.sampled_from(["", "HGNC:1", "HGNC:404"]),
    compartment=code(choices.Compartment),
    component=code(choices.Component),
    cell_types=several,
    cell_states=several,
    cancers=several,
    cancer_stage=words,
    line_of_therapy=words,
    disease_setting=code(choices.DiseaseSetting),
    tissue=one,
    mechanisms=st.lists(code(choices.TargetClass), max_size=2).map(tuple),
    role=code(choices.TargetRole),
    process=one,
    intervention=code(choices.Intervention),
    therapies=several,
    therapy_relation=code(choices.TherapyRelation),
    comparator=words,
    outcome=code(choices.Outcome),
    change=code(choices.Change),
    effect_measure=code(choices.EffectMeasure),
    effect_value=numbers,
    ci_low=numbers,
    ci_high=numbers,
    p_value=words,
    sample_size=st.none() | st.integers(),
    evidence_type=code(choices.EvidenceType),
    direction=code(choices.Direction),
    level=code(choices.Level),
    quality=st.lists(code(choices.Quality), max_size=2).map(tuple),
    attribution=code(choices.Attribution),
    methods=several,
    reference=st.sampled_from([None, 1, 404]),
    nct_ids=st.lists(st.sampled_from(["NCT01234567", "", "x"]), max_size=2).map(tuple),
    nct_waiver=words,
    datasets=st.lists(words, max_size=2).map(tuple),
    cohort_key=words,
    system=code(choices.System),
    species=one,
    immune_competence=code(choices.ImmuneCompetence),
    stage=code(choices.Stage),
    stop_reason=code(choices.StopReason),
    author_claim=words,
    claim_place=code(choices.ClaimPlace),
    claim_place_detail=words,
    summary=words,
    marker_panel=words,
    answers=st.sampled_from([(), (("coherence", "because"),), (("nonsense", ""),)]),
)
facts = st.builds(
    Facts,
    target=st.none() | st.just(FACTS.target),
    reference=st.none()
    | st.builds(
        ReferenceFact,
        id=st.just(1),
        reference_type=st.sampled_from(["article", "review", "meta_analysis", "odd"]),
        retraction_state=st.sampled_from(
            ["none", "corrected", "expression_of_concern", "retracted", "withdrawn", "odd"]
        ),
        abstract=words,
    ),
    terms=st.sampled_from([TERMS, {}, with_term("CL:1", obsolete=True).terms]),
    twins=st.sampled_from(
        [(), (Twin(name="TMEE:0000001", published=True), Twin(name="submission 2", published=False))]
    ),
    near=st.sampled_from([(), ("TMEE:0000003",)]),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=contents, facts=facts)
def test_no_combination_of_fields_makes_a_rule_fail(content, facts):
    findings = rules.check(content, facts)

    for finding in findings:
        assert finding.field in Content.__dataclass_fields__
        assert finding.message
        assert finding.mend
        assert finding.severity in {"error", "warning"}
        assert not finding.needs_answer or finding.rule in rules.ANSWERABLE
        assert finding.severity != "error" or finding.stops
        assert {finding.message[-1], finding.mend[-1]} <= set(".)"), finding
    assert findings == rules.check(content, facts)
    content.digest()
    content.duplicate_key()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=contents)
def test_no_combination_of_fields_makes_a_broken_sentence(content):
    said = sentence(content, FACTS.labels())

    if said:
        assert said.endswith(".")
        assert said[0].isalpha()
        for flaw in ("  ", "None", "{", "}", " .", " ,", "..", "unheard_of", " in in ", "with with", "( ", " )"):
            assert flaw not in said, said
