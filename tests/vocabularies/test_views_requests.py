"""The pages of wishes for terms, and of terms of our own."""

import re

import pytest
from django.urls import reverse

from apps.vocabularies import services
from apps.vocabularies.choices import RequestState, TermStatus
from apps.vocabularies.models import Term, TermRequest
from tests.factories.vocabularies import TermFactory, said, wish

pytestmark = pytest.mark.django_db

LIST = reverse("vocabularies:term-request-list")
NEW = reverse("vocabularies:term-request-create")
LOCAL = reverse("vocabularies:local-list")
WORDS = {
    "label": "LRRC15-positive fibroblast",
    "synonyms": "LRRC15 CAF; ",
    "definition": "A fibroblast with LRRC15.",
    "parents": "fibroblast (CL:0000057)",
    "reason": "A paper is about them.",
}


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def page(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def verb(request, name):
    return reverse(f"vocabularies:term-request-{name}", args=[request.pk])


# --- asking ------------------------------------------------------------------------------------


def test_a_curator_chooses_a_vocabulary_and_asks(as_, curator):
    TermFactory(curie="CL:0000057", label="fibroblast")
    browser = as_(curator)
    assert "Cell state" in page(browser.get(NEW))
    response = browser.post(f"{NEW}?vocabulary=cell_state", WORDS)
    assert response.status_code == 302
    request = TermRequest.objects.get()
    assert (request.term.label, request.term.synonyms) == ("LRRC15-positive fibroblast", ["LRRC15 CAF"])
    assert "LRRC15-positive fibroblast" in page(browser.get(response["Location"]))


def test_what_exists_is_shown_before_anything_is_asked_for(as_, curator):
    said()
    TermFactory(curie="TMECS:0000001", vocabulary="cell_state", label="LRRC15 fibroblast", definition="Known.")
    browser = as_(curator)
    answer = browser.post(f"{NEW}?vocabulary=cell_state", WORDS)
    assert answer.status_code == 422
    assert "Is it one of these?" in page(answer)
    assert "TMECS:0000001" in page(answer)
    assert not TermRequest.objects.exists()
    assert browser.post(f"{NEW}?vocabulary=cell_state", WORDS | {"confirmed": "on"}).status_code == 302


def test_the_same_name_is_refused_even_when_confirmed(as_, curator, other_curator):
    wish(other_curator)
    answer = as_(curator).post(f"{NEW}?vocabulary=cell_state", WORDS | {"confirmed": "on"})
    assert "of that name already, which awaits a decision" in page(answer)
    assert TermRequest.objects.count() == 1


@pytest.mark.parametrize("name", ["label", "definition", "parents", "reason"])
def test_what_is_missing_is_told_and_the_rest_is_kept(as_, curator, name):
    said()
    answer = as_(curator).post(f"{NEW}?vocabulary=cell_state", WORDS | {name: ""})
    assert answer.status_code == 422
    assert not TermRequest.objects.exists()
    kept = next(text for other, text in WORDS.items() if other != name)
    assert kept in answer.content.decode()


def test_a_name_in_the_address_stands_in_the_form(as_, curator):
    answer = as_(curator).get(NEW, {"vocabulary": "cell_state", "name": "iCAF"})
    assert 'value="iCAF"' in answer.content.decode()


# --- lists -----------------------------------------------------------------------------------------


def test_curators_see_their_own_wishes_and_editors_all(as_, curator, other_curator, editor):
    mine, other = wish(curator), wish(other_curator, label="something else")
    text = page(as_(curator).get(LIST))
    assert mine.term.label in text
    assert "something else" not in text
    text = page(as_(editor).get(LIST))
    assert mine.term.label in text
    assert other.term.label in text
    assert "Nothing has been decided" in page(as_(editor).get(LIST, {"show": "decided"}))


@pytest.mark.parametrize("noun", ["term", "target"])
def test_a_list_says_once_what_it_is_before_it_begins(as_, curator, noun):
    content = as_(curator).get(reverse(f"vocabularies:{noun}-request-list")).content.decode()
    assert content.count("<h1") == 1
    assert content.index("<body") < content.index("<h1")


def test_another_curators_wish_is_not_found(as_, other_curator, curator):
    assert as_(other_curator).get(verb(wish(curator), "detail")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_a_fixed_number_of_queries(as_, curator, editor, count, django_assert_num_queries):
    for number in range(count):
        request = wish(curator, label=f"state {number}")
        services.answer_request_with(
            actor=editor, request=request, instead=TermFactory(curie=f"TMECS:{number:07d}", vocabulary="cell_state")
        )
    browser = as_(editor)
    with django_assert_num_queries(6):
        browser.get(LIST, {"show": "decided"})


# --- deciding ----------------------------------------------------------------------------------------


def test_an_editor_approves_with_changes(as_, curator, editor):
    request = wish(curator)
    browser = as_(editor)
    assert "Approve the term" in page(browser.get(verb(request, "detail")))
    changed = WORDS | {"label": "LRRC15+ fibroblast", "answer": "Named as in the paper."}
    assert browser.post(verb(request, "approve"), changed).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.term.label, request.answer) == (
        RequestState.APPROVED,
        "LRRC15+ fibroblast",
        "Named as in the paper.",
    )


def test_declining_without_a_reason_is_refused_with_the_page(as_, curator, editor):
    request = wish(curator)
    answer = as_(editor).post(verb(request, "decline"), {"answer": ""})
    assert answer.status_code == 422
    assert "Say why" in page(answer)
    assert TermRequest.objects.get().is_open


def test_an_editor_answers_with_what_exists(as_, curator, editor):
    request = wish(curator)
    TermFactory(curie="TMECS:0000001", vocabulary="cell_state", label="CAF")
    assert as_(editor).post(verb(request, "instead"), {"instead": "CAF"}).status_code == 302
    assert Term.objects.get(pk=request.term_id).replaced_by.label == "CAF"


def test_ones_own_wish_waits_for_another_editor(as_, editor):
    request = wish(editor)
    browser = as_(editor)
    text = page(browser.get(verb(request, "detail")))
    assert "another editor decides" in text
    assert "Approve the term" not in text
    answer = browser.post(verb(request, "decline"), {"answer": "No."})
    assert answer.status_code == 403
    assert "That was not possible" in page(answer)


def test_the_asker_reads_the_answer(as_, curator, editor):
    request = wish(curator)
    services.decline_request(actor=editor, request=request, answer="It is a marker, no state.")
    assert "It is a marker, no state." in page(as_(curator).get(verb(request, "detail")))


# --- terms of our own -----------------------------------------------------------------------------


def test_editors_add_change_and_retire_terms(as_, editor):
    said()
    browser = as_(editor)
    assert browser.post(f"{LOCAL}new/?vocabulary=cell_state", WORDS).status_code == 302
    term = Term.objects.get(label="LRRC15-positive fibroblast")
    address = f"{LOCAL}{term.curie}/"
    assert browser.post(address, WORDS | {"definition": "Better words."}).status_code == 302
    assert browser.post(f"{address}retire/", {"answer": ""}).status_code == 422
    assert browser.post(f"{address}retire/", {"answer": "Nobody means it."}).status_code == 302
    term.refresh_from_db()
    assert (term.definition, term.obsolete) == ("Better words.", True)
    assert "Retired" in page(browser.get(address))


def test_the_list_finds_by_words_and_by_vocabulary(as_, editor):
    services.add_local_term(actor=editor, said=said())
    services.add_local_term(actor=editor, said=said(vocabulary="therapy", label="TME-1", parents=()))
    TermFactory(curie="CL:0000001", label="LRRC15 cell")
    browser = as_(editor)
    assert "LRRC15 cell" not in page(browser.get(LOCAL, {"q": "lrrc15"}))
    assert "LRRC15-positive" in page(browser.get(LOCAL, {"q": "lrrc15"}))
    assert "LRRC15-positive" not in page(browser.get(LOCAL, {"vocabulary": "therapy"}))
    assert "No such term" in page(browser.get(LOCAL, {"q": "nothing of the kind"}))


def test_terms_of_ontologies_have_no_such_page(as_, editor):
    TermFactory(curie="CL:0000001")
    assert as_(editor).get(f"{LOCAL}CL:0000001/").status_code == 404


def test_a_pending_term_is_changed_by_its_decision_alone(as_, curator, editor):
    term = wish(curator).term
    browser = as_(editor)
    assert "awaits a decision" in page(browser.get(f"{LOCAL}{term.curie}/"))
    assert browser.post(f"{LOCAL}{term.curie}/", WORDS).status_code == 409
    assert Term.objects.get(pk=term.pk).status == TermStatus.PENDING
