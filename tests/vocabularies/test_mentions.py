"""Finding targets and terms in text: what counts as a mention, what does not, and exact places whatever the text."""

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.vocabularies.choices import TermStatus, Vocabulary
from apps.vocabularies.mentions import Dictionary, find_mentions, kinds_among, segments
from apps.vocabularies.mentions.names import TARGET, Named, Rank
from apps.vocabularies.services import save_term
from tests.factories.vocabularies import TargetFactory, TermFactory


def gene(symbol, name="", *aliases, former=()):
    names = [(symbol, Rank.LABEL), (name or f"{symbol} thing", Rank.SYNONYM)]
    names += [(alias, Rank.ALIAS) for alias in aliases] + [(each, Rank.FORMER) for each in former]
    return Named(TARGET, f"HGNC:{symbol}", symbol, tuple(names))


def term(kind, label, *synonyms):
    names = ((label, Rank.LABEL), *((synonym, Rank.SYNONYM) for synonym in synonyms))
    return Named(kind, f"X:{label}", label, names)


KNOWN = (
    gene("TGFB1", "transforming growth factor beta 1", "TGFbeta"),
    gene("IFNG", "interferon gamma"),
    gene("CD274", "CD274 molecule", "PD-L1"),
    gene("PDCD1", "programmed cell death 1", "PD-1"),
    gene("CSF1R", "colony stimulating factor 1 receptor"),
    gene("MET", "MET proto-oncogene, receptor tyrosine kinase"),
    gene("KIT", "KIT proto-oncogene, receptor tyrosine kinase"),
    gene("SPARC", "secreted protein acidic and cysteine rich", former=("ON",)),
    gene("CA2", "carbonic anhydrase 2"),
    gene("VEGFA", "vascular endothelial growth factor A", former=("VEGF",)),
    gene("VSIR", "V-set immunoregulatory receptor", "VISTA"),
    gene("MPO1", "something", "p40"),
    gene("MPO2", "something else", "p40"),
    gene("FGF7", "keratinocyte thing", "CAF", "DNA"),
    term(Vocabulary.CELL_TYPE, "T cell", "T lymphocyte"),
    term(Vocabulary.CELL_TYPE, "B cell"),
    term(Vocabulary.CELL_TYPE, "macrophage"),
    term(Vocabulary.CELL_TYPE, "fibroblast"),
    term(Vocabulary.CELL_TYPE, "CD8-positive, alpha-beta T cell"),
    term(Vocabulary.CELL_STATE, "cancer-associated fibroblast", "CAF"),
    term(Vocabulary.CANCER, "small cell lung cancer", "SCLC"),
    term(Vocabulary.CANCER, "Hodgkin's lymphoma"),
    term(Vocabulary.CANCER, "leukaemia"),
    term(Vocabulary.CANCER, "cancer"),
    term(Vocabulary.TISSUE, "lymph node"),
    term(Vocabulary.TISSUE, "pancreas"),
    term(Vocabulary.THERAPY, "nivolumab"),
    term(Vocabulary.METHOD, "immunofluorescence evidence"),
    term(Vocabulary.SPECIES, "Mus musculus", "mouse"),
    term(Vocabulary.PROCESS, "metastasis"),
)
DICTIONARY = Dictionary(KNOWN)


def found(text):
    return [(mention.text, mention.label) for mention in DICTIONARY.find(text)]


def labels(text):
    return [mention.label for mention in DICTIONARY.find(text)]


@pytest.mark.parametrize("spelling", ["TGF-β", "TGFβ", "TGF‑β", "TGF-beta", "TGFbeta", "TGFB1", "TGF-β1", "Tgfb1"])
def test_one_symbol_in_its_many_spellings(spelling):
    assert found(f"Blocking {spelling} helped.") == [(spelling, "TGFB1")]


@pytest.mark.parametrize("spelling", ["PD-L1", "PDL1", "PD L1", "PD–L1"])
def test_a_hyphen_within_a_symbol_may_be_missing(spelling):
    assert found(f"anti-{spelling}-treated") == [(spelling, "CD274")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T cells and T-lymphocytes", ["T cell", "T cell"]),
        ("CAFs, but not CAFS", ["cancer-associated fibroblast"]),
        ("in mice", ["Mus musculus"]),
        ("lymph-node metastases", ["lymph node", "metastasis"]),
        ("Leukemias", ["leukaemia"]),
        ("the pancreas", ["pancreas"]),
        ("Hodgkin lymphoma and Hodgkin’s lymphoma", ["Hodgkin's lymphoma"] * 2),
        ("CD8+ T cells, CD8 T cells", ["CD8-positive, alpha-beta T cell"] * 2),
        ("by immunofluorescence", ["immunofluorescence evidence"]),
        ("interferon-γ", ["IFNG"]),
        ("IFN-γ", ["IFNG"]),
        ("mouse Csf1r", ["Mus musculus", "CSF1R"]),
    ],
)
def test_plurals_spellings_and_derived_names(text, expected):
    assert labels(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "were met, on a kit, a spark",
        "Met with Kit.",
        "THE KIT WAS MET BY THE PATIENTS.",
        "KIT: what was used",
        "It grew. IMPLICATIONS OF MET IN PRACTICE: none",
        "On Mpo 1 and a mpo 1",
        "CSF 1 rs",
        "DNA",
        "Ca2+ influx",
        "PD-L2",
        "VEGF-C and VEGFR",
        "kitKIT1 xMET MET2 _MET",
        "T-bet",
        "many cancers",
        "p40",
        "T. Cell and B,cell",
        "a T-cell-like pre-B cell",
        "T cell receptor and macrophage colony-stimulating factor",
        "ON",
    ],
)
def test_what_is_no_mention(text):
    assert found(text) == []


def test_the_longest_name_wins_and_a_negated_one_is_another_thing():
    assert found("small cell lung cancer cells") == [("small cell lung cancer", "small cell lung cancer")]
    assert found("non-small cell lung cancer") == []
    assert found("non small-cell lung cancer") == []


def test_symbols_that_are_words_count_in_capitals():
    assert labels("In this model MET and KIT drove growth; SPARC-null mice") == ["MET", "KIT", "SPARC", "Mus musculus"]


def test_a_term_before_a_genes_alias():
    assert labels("the CAF secretome") == ["cancer-associated fibroblast"]


def test_a_short_form_means_what_the_text_says():
    assert labels("Coronary artery disease (CAD) and metabolic equivalents of task (METs); 4 METs") == []
    assert labels("The MET gene") == ["MET"]
    assert labels("B cells (BCs) and activated BCs") == ["B cell"] * 3
    text = "V-domain Ig suppressor of T cell activation (VISTA). VISTA again"
    assert labels(text)[-2:] == ["VSIR", "VSIR"]
    assert labels("vascular endothelial growth factor (VEGF), VEGF") == ["VEGFA", "VEGFA"]
    assert labels("cyclophosphamide, adriamycin and fluorouracil (CAF); CAF") == []


def test_an_empty_dictionary_finds_nothing():
    assert Dictionary([]).find("TGF-β in T cells") == []


PIECES = st.sampled_from(
    ["TGF-β", "T cell", "cells", "CAF", " (CAFs)", "cancer-associated fibroblasts", "MET", "non-", "İ", "ß", "ﬁ",
     "e\u0301", "𝛽", "+", "-", "–", "/", "'s",
     "\n", ".", ":", "(", ")", " ", "\x00", "\ud800", "²", "１", "ﷺ", "µ", "s", "S"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join))


def check_places(text):
    end = 0
    for mention in DICTIONARY.find(text):
        assert end <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        end = mention.end


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_places_are_exact_in_order_and_apart(text):
    check_places(text)


@pytest.mark.soak
@given(TEXTS)
@settings(max_examples=50_000, deadline=None)
def test_places_are_exact_in_order_and_apart_in_many_texts(text):
    check_places(text)


@given(st.sampled_from(KNOWN), st.data())
@settings(max_examples=60, deadline=None)
def test_a_label_between_plain_words_is_found_or_means_too_little(named, data):
    kept = named.label not in {"cancer"}
    assert labels(f"we studied {named.label} in depth") == [named.label] * kept


# --- as stored ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_usable_targets_and_terms_are_found():
    target = TargetFactory(symbol="LAG3", name="lymphocyte activating 3", synonyms=["CD223"], former_symbols=["LAGX3"])
    state = TermFactory(vocabulary=Vocabulary.CELL_STATE, label="exhausted cell", synonyms=["TEX"])
    TermFactory(label="old cell", obsolete=True)
    TermFactory(label="asked-for cell", status=TermStatus.PENDING)
    TargetFactory(symbol="LAG9", merged_into=target)
    mentions = find_mentions("LAG-3 (CD223, LAGX3, LAG9) on TEX, an old cell, an asked-for cell")
    assert [(one.kind, one.curie, one.label) for one in mentions] == [
        *[("target", target.curie, "LAG3")] * 3,
        ("cell_state", state.curie, "exhausted cell"),
    ]


@pytest.mark.django_db
def test_every_change_is_seen_at_once(django_assert_num_queries):
    text = "dendritic cells and Langerhans cells"
    cell = TermFactory(label="dendritic cell")
    assert len(find_mentions(text)) == 1
    with django_assert_num_queries(1):
        find_mentions(text)
    save_term(curie="CL:1", vocabulary=Vocabulary.CELL_TYPE, label="Langerhans cell")
    assert len(find_mentions(text)) == 2
    type(cell).objects.filter(pk=cell.pk).update(obsolete=True)
    assert len(find_mentions(text)) == 1
    type(cell).objects.all().delete()
    assert find_mentions(text) == []


# --- marking ------------------------------------------------------------------------------------


def test_segments_are_the_text_in_pieces():
    text = "MET in T cells"
    mentions = DICTIONARY.find(text)
    assert segments(text, mentions) == [("MET", mentions[0]), (" in ", None), ("T cells", mentions[1])]
    assert segments(text, mentions, 1, 9) == [("ET in T ", None)]
    assert segments("", []) == []


def test_a_marked_text_is_escaped_and_its_legend_names_the_kinds():
    text = "<b>T cells</b> & MET"
    mentions = DICTIONARY.find(text)
    context = {"segments": segments(text, mentions), "taken": {"HGNC:MET"}}
    assert render_to_string("components/marked_text.html", context) == (
        '&lt;b&gt;<mark class="mention" data-kind="cell_type" data-curie="X:T cell" title="Cell type: T cell">T cells'
        '</mark>&lt;/b&gt; &amp; <mark class="mention" data-kind="target" data-curie="HGNC:MET" data-taken '
        'title="Target: MET">MET</mark>'
    )
    assert kinds_among(mentions) == [("target", "Target"), ("cell_type", "Cell type")]
    legend = render_to_string("components/mention_legend.html", {"kinds": kinds_among(mentions)})
    assert "Cell type" in legend
