"""Revisions through the API: note, differences, and bringing one up to date."""

import pytest

from apps.curation.models import Submission
from tests.factories.curation import make_published, make_revision, publish

from .test_api import URL, client

pytestmark = pytest.mark.django_db


@pytest.fixture
def accession():
    return make_published().record.accession


def test_a_revision_is_started_filled_in_and_explained_at_once(curator, accession):
    body = {"revises": accession, "content": {"comparator": "vehicle"}, "change_note": "Stated in the methods."}
    answer = client(curator).post(URL, body)
    assert answer.status_code == 201, answer.json()
    given = answer.json()
    assert given["change_note"] == "Stated in the methods."
    assert given["revision"]["based_on"] == given["revision"]["current"] == 1
    assert [one["name"] for one in given["revision"]["differences"]] == ["comparator"]
    assert given["revision"]["differences"][0]["added"] == [{"key": "vehicle", "text": "vehicle"}]
    assert client(curator).post(f"{URL}{given['id']}/submit/").status_code == 200


def test_a_new_record_is_no_revision(curator):
    given = client(curator).post(URL, {}).json()
    assert (given["revision"], given["change_note"]) == (None, "")
    answer = client(curator).patch(f"{URL}{given['id']}/", {"edit_count": 0, "change_note": "Why?"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "change_note"


def test_a_revision_that_changes_nothing_is_refused_with_its_code(curator, accession):
    draft = make_revision(accession, curator, submit=False)
    answer = client(curator).post(f"{URL}{draft.pk}/submit/")
    assert (answer.status_code, answer.json()["code"]) == (422, "unchanged")


def test_rebase_tells_who_changed_what_and_merges(curator, accession):
    draft = make_revision(accession, curator, submit=False, summary="Mine.", comparator="vehicle")
    publish(make_revision(accession, summary="Theirs.", cancer_stage="IV"))
    api, address = client(curator), f"{URL}{draft.pk}/"

    given = api.get(address).json()
    assert "rebase" in given["verbs"]
    assert given["revision"]["moved_on"] is True
    assert {one["name"]: one["changed"] for one in given["revision"]["parts"]} == {
        "cancer_stage": "theirs",
        "comparator": "mine",
        "summary": "conflict",
    }
    stale = api.post(f"{address}rebase/", {"choices": {"summary": "mine"}, "onto": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    missing = api.post(f"{address}rebase/", {})
    assert (missing.status_code, missing.json()["errors"][0]["field"]) == (422, "summary")
    answer = api.post(f"{address}rebase/", {"choices": {"summary": "mine"}, "onto": 2, "edit_count": 1})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["based_on"] == 2
    assert "rebase" not in answer.json()["verbs"]
    assert Submission.objects.get(pk=draft.pk).cancer_stage == "IV"
