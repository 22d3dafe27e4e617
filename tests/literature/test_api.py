"""The import API: the same verbs as the pages, and every error a problem."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.services import make_token
from apps.literature import services
from apps.literature.models import ImportRun
from tests.factories.literature import article, article_set, imported, make_run, many

pytestmark = pytest.mark.django_db

URL = "/api/v1/curation/imports/"


def client(person=None) -> APIClient:
    made = APIClient()
    if person is not None:
        made.force_login(person)
    return made


def url(run, part: str = "") -> str:
    return f"{URL}{run.pk}/" + (f"{part}/" if part else "")


def send(api: APIClient, content: bytes, **more: str):
    return api.post(URL, {"file": SimpleUploadedFile("export.xml", content), **more}, format="multipart")


def test_a_file_is_sent_and_followed_with_a_token_alone(curator, rung, django_capture_on_commit_callbacks):
    _, plain_token = make_token(owner=curator, name="script")
    api = APIClient(headers={"Authorization": f"Token {plain_token}"})
    with django_capture_on_commit_callbacks(execute=True):
        made = send(api, article_set(article(7), article("none", "Nobody's")))
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    assert made.headers["Location"] == f"http://testserver{URL}{number}/"
    assert (made.json()["state"], made.json()["is_over"], rung) == ("queued", False, [number])
    assert made.json()["requested_by"] == {"id": curator.pk, "name": curator.name}

    services.run_import(number)

    seen = api.get(made.headers["Location"]).json()
    assert (seen["state"], seen["is_over"], seen["created"], seen["failed"]) == ("finished", True, 1, 1)
    issues = api.get(seen["issues"]).json()
    assert [issue["position"] for issue in issues["results"]] == [2]
    assert issues["results"][0]["reason"]


def test_not_signed_in_is_401_and_a_visitor_403(visitor, rung):
    for api, status in ((client(), 401), (client(visitor), 403)):
        for answer in (api.get(URL), api.get(URL + "1/"), send(api, many(1)), api.post(URL + "1/cancel/")):
            assert answer.status_code == status
            assert answer["Content-Type"] == "application/problem+json"
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html>", b"name,title\n"])
def test_an_unreadable_file_is_422_with_the_reason_at_its_field(curator, rung, content):
    answer = send(client(curator), content)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "file"
    assert answer.json()["detail"]
    assert not ImportRun.objects.exists()
    assert not rung


def test_a_file_above_the_limit_is_422_and_one_far_above_it_is_not_even_read(curator, settings):
    settings.UPLOAD_LIMIT_BYTES = 1024
    assert send(client(curator), many(5)).status_code == 422
    assert send(client(curator), b"x" * 100_000).status_code == 413


def test_no_file_and_an_unknown_format_are_400(curator):
    answer = client(curator).post(URL, {}, format="multipart")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    answer = send(client(curator), many(1), format="poem")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "format")


def test_other_media_are_415(curator):
    answer = client(curator).post(URL, "<file/>", content_type="application/xml")
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")


def test_pause_resume_cancel_and_retry(curator, rung, django_capture_on_commit_callbacks):
    run = make_run(many(1), requested_by=curator)
    api = client(curator)
    with django_capture_on_commit_callbacks(execute=True):
        for verb, state in (("pause", "paused"), ("cancel", "cancelled")):
            assert [api.post(url(run, verb)).json()["state"] for _ in range(2)] == [state, state]
        assert not rung
        assert api.post(url(run, "retry")).json()["state"] == "queued"
        api.post(url(run, "pause"))
        assert api.post(url(run, "resume")).json()["state"] == "queued"
    assert rung == [run.pk, run.pk]


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel", "retry", "retry-failed"])
def test_what_cannot_be_done_with_an_import_any_more_is_409(curator, verb):
    answer = client(curator).post(url(imported(many(1), requested_by=curator), verb))
    assert (answer.status_code, answer.json()["code"]) == (409, "state")


def test_failed_rows_become_an_import_of_their_own(curator, rung, django_capture_on_commit_callbacks):
    run = imported(article_set(article(7), article("none", "Nobody's")), requested_by=curator)
    with django_capture_on_commit_callbacks(execute=True):
        made = client(curator).post(url(run, "retry-failed"))
    number = made.json()["id"]
    assert (made.status_code, made.headers["Location"]) == (201, f"http://testserver{URL}{number}/")
    assert (made.json()["retry_of"], made.json()["wanted"], rung) == (run.pk, 1, [number])
    assert client(curator).post(url(run, "retry-failed")).json()["id"] == number


def test_a_running_import_tells_its_pace(curator):
    run = make_run(many(1))
    ImportRun.objects.update(
        state="running", lease_holder="x", lease_until="2100-01-01T00:00Z",
        bytes_total=4000, bytes_read=1000, checkpoint=500, pace=100,
    )  # fmt: skip
    seen = client(curator).get(url(run)).json()
    assert (seen["origin"], seen["wanted"], seen["checkpoint"], seen["pace"]) == ("file", None, 500, 100)
    assert seen["seconds_left"] == 15


def test_others_imports_are_seen_but_not_stopped(curator, other_curator, administrator):
    run = make_run(many(1), requested_by=curator)
    assert client(other_curator).get(url(run)).status_code == 200
    refused = client(other_curator).post(url(run, "cancel"))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert client(administrator).post(url(run, "cancel")).status_code == 200


def test_list_is_newest_first_by_cursor_and_state(curator):
    numbers = [imported(many(1)).pk, make_run(many(1)).pk, make_run(many(1)).pk]
    api = client(curator)
    first = api.get(URL, {"page_size": 2}).json()
    second = api.get(first["next"]).json()
    assert [row["id"] for page in (first, second) for row in page["results"]] == numbers[::-1]
    assert [row["id"] for row in api.get(URL, {"state": "finished"}).json()["results"]] == numbers[:1]
    assert api.get(URL, {"origin": "pubmed"}).json()["results"] == []


@pytest.mark.parametrize(
    "query",
    [{"stat": "x"}, {"state": "gone"}, {"origin": "post"}, {"page_size": 0}, {"page_size": 101}, {"cursor": "x"}],
)
@pytest.mark.parametrize("part", ["", "issues"])
def test_an_unknown_parameter_or_value_is_named(curator, query, part):
    run = make_run(many(1))
    answer = client(curator).get(url(run, part) if part else URL, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == next(iter(query))


def test_what_is_not_there_is_404(curator):
    for part in ("", "issues/", "cancel/", "retry/"):
        for number in ("4242", "99999999999999999999"):
            verb = "post" if part in {"cancel/", "retry/"} else "get"
            assert getattr(client(curator), verb)(f"{URL}{number}/{part}").status_code == 404


def test_list_costs_the_same_for_one_and_three(curator, other_curator, editor):
    api = client(curator)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            api.get(URL)
        return len(queries)

    make_run(many(1), requested_by=curator)
    one = cost()
    make_run(many(1), requested_by=other_curator)
    make_run(many(1), requested_by=editor)
    assert cost() == one
