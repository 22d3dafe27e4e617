"""Asking for imports by the API: identifiers and queries as JSON, files as before."""

import pytest
from rest_framework.test import APIClient

from apps.literature import services, tasks
from apps.literature.models import ImportRun
from tests.literature.test_api import send

pytestmark = pytest.mark.django_db

URL = "/api/v1/curation/imports/"


@pytest.fixture
def api(curator, monkeypatch):
    monkeypatch.setattr(tasks.import_references, "delay", lambda number: None)
    made = APIClient()
    made.force_login(curator)
    return made


def test_identifiers_are_imported(api, services_stub):
    services_stub.know(1001)
    made = api.post(URL, {"identifiers": ["PMID:1001", "10.1000/none", "what?"], "to_triage": True})
    assert made.status_code == 201, made.content
    run = ImportRun.objects.get()
    assert made.headers["Location"].endswith(f"{URL}{run.pk}/")
    assert (run.identifiers, run.to_triage) == (["pmid:1001", "doi:10.1000/none"], True)
    services.run_import(run.pk)
    seen = api.get(made.headers["Location"]).json()
    assert (seen["state"], seen["created"], seen["failed"]) == ("finished", 1, 1)
    told = [(issue["position"], issue["identifier"]) for issue in api.get(seen["issues"]).json()["results"]]
    assert told == [(None, "what?"), (2, "DOI 10.1000/none")]


def test_a_query_is_imported(api, services_stub):
    made = api.post(URL, {"source": "europepmc", "query": "stroma", "since": "2026-11-02"})
    assert made.status_code == 201, made.content
    run = made.json()
    seen = (run["origin"], run["query"], run["since"], run["to_triage"])
    assert seen == ("europepmc", "stroma", "2026-11-02", False)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "source"),
        ([], 400, ""),
        ({"identifiers": []}, 400, "identifiers"),
        ({"identifiers": "1001"}, 400, "identifiers"),
        ({"identifiers": [["1001"]]}, 400, "identifiers"),
        ({"identifiers": ["nothing"]}, 422, "identifiers"),
        ({"identifiers": ["1001"], "query": "x"}, 400, "query"),
        ({"source": "google", "query": "x"}, 400, "source"),
        ({"source": "pubmed", "query": ""}, 400, "query"),
        ({"source": "pubmed", "query": "x", "since": "soon"}, 400, "since"),
        ({"source": "pubmed", "query": "x", "url": "http://127.0.0.1/"}, 400, "url"),
    ],
)
def test_what_is_not_understood_is_named(api, services_stub, body, status, field):
    answer = api.post(URL, body, format="json")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    named = [error["field"] for error in answer.json().get("errors", [])]
    assert any(name.startswith(field) for name in named) or not field
    assert not ImportRun.objects.exists()


def test_a_file_can_go_to_triage_and_has_no_other_fields(api, services_stub):
    made = send(api, b"31234567\n", to_triage="true", two_person="true")
    assert made.status_code == 201
    run = ImportRun.objects.get()
    assert (run.origin, run.identifiers, run.to_triage, run.two_person) == (
        "identifiers", ["pmid:31234567"], True, True,
    )  # fmt: skip
    assert send(api, b"31234567\n", surprise="1").status_code == 400


def test_a_portal_that_asks_no_services_refuses(api):
    answer = api.post(URL, {"identifiers": ["1001"]})
    assert (answer.status_code, "does not ask other services" in answer.json()["detail"]) == (422, True)


def test_visitors_are_refused(services_stub, visitor):
    api = APIClient()
    api.force_login(visitor)
    assert api.post(URL, {"identifiers": ["1001"]}).status_code == 403
