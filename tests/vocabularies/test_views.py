"""The look-ups behind the pickers."""

import pytest
from django.urls import reverse

from apps.vocabularies import services
from apps.vocabularies.models import Term
from tests.factories.vocabularies import CancerFactory, TargetFactory, TermFactory, wish

TERMS = reverse("vocabularies:term-search")
TARGETS = reverse("vocabularies:target-search")

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client, visitor):
    client.force_login(visitor)
    return client


def results(response):
    assert response.status_code == 200
    return response.json()["results"]


def test_addresses_are_those_agreed():
    assert (TERMS, TARGETS) == ("/vocabularies/terms/", "/vocabularies/targets/")


def test_a_term_is_shown_with_id_the_synonym_it_was_found_by_and_parents(person):
    phagocyte = TermFactory(label="phagocyte")
    TermFactory(curie="CL:0000235", label="macrophage", synonyms=["histiocyte", "big eater"], parents=[phagocyte],
                definition="A cell that eats.", usage=7)  # fmt: skip
    assert results(person.get(TERMS, {"vocabulary": "cell_type", "q": "hist"})) == [
        {
            "value": "CL:0000235",
            "text": "macrophage",
            "detail": "CL:0000235 · histiocyte · in phagocyte",
            "definition": "A cell that eats.",
            "usage": 7,
            "pending": False,
        }
    ]


def test_a_target_is_shown_with_name_id_and_the_synonym_it_was_found_by(person):
    TargetFactory(curie="HGNC:8760", symbol="PDCD1", name="programmed cell death 1", synonyms=["CD279", "PD-1"])
    assert results(person.get(TARGETS, {"q": "pd-1"})) == [
        {
            "value": "HGNC:8760",
            "text": "PDCD1",
            "detail": "programmed cell death 1 · HGNC:8760 · PD-1",
            "definition": "",
            "usage": 0,
            "pending": False,
        }
    ]


def test_terms_keep_to_the_vocabularies_asked_for(person):
    TermFactory(label="melanocyte")
    CancerFactory(label="melanoma")
    assert [row["text"] for row in results(person.get(TERMS, {"vocabulary": "cancer", "q": "mel"}))] == ["melanoma"]
    assert len(results(person.get(TERMS + "?vocabulary=cancer&vocabulary=cell_type&q=mel"))) == 2
    assert len(results(person.get(TERMS, {"q": "mel"}))) == 2


def test_an_unknown_vocabulary_is_named(person):
    response = person.get(TERMS, {"vocabulary": "planets"})
    assert (response.status_code, response.json()) == (400, {"detail": "There is no vocabulary “planets”."})


@pytest.mark.parametrize("address", [TERMS, TARGETS])
def test_at_most_twenty_are_shown(person, address):
    TermFactory.create_batch(25)
    TargetFactory.create_batch(25)
    assert len(results(person.get(address))) == 20


@pytest.mark.parametrize("address", [TERMS, TARGETS])
@pytest.mark.parametrize("text", ["\x00", "%" * 500, "'; --", "<b>", "🧬"])
def test_strange_texts_find_nothing_and_break_nothing(person, address, text):
    results(person.get(address, {"q": text}))


@pytest.mark.parametrize("address", [TERMS, TARGETS])
def test_strangers_are_sent_to_sign_in(client, address):
    response = client.get(address)
    assert response.status_code == 302
    assert "login" in response["Location"]


@pytest.mark.parametrize("address", [TERMS, TARGETS])
def test_nothing_can_be_posted(person, address):
    assert person.post(address).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [(TERMS, 3), (TARGETS, 3)])
def test_queries_do_not_grow_with_the_rows(person, address, queries, count, django_assert_num_queries):
    for _ in range(count):
        TermFactory(parents=[TermFactory(obsolete=True)])
        TargetFactory()
    with django_assert_num_queries(queries):
        assert len(results(person.get(address))) == count


def test_a_mistyped_word_finds_what_was_meant(person):
    TermFactory(curie="CL:0000235", label="macrophage")
    services.refresh_words()
    answer = person.get(TERMS, {"q": "makrophage"}).json()
    assert [row["text"] for row in answer["results"]] == ["macrophage"]
    assert answer["searched"] == "macrophage"


def test_a_long_definition_is_cut(person):
    TermFactory(label="macrophage", definition="word " * 100)
    (row,) = results(person.get(TERMS, {"q": "macrophage"}))
    assert len(row["definition"]) <= 160
    assert row["definition"].endswith(" …")


def test_what_awaits_a_decision_is_offered_and_marked_and_what_was_declined_is_not(person, curator, editor):
    wish(curator)
    services.decline_request(actor=editor, request=wish(curator, label="LRRC15 niche"), answer="No state.")
    rows = results(person.get(TERMS, {"q": "lrrc15"}))
    assert [(row["text"], row["pending"]) for row in rows] == [("LRRC15-positive fibroblast", True)]


@pytest.mark.parametrize("text", ["macro", "makrophage", "histiocyte", "CL:0000235", "big mac cell"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_search_takes_a_fixed_number_of_queries(person, text, count, django_assert_max_num_queries):
    """The session, the person and the search; mistyped words are looked up and searched once more."""
    for number in range(count):
        TermFactory(label=f"macrophage {number}", synonyms=["histiocyte"], parents=[TermFactory()])
    services.refresh_words()
    mended = len(text.split()) + 1
    with django_assert_max_num_queries(3 + mended):
        person.get(TERMS, {"q": text})


def test_what_is_compiled_once_finds_what_the_search_finds(person):
    labels = ["cell", "cell of 50% lung", "cell of 50x lung", "under_score cell", "underxscore cell", "it's a cell",
              "back\\slash cell", "T cell", "CD8-positive, alpha-beta T cell", "xcell"]  # fmt: skip
    for number, label in enumerate(labels):
        TermFactory(label=label, usage=number % 3, synonyms=[f"{label} too"])
    CancerFactory(label="cell carcinoma")
    typed = [
        "c",
        "cell",
        "CELL",
        "50%",
        "cell of 50% l",
        "under_",
        "under_score",
        "it's",
        "it's a",
        "back\\",
        "t cell",
        "cd8 positive alpha",
        "cell too",
        "CL:",
        "%",
        "_",
        "\\",
        "'",
        "a & b | !c",
        "\x02",
        "\x020\x03",
    ]
    found = 0
    for text in typed:
        for vocabularies in ([], ["cell_type"], ["cancer", "cell_type", "cancer"]):
            rows = Term.objects.choosable()
            rows = rows.filter(vocabulary__in=vocabularies) if vocabularies else rows
            expected = [term.curie for term in rows.search(text)[:20]]
            answer = person.get(TERMS, {"q": text, "vocabulary": vocabularies}).json()
            assert answer["searched"] != text or [one["value"] for one in answer["results"]] == expected, text
            found += bool(expected)
    assert found > 30


def test_a_look_up_costs_the_same_few_queries_whatever_is_typed(person, django_assert_num_queries):
    for number in range(5):
        TermFactory(label=f"macrophage {number}", parents=[TermFactory(label=f"phagocyte {number}")])
    person.get(TERMS, {"q": "mac"})
    with django_assert_num_queries(3):  # session, person, terms
        assert len(results(person.get(TERMS, {"q": "macrophage 1"}))) == 1
    with django_assert_num_queries(3):
        assert len(results(person.get(TERMS, {"q": "mac"}))) == 5
