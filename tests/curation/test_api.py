"""The curation API: the same verbs as the services, every error a problem, nothing of others' drafts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import Event
from apps.accounts.services import make_token
from apps.catalogue.models import Entry
from apps.curation import services
from apps.curation.models import Submission
from apps.curation.serializers import ContentSerializer
from tests.factories.curation import (
    ReferenceFactory,
    complete_content,
    make_draft,
    make_editor,
    make_in_review,
    make_published,
    make_submitted,
)

pytestmark = pytest.mark.django_db

URL = "/api/v1/curation/submissions/"


def client(person=None) -> APIClient:
    made = APIClient()
    if person is not None:
        made.force_login(person)
    return made


def url(submission, verb="") -> str:
    return f"{URL}{submission.pk}/" + (f"{verb}/" if verb else "")


def plain(content) -> dict:
    return {name: value for name, value in ContentSerializer(content).data.items() if value not in ("", None, [], {})}


def test_a_record_goes_from_start_to_publication_with_tokens_alone(curator, editor):
    make_editor(editor)
    api = {}
    for person in (curator, editor):
        _, plain_token = make_token(owner=person, name="script")
        api[person] = APIClient(headers={"Authorization": f"Token {plain_token}"})
    content = plain(complete_content())

    made = api[curator].post(URL, {"content": content})
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    assert made.json()["verbs"] == ["edit", "submit", "withdraw"]
    submitted = api[curator].post(f"{URL}{number}/submit/")
    assert (submitted.status_code, submitted.json()["status"]) == (200, "submitted")
    claimed = api[editor].post(f"{URL}{number}/claim/")
    assert claimed.json()["claimed_by"]["name"] == editor.name
    approved = api[editor].post(f"{URL}{number}/approve/", {"content_hash": claimed.json()["content_hash"]})

    assert approved.status_code == 200
    assert (approved.json()["status"], approved.json()["accession"]) == ("approved", "TMEE:0000001")
    assert Entry.objects.current().count() == 1


def test_not_signed_in_is_401_and_says_how(db):
    answer = client().get(URL)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert answer["Content-Type"] == "application/problem+json"


def test_visitor_is_refused_with_the_reason(visitor):
    answer = client(visitor).get(URL)

    assert answer.status_code == 403
    assert "curator" in answer.json()["detail"].lower()


def test_submission_of_others_is_not_found(curator, other_curator, editor):
    draft = make_draft(curator)
    for person in (other_curator, editor):
        for verb in ("", "submit", "claim", "approve", "reject", "withdraw", "release", "request-changes"):
            method = "post" if verb else "get"
            assert getattr(client(person), method)(url(draft, verb)).status_code == 404
        assert client(person).patch(url(draft), {"edit_count": 1, "content": {}}).status_code == 404
    assert client(curator).get(URL + "99999999999999999999/").status_code == 404


def test_list_shows_what_is_open_to_the_person(curator, other_curator, editor):
    draft, submitted = make_draft(curator), make_submitted(curator)
    make_draft(other_curator)

    def ids(person, **query):
        return [row["id"] for row in client(person).get(URL, query).json()["results"]]

    assert ids(curator) == [submitted.pk, draft.pk]
    assert ids(curator, status="draft") == [draft.pk]
    assert ids(editor) == [submitted.pk]
    assert ids(editor, mine="true") == []
    services.claim(actor=make_editor(editor), submission=submitted)
    assert ids(editor, claimed="true") == [submitted.pk]


def test_list_goes_on_by_cursor(curator):
    numbers = [make_draft(curator).pk for _ in range(3)]

    first = client(curator).get(URL, {"page_size": 2}).json()
    second = client(curator).get(first["next"]).json()

    assert [row["id"] for page in (first, second) for row in page["results"]] == numbers[::-1]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query", [{"stauts": "draft"}, {"status": "gone"}, {"page_size": "many"}, {"page_size": 0}, {"cursor": "x"}]
)
def test_unknown_parameter_or_value_is_named(curator, query):
    answer = client(curator).get(URL, query)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == next(iter(query))


def test_list_costs_the_same_for_one_and_three(curator):
    api = client(curator)
    make_draft(curator)
    with CaptureQueriesContext(
        connection,
    ) as one:
        api.get(URL)
    make_draft(curator)
    make_draft(curator)
    with CaptureQueriesContext(connection) as three:
        api.get(URL)

    assert len(three) == len(one)


def test_edit_changes_only_what_is_named(curator):
    draft = make_draft(curator)

    answer = client(curator).patch(url(draft), {"edit_count": 1, "content": {"effect_value": "0.58", "nct_ids": []}})

    assert answer.status_code == 200
    assert answer.json()["edit_count"] == 2
    assert answer.json()["content"]["effect_value"] == "0.580000"
    assert answer.json()["content"]["target"] == "HGNC:2433"


def test_edit_over_unseen_work_is_409(curator):
    draft = make_draft(curator)

    for seen in (0, 7):
        answer = client(curator).patch(url(draft), {"edit_count": seen, "content": {"summary": "Mine."}})
        assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert Submission.objects.get().summary != "Mine."


@pytest.mark.parametrize(
    ("content", "status", "field"),
    [
        ({"colour": "red"}, 400, "content.colour"),
        ({"level": "Z"}, 400, "content.level"),
        ({"quality": ["controls", "luck"]}, 400, "content.quality.1"),
        ({"effect_value": "a lot"}, 400, "content.effect_value"),
        ({"effect_value": "NaN"}, 400, "content.effect_value"),
        ({"nct_ids": ["NCT0123456789"]}, 400, "content.nct_ids.0"),
        ({"answers": {"luck": "yes"}}, 400, "content.answers.luck"),
        ({"cell_types": ["CL:4242"]}, 422, "cell_types"),
        ({"target": "HGNC:4242"}, 422, "target"),
        ({"reference": 4242}, 422, "reference"),
    ],
)
def test_what_cannot_be_stored_is_named(curator, content, status, field):
    draft = make_draft(curator)

    answer = client(curator).patch(url(draft), {"edit_count": 1, "content": content})

    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field
    assert Submission.objects.get().edit_count == 1


def test_submit_lists_every_rule_that_is_broken(curator):
    draft = make_draft(curator, target="", therapies=(), therapy_relation="")

    answer = client(curator).post(url(draft, "submit"))

    assert (answer.status_code, answer.json()["code"]) == (422, "rules")
    assert {(error["field"], error["code"]) for error in answer.json()["errors"]} == {
        ("target", "required"),
        ("therapies", "evidence-type"),
    }


def test_verb_out_of_state_is_409(curator):
    submitted = make_submitted(curator)

    assert client(curator).post(url(submitted, "submit")).status_code == 409


def test_editor_cannot_decide_without_the_hash_that_was_read(editor):
    submission = make_in_review(editor=editor)

    missing = client(editor).post(url(submission, "approve"))
    stale = client(editor).post(url(submission, "approve"), {"content_hash": "0" * 64})

    assert missing.status_code == 400
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert not Entry.objects.exists()


@pytest.mark.parametrize(("verb", "status"), [("reject", "rejected"), ("request-changes", "changes_requested")])
def test_editor_refuses_with_a_reason(editor, verb, status):
    submission = make_in_review(editor=editor)
    body = {"content_hash": submission.content_hash}

    assert client(editor).post(url(submission, verb), body).status_code == 400
    answer = client(editor).post(url(submission, verb), body | {"reason": "The dose is missing."})

    assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert Event.objects.of_object(submission).last().reason == "The dose is missing."


def test_editor_releases_and_curator_withdraws(curator, editor):
    submission = make_in_review(curator, editor)

    assert client(editor).post(url(submission, "release")).json()["status"] == "submitted"
    answer = client(curator).post(url(submission, "withdraw"), {"reason": "A better paper came."})

    assert answer.json()["status"] == "withdrawn"


def test_revision_starts_from_the_current_version(curator, other_curator):
    published = make_published(curator)

    answer = client(other_curator).post(URL, {"revises": published.record.accession})

    assert answer.status_code == 201
    assert (answer.json()["accession"], answer.json()["based_on"]) == (published.record.accession, 1)
    assert answer.json()["content"] == ContentSerializer(published.content()).data


def test_start_about_a_reference_or_as_a_copy(curator, other_curator):
    reference = ReferenceFactory()
    about = client(curator).post(URL, {"reference": reference.pk})
    copy = client(curator).post(URL, {"copies": about.json()["id"]})

    assert about.json()["content"]["reference"] == copy.json()["content"]["reference"] == reference.pk
    hidden = client(other_curator).post(URL, {"copies": about.json()["id"]})
    assert (hidden.status_code, hidden.json()["errors"][0]["field"]) == (422, "copies")


def test_start_that_cannot_be_filled_in_leaves_nothing(curator):
    assert client(curator).post(URL, {"content": {"target": "HGNC:4242"}}).status_code == 422
    assert not Submission.objects.exists()
    assert not Event.objects.exists()


def test_session_needs_the_csrf_token(curator):
    api = APIClient(enforce_csrf_checks=True)
    api.force_login(curator)

    assert api.post(URL, {}).status_code == 403


def test_only_json_is_read(curator):
    answer = client(curator).post(URL, {"reference": 1}, format="multipart")

    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")


def test_suggestions_say_what_the_paper_names_and_what_is_taken(curator, other_curator):
    draft = make_draft(curator, target="")
    answer = client(curator).get(url(draft, "suggestions"))

    assert answer.status_code == 200
    rows = {row["value"]: row for row in answer.json()}
    assert rows["HGNC:2433"] == {
        "field": "target",
        "kind": "target",
        "value": "HGNC:2433",
        "label": "CSF1R",
        "count": 1,
        "in_title": False,
        "sentence": "Blocking CSF1R depleted macrophages and slowed tumour growth in mice.",
        "marks": [{"start": 9, "end": 14}],
        "taken": False,
    }
    assert rows["CL:0000235"]["taken"]
    assert client(other_curator).get(url(draft, "suggestions")).status_code == 404
    assert client(curator).get(url(services.start(actor=curator), "suggestions")).json() == []
