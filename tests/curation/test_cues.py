"""Plain phrases of an abstract are offered for the coded fields, and what a curator chose implies some more."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.curation import cues
from apps.curation.content import Content
from apps.curation.implied import implied
from apps.curation.rules import Facts, ReferenceFact, TermFact, check
from apps.vocabularies import choices


def found(text):
    return {(cue.field, cue.code) for cue in cues.find(text)}


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("Tumours grew slower in mice.", "system", "syngeneic"),
        ("We treated 40 patients with pembrolizumab.", "system", "patient"),
        ("Patient-derived xenografts shrank.", "system", "pdx"),
        ("Fibroblasts in coculture", "system", "co_culture"),
        ("Humanized mice", "system", "humanised_mouse"),
        ("a phase Ib/II study", "stage", "phase_1_2"),
        ("In this Phase III trial", "stage", "phase_3"),
        ("Blockade of CSF1R", "intervention", "inhibit"),
        ("Macrophages were depleted", "intervention", "deplete"),
        ("a CD40 agonist", "intervention", "activate"),
        ("repolarization of macrophages", "intervention", "reprogramme"),
        ("prolonged median overall survival", "change", "increased"),
        ("reduced the tumour growth", "change", "decreased"),
        ("reduced the tumour growth", "outcome", "tumour_growth"),
        ("infiltration of CD8+ T cells", "outcome", "immune_infiltration"),
    ],
)
def test_a_plain_phrase_is_a_cue(text, field, code):
    assert (field, code) in found(text)


@pytest.mark.parametrize(
    "text", ["", "phase shift", "A review of what is known.", "inhibited tumour growth", "impatient"]
)
def test_what_says_nothing_of_system_stage_or_intervention_is_none(text):
    assert not {field for field, _ in found(text)} & {"system", "stage", "intervention"}


@given(st.text())
def test_a_cue_is_of_a_known_code_at_its_place(text):
    for cue in cues.find(text + " in mice; phase II; overall survival"):
        assert cue.field in cues.FIELDS
        assert 0 <= cue.start < cue.end


# --- implied ------------------------------------------------------------------------------------

FACTS = Facts(
    reference=ReferenceFact(id=1),
    terms={
        "CL:1": TermFact(curie="CL:1", vocabulary="cell_type", label="inflammatory macrophage"),
        "CL:2": TermFact(curie="CL:2", vocabulary="cell_type", label="lymphatic endothelial cell"),
        "ECO:1": TermFact(curie="ECO:1", vocabulary="method", label="expression evidence", correlative=True),
    },
)
MOUSE = Content(system="syngeneic", intervention="inhibit", therapies=("CHEMBL:1",), cell_types=("CL:1",))


def follows(content, facts=FACTS):
    return {one.field: one.value for one in implied(content, facts)}


def test_component_species_stage_and_level_follow():
    assert follows(MOUSE) == {
        "component": "immune_cells",
        "species": "NCBITaxon:10090",
        "stage": "preclinical",
        "level": "D1",
    }


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({"system": "patient", "stage": "phase_3"}, "A"),
        ({"system": "patient", "stage": "phase_1"}, "B"),
        ({"system": "patient", "evidence_type": "prognostic"}, "C"),
        ({"system": "patient"}, None),
        ({"system": "organoid"}, "D2"),
        ({"system": "in_silico"}, "E"),
        ({"intervention": "none"}, "E"),
        ({"methods": ("ECO:1",)}, "E"),
        ({"intervention": ""}, None),
        ({"system": ""}, None),
    ],
)
def test_the_level_follows_system_stage_and_what_was_done(change, level):
    assert follows(replace(MOUSE, **change)).get("level") == level


def test_a_review_implies_no_level_and_a_meta_analysis_the_highest():
    patients = replace(MOUSE, system="patient")
    assert "level" not in follows(patients, replace(FACTS, reference=ReferenceFact(id=1, reference_type="review")))
    of_many = replace(FACTS, reference=ReferenceFact(id=1, reference_type="meta_analysis"))
    assert follows(patients, of_many)["level"] == "A"


def test_what_was_chosen_otherwise_is_left_alone():
    assert "level" not in follows(replace(MOUSE, level="E"))
    assert follows(replace(MOUSE, level="D1"))["level"] == "D1"


def test_cells_of_two_components_imply_none():
    assert follows(replace(MOUSE, cell_types=("CL:2",)))["component"] == "lymphatic_vessels"
    assert "component" not in follows(replace(MOUSE, cell_types=("CL:1", "CL:2")))


def code(kind):
    return st.sampled_from(["", "unheard_of", *kind.values])


@given(
    st.builds(
        Content,
        system=code(choices.System),
        stage=code(choices.Stage),
        intervention=code(choices.Intervention),
        evidence_type=code(choices.EvidenceType),
        level=code(choices.Level),
        therapies=st.sampled_from([(), ("CHEMBL:1",)]),
        cell_types=st.sampled_from([(), ("CL:1",), ("CL:404",)]),
        methods=st.sampled_from([(), ("ECO:1",), ("ECO:404",)]),
    )
)
def test_what_follows_never_breaks_a_rule_on_levels(content):
    offered = {one.field: one.value for one in implied(content, FACTS)}

    taken = replace(content, **offered)
    known = set(choices.System.values)
    if "level" in offered and content.system in known:
        assert not [one for one in check(taken, FACTS) if one.rule == "level"]
