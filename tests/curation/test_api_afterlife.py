"""Flags, second looks, retraction and merge through the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.curation import services
from tests.factories.accounts import UserFactory
from tests.factories.curation import ReferenceFactory, make_editor, make_published

pytestmark = pytest.mark.django_db

FLAGS = "/api/v1/curation/flags/"
FLAG = {"reason": "misread", "text": "In mice."}


def client(person=None):
    made = APIClient()
    if person is not None:
        made.force_login(person)
    return made


def of(submission, verb):
    return f"/api/v1/curation/entries/{submission.record.accession}/{verb}/"


@pytest.fixture
def published(db):
    return make_published()


@pytest.fixture
def sworn(editor):
    return make_editor(editor)


def test_a_visitor_flags_and_an_editor_answers(published, visitor, sworn):
    made = client(visitor).post(of(published, "flag"), FLAG)
    assert made.status_code == 200, made.content
    assert (made.json()["entry"], made.json()["outcome"]) == (published.record.accession, "")
    assert client(visitor).post(of(published, "flag"), FLAG).status_code == 409
    assert client(visitor).get(FLAGS).status_code == 403
    api = client(sworn)
    (listed,) = api.get(f"{FLAGS}?open=true").json()["results"]
    assert listed == made.json() == api.get(f"{FLAGS}{listed['id']}/").json()
    answer = api.post(f"{FLAGS}{listed['id']}/resolve/", {"outcome": "dismissed", "answer": "They were human."})
    assert (answer.json()["outcome"], answer.json()["answered_by"]) == ("dismissed", sworn.name)
    assert api.get(f"{FLAGS}?open=true").json()["results"] == []
    assert len(api.get(f"{FLAGS}?entry={published.record.accession}").json()["results"]) == 1


def test_an_entry_is_looked_at_again_upheld_and_retracted(published, sworn):
    api = client(sworn)
    assert api.post(of(published, "uphold"), {"reason": "Fine."}).status_code == 409
    looked = api.post(of(published, "re-review"), {"reason": "A doubt."}).json()
    assert (looked["status"], looked["review_reason"]) == ("current", "A doubt.")
    upheld = api.post(of(published, "uphold"), {"reason": "Fine."}).json()
    assert (upheld["under_review_since"], upheld["upheld_reason"]) == (None, "Fine.")
    gone = api.post(of(published, "retract"), {"reason": "It falls."}).json()
    assert (gone["status"], gone["tombstone_reason"]) == ("retracted", "It falls.")
    assert api.post(of(published, "retract"), {"reason": "Again."}).status_code == 409


def test_an_entry_is_merged(published, sworn):
    other = make_published(reference=ReferenceFactory().pk)
    api = client(sworn)
    missing = api.post(of(published, "merge"), {"reason": "Same.", "successor": "TMEE:9999999"})
    assert missing.status_code in {404, 422}
    merged = api.post(of(published, "merge"), {"reason": "Same.", "successor": other.record.accession})
    assert (merged.json()["status"], merged.json()["successor"]) == ("merged", other.record.accession)


@pytest.mark.parametrize("verb", ["re-review", "uphold", "retract", "merge"])
def test_curators_are_refused(published, curator, verb):
    body = {"reason": "So."}
    if verb == "uphold":
        services.re_review(actor=make_editor(), record=published.record, reason="A doubt.")
    elif verb == "merge":
        body["successor"] = make_published(reference=ReferenceFactory().pk).record.accession
    assert client(curator).post(of(published, verb), body).status_code == 403


def test_an_unknown_entry_is_missing(sworn):
    assert client(sworn).post("/api/v1/curation/entries/TMEE:9999999/retract/", {"reason": "So."}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_flags(published, sworn, count):
    for _ in range(count):
        services.raise_flag(actor=UserFactory(), record=published.record, **FLAG)
    api = client(sworn)
    with CaptureQueriesContext(connection) as taken:
        api.get(FLAGS)
    assert len(taken) == 3
