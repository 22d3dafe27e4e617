"""Discussions through the API: as the pages, in JSON."""

import pytest
from rest_framework.test import APIClient

from apps.curation import services
from tests.factories.curation import make_published, make_submitted
from tests.factories.discussion import commenter, make_comment

pytestmark = pytest.mark.django_db
THREADS, COMMENTS = "/api/v1/curation/threads/", "/api/v1/curation/comments/"


def as_(person):
    client = APIClient()
    client.force_authenticate(person)
    return client


@pytest.fixture
def record():
    return make_published().record


def test_a_thread_is_begun_answered_resolved_and_listed(record):
    person = commenter()
    client = as_(person)
    made = client.post(THREADS, {"entry": record.accession, "text": "Is it **causal**?"})
    assert made.status_code == 201, made.json()
    thread = made.json()
    assert thread["entry"] == record.accession
    assert thread["comments"][0]["html"] == "<p>Is it <strong>causal</strong>?</p>\n"
    answer = as_(commenter()).post(f"{THREADS}{thread['id']}/comments/", {"text": "Yes."})
    assert answer.status_code == 201
    assert client.post(f"{THREADS}{thread['id']}/resolve/").json()["resolved_by"]["id"] == person.pk
    assert client.post(f"{THREADS}{thread['id']}/resolve/").status_code == 409
    assert client.post(f"{THREADS}{thread['id']}/comments/", {"text": "More"}).status_code == 409
    listed = client.get(THREADS, {"entry": record.accession}).json()["results"]
    assert [len(one["comments"]) for one in listed] == [2]
    assert client.get(THREADS, {"entry": record.accession, "resolved": "false"}).json()["results"] == []
    assert client.post(f"{THREADS}{thread['id']}/reopen/").json()["resolved_at"] is None


def test_a_comment_is_edited_withdrawn_and_hidden(record, editor):
    author = commenter()
    comment = make_comment(record, author, "First")
    client, path = as_(author), f"{COMMENTS}{comment.pk}/"
    assert client.patch(path, {"text": "Second"}).json()["text"] == "Second"
    assert as_(commenter()).patch(path, {"text": "Not mine"}).status_code == 403
    assert client.post(f"{path}hide/", {"reason": "?"}).status_code == 403
    assert as_(editor).post(f"{path}hide/", {"reason": "An advertisement."}).json()["hidden_reason"]
    assert client.get(path).json()["text"] == ""
    assert as_(editor).post(f"{path}show/").json()["text"] == "Second"
    assert client.post(f"{path}withdraw/").json()["html"] == ""


def test_the_discussion_of_a_submission_is_open_to_whom_the_submission_is(other_curator):
    submission = make_submitted()
    comment = make_comment(submission, submission.submitter)
    client = as_(other_curator)
    assert client.get(THREADS, {"submission": submission.pk}).status_code == 404
    assert client.post(THREADS, {"submission": submission.pk, "text": "?"}).status_code == 404
    assert client.get(f"{THREADS}{comment.thread_id}/").status_code == 404
    assert client.get(f"{COMMENTS}{comment.pk}/").status_code == 404
    assert client.post(f"{THREADS}{comment.thread_id}/comments/", {"text": "?"}).status_code == 404
    assert as_(submission.submitter).get(THREADS, {"submission": submission.pk}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [{}, {"text": "x"}, {"entry": "TMEE:0000001"}, {"entry": "TMEE:0000001", "target": "HGNC:2433", "text": "x"},
     {"entry": "TMEE:0000001", "text": "x", "more": 1}, {"target": "HGNC:2433", "text": "\x00"}],
)  # fmt: skip
def test_what_is_not_right_is_named(record, body):
    assert as_(commenter()).post(THREADS, body).status_code == 400
    assert as_(commenter()).get(THREADS).status_code == 400


def test_too_much_in_a_short_time_is_429(record, monkeypatch):
    monkeypatch.setattr("apps.curation.services.discussing.MOST_AT_A_TIME", 0)
    answer = as_(commenter()).post(THREADS, {"entry": record.accession, "text": "?"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")


@pytest.mark.parametrize("count", [1, 4])
def test_queries_do_not_grow(record, count, django_assert_num_queries):
    for _ in range(count):
        services.reply(actor=commenter(), thread=make_comment(record).thread, text="Yes.")
    client = as_(commenter())
    with django_assert_num_queries(3):
        assert len(client.get(THREADS, {"entry": record.accession}).json()["results"]) == count
