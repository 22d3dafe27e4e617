"""The relevance of a reference: what it rests on, and that every point is explained."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.literature.choices import ReferenceType, RetractionState
from apps.literature.relevance import RETRACTED, Paper, relevance_of

TARGET, CELL, CANCER, DRUG = (
    ("target", "HGNC:2433", "CSF1R"),
    ("cell_type", "CL:0000235", "macrophage"),
    ("cancer", "DOID:3498", "pancreatic ductal adenocarcinoma"),
    ("therapy", "CHEMBL:CHEMBL3813873", "pexidartinib"),
)
ALL = (TARGET, CELL, CANCER, DRUG)


@dataclass(frozen=True)
class Mention:
    kind: str
    curie: str
    label: str


def paper(*, abstract="An abstract.", in_title=(), in_abstract=(), type="article", types=(), retraction="none"):
    return Paper(
        title="A title",
        abstract=abstract,
        reference_type=type,
        publication_types=types,
        retraction_state=retraction,
        in_title=[Mention(*each) for each in in_title],
        in_abstract=[Mention(*each) for each in in_abstract],
    )


def score(**changes) -> float:
    return relevance_of(paper(**changes)).score


def texts(**changes) -> list[str]:
    return [reason.text for reason in relevance_of(paper(**changes)).reasons]


def test_the_title_counts_more_than_the_abstract():
    assert score(in_title=[TARGET]) > score(in_abstract=[TARGET]) > score()


def test_breadth_counts_more_than_repetition():
    twenty = [TARGET] * 20
    assert score(in_abstract=[TARGET]) == score(in_abstract=twenty)
    assert score(in_abstract=ALL) > score(in_title=twenty, in_abstract=twenty)


def test_several_of_a_kind_add_a_little():
    others = [("target", f"HGNC:{n}", f"GENE{n}") for n in range(9)]
    assert score(in_title=[TARGET]) < score(in_title=[TARGET, *others]) < score(in_title=[TARGET, CELL])


def test_cell_types_and_states_are_one_kind_and_tissues_none():
    state = ("cell_state", "TMECS:0000001", "tumour-associated macrophage")
    assert score(in_title=[CELL, state]) < score(in_title=[CELL, CANCER])
    assert score(in_title=[("tissue", "UBERON:0001264", "pancreas")]) == score()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("In a phase II trial of 40 people", "A clinical trial"),
        ("Patients with high levels", "Patients"),
        ("tumour-bearing mice", "Animals"),
        ("organoids grown from it", "Fresh tissue or organoids"),
        ("of the tumour microenvironment", "Speaks of the microenvironment"),
    ],
)
def test_words_of_evidence_count_and_are_named(words, reason):
    assert reason in texts(abstract=words)
    assert score(abstract=words) > score()


def test_words_within_words_are_none():
    assert texts(abstract="Impatients micelle cohorting") == []


def test_a_publication_type_counts_like_its_words():
    assert "A clinical trial" in texts(types=["Clinical Trial, Phase II"])


def test_the_two_strongest_systems_count():
    abstract = "A randomised trial in patients after work in mice, organoids and in vitro."
    assert texts(abstract=abstract) == ["A clinical trial", "Patients"]


@pytest.mark.parametrize("type", [ReferenceType.REVIEW, ReferenceType.EDITORIAL, ReferenceType.NOTICE])
def test_what_has_no_evidence_of_its_own_sinks(type):
    assert score(in_title=ALL, type=type) < score(in_title=ALL) - 15


def test_nothing_can_be_judged_from_a_title_alone():
    assert "No abstract to judge by" in texts(abstract="")


@pytest.mark.parametrize("state", [RetractionState.RETRACTED, RetractionState.WITHDRAWN])
def test_retracted_papers_stand_below_everything(state):
    worst = relevance_of(paper(in_title=ALL, retraction=state))
    assert worst.score == RETRACTED < score(type="notice", abstract="")
    assert worst.reasons[0].text.startswith(state.label)
    assert worst.found


def test_a_concern_has_to_be_cleared_first():
    concern = score(in_title=ALL, retraction="expression_of_concern")
    assert RETRACTED < concern < score(in_title=ALL)
    assert score(in_title=ALL, retraction="corrected") == score(in_title=ALL)


def test_what_was_found_is_told_once_each_the_most_important_first():
    found = relevance_of(paper(in_title=[CELL], in_abstract=[TARGET, CANCER, CANCER, CELL])).found
    assert [(each.curie, each.count, each.title) for each in found] == [
        ("CL:0000235", 2, True),
        ("DOID:3498", 2, False),
        ("HGNC:2433", 1, False),
    ]


PIECES = st.lists(st.sampled_from([*ALL, ("tissue", "UBERON:1", "x"), ("target", "HGNC:1", "A")]), max_size=12)


@given(
    title=PIECES,
    abstract=PIECES,
    words=st.sampled_from(["", "randomised trial in patients and mice", "stromal organoids in vitro"]),
    type=st.sampled_from(ReferenceType.values),
    retraction=st.sampled_from(RetractionState.values),
)
def test_the_score_is_the_sum_of_its_reasons_within_its_bounds(title, abstract, words, type, retraction):
    result = relevance_of(paper(abstract=words, in_title=title, in_abstract=abstract, type=type, retraction=retraction))
    told = sum(reason.points for reason in result.reasons)
    assert result.score == pytest.approx(max(told, 0) if result.score != RETRACTED else told)
    assert RETRACTED <= result.score <= 100
