"""The claim of a record reads as one good English sentence."""

from dataclasses import replace

import pytest

from apps.curation.content import Content
from apps.curation.statement import plural, sentence

LABELS = {
    "CSF1R": "CSF1R",
    "TAM": "tumour-associated macrophage",
    "CD8": "CD8-positive, alpha-beta T cell",
    "DC": "dendritic cell",
    "PDAC": "pancreatic ductal adenocarcinoma",
    "SKCM": "melanoma",
    "PLX": "pexidartinib",
    "NIVO": "nivolumab",
    "GEM": "gemcitabine",
    "MOUSE": "Mus musculus",
    "HUMAN": "Homo sapiens",
    "HYPOXIA": "hypoxia",
    "MTOR": "mTORC1",
}
MODEL = Content(
    target="CSF1R",
    compartment="stroma",
    component="immune_cells",
    cell_states=("TAM",),
    cancers=("PDAC",),
    intervention="inhibit",
    therapies=("PLX",),
    outcome="tumour_growth",
    change="decreased",
    evidence_type="therapeutic",
    direction="supports",
    level="D1",
    system="syngeneic",
    species="MOUSE",
    stage="preclinical",
)
PATIENTS = {"system": "patient", "species": "HUMAN", "intervention": "none", "therapies": (), "level": "C", "stage": ""}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {},
            "Inhibiting CSF1R with pexidartinib in tumour-associated macrophages of the tumour stroma decreased tumour "
            "growth in pancreatic ductal adenocarcinoma (syngeneic mouse model).",
        ),
        (
            {"therapies": ("PLX", "NIVO", "GEM"), "therapy_relation": "combination", "change": "unchanged"},
            "Inhibiting CSF1R with pexidartinib, nivolumab and gemcitabine in combination in tumour-associated "
            "macrophages of the tumour stroma did not change tumour growth in pancreatic ductal adenocarcinoma "
            "(syngeneic mouse model).",
        ),
        (
            {"therapies": ("PLX", "NIVO"), "therapy_relation": "substitutes", "direction": "inconclusive"},
            "Inhibiting CSF1R with pexidartinib or nivolumab in tumour-associated macrophages of the tumour stroma had "
            "an inconclusive effect on tumour growth in pancreatic ductal adenocarcinoma (syngeneic mouse model).",
        ),
        (
            {
                "level": "E",
                "outcome": "response_rate",
                "change": "increased",
                "system": "in_silico",
                "species": "HUMAN",
            },
            "Inhibiting CSF1R with pexidartinib in tumour-associated macrophages of the tumour stroma was associated "
            "with an increased response rate in pancreatic ductal adenocarcinoma (in silico).",
        ),
        (
            {"cell_states": (), "component": "acellular", "intervention": "block_recruitment", "therapies": ()},
            "Blocking recruitment through CSF1R in the tumour stroma decreased tumour growth in pancreatic ductal "
            "adenocarcinoma (syngeneic mouse model).",
        ),
        (
            {"cell_states": (), "component": "extracellular_matrix", "intervention": "degrade", "therapies": ()},
            "Degrading CSF1R in the extracellular matrix of the tumour stroma decreased tumour growth in pancreatic "
            "ductal adenocarcinoma (syngeneic mouse model).",
        ),
        (
            PATIENTS | {"evidence_type": "prognostic", "outcome": "overall_survival", "cancers": ("PDAC", "SKCM")},
            "CSF1R in tumour-associated macrophages of the tumour stroma was associated with decreased overall "
            "survival in pancreatic ductal adenocarcinoma and melanoma (patients).",
        ),
        (
            PATIENTS | {"evidence_type": "prognostic", "outcome": "overall_survival", "change": "unchanged"},
            "CSF1R in tumour-associated macrophages of the tumour stroma was not associated with a change of overall "
            "survival in pancreatic ductal adenocarcinoma (patients).",
        ),
        (
            PATIENTS
            | {
                "evidence_type": "predictive",
                "outcome": "response_rate",
                "change": "increased",
                "therapies": ("NIVO",),
                "stage": "phase_2",
                "level": "B",
            },
            "CSF1R in tumour-associated macrophages of the tumour stroma predicted an increased response rate to "
            "nivolumab in pancreatic ductal adenocarcinoma (patients, phase II).",
        ),
        (
            PATIENTS
            | {
                "evidence_type": "predictive",
                "outcome": "overall_survival",
                "change": "unchanged",
                "therapies": ("NIVO",),
                "stage": "approved",
            },
            "CSF1R in tumour-associated macrophages of the tumour stroma did not predict overall survival under "
            "nivolumab in pancreatic ductal adenocarcinoma (patients, treatment approved).",
        ),
        (
            PATIENTS | {"evidence_type": "localisation", "outcome": "", "change": "", "cell_states": ("CD8", "DC")},
            "CSF1R was found in CD8-positive alpha-beta T cells and dendritic cells of the tumour stroma in pancreatic "
            "ductal adenocarcinoma (patients).",
        ),
        (
            PATIENTS | {"evidence_type": "localisation", "outcome": "", "change": "", "direction": "contradicts"},
            "CSF1R was not found in tumour-associated macrophages of the tumour stroma in pancreatic ductal "
            "adenocarcinoma (patients).",
        ),
        (
            PATIENTS | {"evidence_type": "mechanistic", "outcome": "target_expression", "change": "increased"},
            "CSF1R expression in tumour-associated macrophages of the tumour stroma was increased in pancreatic ductal "
            "adenocarcinoma (patients).",
        ),
        (
            {"evidence_type": "mechanistic", "intervention": "none", "therapies": (), "system": "gemm"},
            "CSF1R in tumour-associated macrophages of the tumour stroma decreased tumour growth in pancreatic ductal "
            "adenocarcinoma (genetically engineered mouse model).",
        ),
        (
            PATIENTS | {"evidence_type": "resistance", "outcome": "therapy_resistance", "therapies": ("GEM",)},
            "CSF1R in tumour-associated macrophages of the tumour stroma was associated with decreased therapy "
            "resistance under gemcitabine in pancreatic ductal adenocarcinoma (patients).",
        ),
    ],
)
def test_record_reads_as_a_sentence(change, said):
    assert sentence(replace(MODEL, **change), LABELS) == said


def test_draft_reads_as_far_as_it_goes():
    assert sentence(Content(), LABELS) == ""
    assert sentence(Content(target="CSF1R"), LABELS) == "CSF1R."
    assert sentence(replace(MODEL, outcome="", change=""), LABELS) == (
        "Inhibiting CSF1R with pexidartinib in tumour-associated macrophages of the tumour stroma in pancreatic ductal "
        "adenocarcinoma (syngeneic mouse model)."
    )
    assert sentence(Content(intervention="inhibit", outcome="tumour_growth"), LABELS) == (
        "Inhibiting the target and tumour growth."
    )


def test_ordinary_word_begins_with_a_capital_and_a_symbol_keeps_its_own():
    about = Content(evidence_type="localisation", compartment="tumour_core")

    assert sentence(replace(about, target="HYPOXIA"), LABELS) == "Hypoxia was found in the tumour core."
    assert sentence(replace(about, target="MTOR"), LABELS) == "mTORC1 was found in the tumour core."


def test_unknown_id_stands_for_itself():
    assert sentence(Content(target="HGNC:1", cancers=("DOID:1",)), {}) == "HGNC:1 in DOID:1."


@pytest.mark.parametrize(
    ("noun", "several"),
    [
        ("macrophage", "macrophages"),
        ("endothelial cell of lymphatic vessel", "endothelial cells of lymphatic vessel"),
        ("dendritic cell, human", "human dendritic cells"),
        ("cavity", "cavities"),
        ("bouquet of glia", "bouquets of glia"),
        ("myCAFs", "myCAFs"),
        ("CAF (inflammatory)", "CAF (inflammatory)"),
        ("CL:0000235", "CL:0000235"),
        ("", ""),
    ],
)
def test_plural(noun, several):
    assert plural(noun) == several
