"""Triage for programs: the same queue and the same verbs as on the pages, and every error a problem."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.services import make_token
from apps.literature import services
from apps.literature.choices import Verdict
from apps.literature.models import Candidate
from tests.factories.curation import make_terms
from tests.factories.triage import CandidateFactory, make_claimed, make_rejected, make_screened

pytestmark = pytest.mark.django_db

URL = "/api/v1/curation/candidates/"


def client(person=None) -> APIClient:
    made = APIClient()
    if person is not None:
        made.force_login(person)
    return made


def url(candidate, verb: str = "") -> str:
    return f"{URL}{candidate.pk}/" + (f"{verb}/" if verb else "")


def ids(answer) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


def test_a_candidate_is_found_claimed_and_left_with_a_token_alone(curator):
    make_terms()
    candidate = CandidateFactory(reference__title="Blocking CSF1R")
    services.score_candidates()
    _, token = make_token(owner=curator, name="script")
    api = APIClient(headers={"Authorization": f"Token {token}"})
    (row,) = api.get(URL, {"target": "HGNC:2433"}).json()["results"]
    assert row["reference"]["pmid"] == candidate.reference.pmid
    assert {"text": "Target in the title", "points": 25.0} in row["reasons"]
    assert row["may"] == ["claim", "reject", "postpone", "curate"]
    claimed = api.post(url(candidate, "claim")).json()
    assert (claimed["state"], claimed["claimed_by"]) == ("claimed", {"id": curator.pk, "name": curator.name})
    rejected = api.post(url(candidate, "reject"), {"reason": "not_tme", "text": "A dog."}).json()
    assert (rejected["state"], rejected["reason_text"]) == ("rejected", "A dog.")


@pytest.mark.parametrize(
    ("verb", "given", "state"),
    [("later", {"until": "2199-01-01"}, "later"), ("later", {}, "later"), ("claim", {}, "claimed")],
)
def test_each_verb_does_what_it_says_and_is_undone(curator, verb, given, state):
    candidate, api = CandidateFactory(), client(curator)
    assert api.post(url(candidate, verb), given).json()["state"] == state
    back = "release" if state == "claimed" else "reopen"
    assert api.post(url(candidate, back)).json()["state"] == "new"


def test_not_signed_in_is_401_and_a_visitor_403(visitor):
    candidate = CandidateFactory()
    for api, status in ((client(), 401), (client(visitor), 403)):
        for answer in (api.get(URL), api.get(url(candidate)), api.post(url(candidate, "claim"))):
            assert answer.status_code == status
            assert answer["Content-Type"] == "application/problem+json"
    assert Candidate.objects.get().state == "new"


def test_refusals_are_problems(curator, other_curator):
    api = client(curator)
    taken = api.post(url(make_claimed(other_curator), "claim"))
    assert (taken.status_code, taken.json()["code"]) == (409, "state")
    assert "Omar Curator has claimed it" in taken.json()["detail"]
    theirs = api.post(url(make_claimed(other_curator), "reject"), {"reason": "not_tme"})
    assert (theirs.status_code, theirs.json()["code"]) == (403, "forbidden")
    silent = api.post(url(CandidateFactory(), "reject"), {"reason": "other"})
    assert (silent.status_code, silent.json()["errors"][0]["field"]) == (422, "text")


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("reject", {"reason": "boring"}, "reason"),
        ("reject", {}, "reason"),
        ("later", {"until": "never"}, "until"),
        ("claim", {"for": "me"}, "for"),
    ],
)
def test_a_body_that_is_not_understood_is_400(curator, verb, body, field):
    answer = client(curator).post(url(CandidateFactory(), verb), body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_the_list_is_ranked_and_complete_however_many_stand_alike(curator):
    best, *rest = [CandidateFactory(relevance=relevance) for relevance in (9, 5, 5, 5, 5)]
    api, seen, address = client(curator), [], f"{URL}?page_size=2"
    while address:
        answer = api.get(address)
        seen += ids(answer)
        address = answer.json()["next"]
    assert seen == [best.pk, *(each.pk for each in reversed(rest))]
    assert ids(api.get(answer.json()["previous"])) == seen[2:4]


def test_the_list_is_narrowed_by_view_and_year(curator):
    mine, gone, old = make_claimed(curator), make_rejected(), CandidateFactory(reference__year=1999)
    api = client(curator)
    assert ids(api.get(URL)) == [old.pk]
    assert ids(api.get(URL, {"state": "mine"})) == [mine.pk]
    assert ids(api.get(URL, {"state": "rejected"})) == [gone.pk]
    assert ids(api.get(URL, {"year_from": 2000})) == []


WRONG = ({"stat": "x"}, {"state": "gone"}, {"page_size": 101}, {"cursor": "x"}, {"year_from": "x"}, {"search": 4242})


@pytest.mark.parametrize("query", WRONG)
def test_an_unknown_parameter_or_value_is_named(curator, query):
    answer = client(curator).get(URL, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == next(iter(query))


def test_the_others_vote_stays_hidden(curator, other_curator):
    candidate = make_screened((other_curator, Verdict.EXCLUDE))
    seen = client(curator).get(url(candidate)).json()
    assert (seen["votes_given"], seen["own_vote"], seen["screening"], seen["reason"]) == (1, "", "", "")
    assert client(other_curator).get(url(candidate)).json()["own_vote"] == "exclude"


def test_one_candidate_comes_with_its_notes(curator):
    candidate = CandidateFactory()
    services.note_on_candidate(actor=curator, candidate=candidate, text="See figure 3.")
    seen = client(curator).get(url(candidate)).json()
    assert [(note["author"]["name"], note["text"]) for note in seen["notes"]] == [("Carla Curator", "See figure 3.")]


def test_what_is_not_there_is_404(curator):
    for number in ("4242", "99999999999999999999"):
        assert client(curator).get(f"{URL}{number}/").status_code == 404
        assert client(curator).post(f"{URL}{number}/claim/").status_code == 404


def test_list_costs_the_same_for_one_and_three(curator, other_curator, editor):
    api = client(curator)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            api.get(URL, {"state": "claimed"})
        return len(queries)

    make_claimed(curator)
    one = cost()
    make_claimed(other_curator)
    make_claimed(editor)
    assert cost() == one
