"""A term that is missed while a draft is filled in: asked for, put into its field, exchanged once decided on."""

import re

import pytest

from apps.curation import services
from apps.curation.models import Submission
from apps.vocabularies import services as vocabularies
from apps.vocabularies.models import TermRequest
from tests.curation.test_views import edit, texts
from tests.factories.curation import make_draft, make_in_review
from tests.factories.vocabularies import TermFactory, wish

pytestmark = pytest.mark.django_db

WORDS = {
    "label": "LRRC15-positive fibroblast",
    "definition": "A fibroblast with LRRC15.",
    "parents": "CL:0000057",
    "reason": "The paper is about them.",
}


@pytest.fixture
def person(client, curator):
    TermFactory(curie="CL:0000057", label="fibroblast")
    client.force_login(curator)
    return client


@pytest.fixture
def draft(curator):
    return make_draft(curator, cell_states=())


def fresh(draft):
    return Submission.objects.get(pk=draft.pk)


def states(draft):
    return sorted(fresh(draft).cell_states.values_list("curie", flat=True))


def page(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def ask(person, draft, **typed):
    """Press the button below the field; the address that it leads to."""
    answer = person.post(edit(draft), texts(draft, **typed) | {"ask_for": "cell_states"})
    assert answer.status_code == 302
    return answer["Location"]


def test_the_button_saves_all_that_is_typed_and_takes_the_unknown_name_along(person, draft):
    address = ask(person, draft, cell_states="LRRC15 CAF", summary="Half a sentence", p_value="what?")
    assert address == f"/workbench/submissions/{draft.pk}/terms/cell_states/?name=LRRC15+CAF"
    assert fresh(draft).summary == "Half a sentence"
    assert fresh(draft).unread == {"cell_states": "LRRC15 CAF", "p_value": "what?"}
    assert 'value="LRRC15 CAF"' in person.get(address).content.decode()


def test_the_draft_comes_back_with_the_term_in_place_of_the_unknown_name(person, draft):
    TermFactory(curie="TMECS:0000900", vocabulary="cell_state", label="iCAF")
    address = ask(person, draft, cell_states="iCAF; LRRC15 CAF", p_value="what?")
    answer = person.post(address, WORDS)
    assert answer["Location"] == f"{edit(draft)}#field-cell_states"
    assert states(draft) == ["TMECS:0000900", "TMECS:0100001"]
    assert fresh(draft).unread == {"p_value": "what?"}
    assert TermRequest.objects.get().reason == "The paper is about them."


def test_what_exists_can_be_taken_instead(person, draft):
    TermFactory(curie="TMECS:0000900", vocabulary="cell_state", label="LRRC15 fibroblast")
    address = ask(person, draft, cell_states="LRRC15 fibro cell")
    assert "Use this one" in page(person.get(address))
    person.post(address, {"use": "TMECS:0000900"})
    assert states(draft) == ["TMECS:0000900"]
    assert not TermRequest.objects.exists()


def test_a_field_of_one_term_is_given_the_new_one(person, draft):
    TermFactory(curie="UBERON:0000001", vocabulary="tissue", label="organ")
    words = WORDS | {"label": "tumour margin niche", "parents": "organ"}
    person.post(f"/workbench/submissions/{draft.pk}/terms/tissue/", words)
    assert fresh(draft).tissue.curie == "TMETI:0100001"


@pytest.mark.parametrize("field", ["summary", "target", "nothing"])
def test_only_fields_of_terms_have_such_a_page(person, draft, field):
    assert person.get(f"/workbench/submissions/{draft.pk}/terms/{field}/").status_code == 404


def test_another_curators_draft_is_not_found(person, other_curator):
    other = make_draft(other_curator)
    assert person.post(f"/workbench/submissions/{other.pk}/terms/cell_states/", WORDS).status_code == 404
    assert not TermRequest.objects.exists()


def test_what_is_with_the_editors_takes_no_new_term(person, curator):
    submission = make_in_review(submitter=curator)
    answer = person.post(f"/workbench/submissions/{submission.pk}/terms/cell_states/", WORDS)
    assert answer["Location"] == f"/workbench/submissions/{submission.pk}/"
    assert not TermRequest.objects.exists()


def test_a_pending_term_is_warned_of_in_the_draft_and_stops_approval(person, draft, editor):
    person.post(ask(person, draft, cell_states="x"), WORDS)
    assert "is not decided on yet" in page(person.get(edit(draft)))
    (finding,) = [one for one in services.findings(fresh(draft)) if one.rule == "term"]
    assert (finding.severity, finding.stops) == ("warning", ("approve",))


def test_what_the_editors_chose_instead_is_one_click_away(person, draft, editor):
    person.post(ask(person, draft, cell_states="x"), WORDS)
    known = TermFactory(curie="TMECS:0000900", vocabulary="cell_state", label="CAF")
    vocabularies.answer_request_with(actor=editor, request=TermRequest.objects.get(), instead=known)
    answer = person.get(edit(draft))
    assert "was proposed and declined. Choose CAF (TMECS:0000900) in its place." in page(answer)
    button = re.search(r'name="exchange" value="([^"]+)"', answer.content.decode())[1]
    answer = person.post(edit(draft), texts(draft, summary="Typed meanwhile.") | {"exchange": button})
    assert answer["Location"] == f"{edit(draft)}#field-cell_states"
    assert (states(draft), fresh(draft).summary) == (["TMECS:0000900"], "Typed meanwhile.")


def test_an_obsolete_term_is_exchanged_likewise(person, draft):
    heir = TermFactory(curie="CL:0000002", label="heir")
    old = TermFactory(curie="CL:0000001", label="old", obsolete=True, replaced_by=heir)
    draft.cell_types.set([old])
    person.post(edit(draft), texts(draft) | {"exchange": "cell_types CL:0000001 CL:0000002"})
    assert [term.curie for term in fresh(draft).cell_types.all()] == ["CL:0000002"]


@pytest.mark.parametrize(
    "value", ["", "summary a b", "cell_types", "cell_types CL:1 CL:404", "x y z", "\x00", "a\nb c d"]
)
def test_a_strange_exchange_changes_nothing(person, draft, value):
    before = fresh(draft).content()
    assert person.post(edit(draft), texts(draft) | {"exchange": value}).status_code == 302
    assert fresh(draft).content() == before


def test_a_pending_term_of_another_curator_may_stand_in_a_draft(person, draft, other_curator):
    term = wish(other_curator).term
    person.post(edit(draft), texts(draft, cell_states=term.label))
    assert states(draft) == [term.curie]
