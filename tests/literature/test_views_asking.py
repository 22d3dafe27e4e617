"""The page that asks for an import: three ways, two of them with a look beforehand; nothing typed is lost."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.literature import tasks
from apps.literature.models import ImportRun
from tests.factories.literature import many
from tests.literature import services_stub as faults
from tests.literature.services_stub import europepmc_result

pytestmark = pytest.mark.django_db

NEW = "/workbench/imports/new/"
LIST = {"way": "identifiers", "identifiers": "PMID 1001\n10.1000/one\nnot-an-id\n1001", "to_triage": "on"}
SEARCH = {"way": "search", "source": "pubmed", "query": "stroma AND niche", "to_triage": "on"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def curators(client, curator):
    client.force_login(curator)
    return client


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    runs: list[int] = []
    monkeypatch.setattr(tasks.import_references, "delay", runs.append)
    return runs


def page(response) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


@pytest.mark.parametrize(
    ("way", "has"),
    [("file", 'type="file"'), ("identifiers", 'name="identifiers"'), ("search", 'name="query"'), ("x", 'type="file"')],
)
def test_each_way_has_a_tab_and_its_fields(curators, way, has):
    answer = curators.get(NEW, {"way": way}).content.decode()
    assert has in answer
    assert answer.count('aria-current="page">') >= 1
    assert re.search(r'name="to_triage"[^>]*checked', answer)
    assert answer.count("btn-primary") == 1


def test_a_link_can_fill_in_a_search(curators):
    answer = curators.get(NEW, {"way": "search", "source": "europepmc", "query": 'TITLE:"x"'}).content.decode()
    assert "TITLE:&quot;x&quot;</textarea>" in answer
    assert re.search(r'value="europepmc"[^>]*checked', answer)


# --- lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_list_is_looked_at_without_importing_it(services_stub, curators, headers):
    answer = curators.post(NEW, {**LIST, "step": "look"}, headers=headers)
    assert answer.status_code == 200
    text = page(answer)
    assert "1 PMID, 1 DOI" in text
    assert "1 more repeats one of them." in text
    assert "Line 3: “not-an-id” is no PMID, DOI or PMCID." in text
    assert ("<h1" in answer.content.decode()) is not bool(headers)
    assert "PMID 1001\n10.1000/one\nnot-an-id\n1001</textarea>" in answer.content.decode() or headers
    assert not ImportRun.objects.exists()
    assert services_stub.asked == []


def test_a_list_is_imported(services_stub, curators, curator, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = curators.post(NEW, {**LIST, "two_person": "on"})
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == f"/workbench/imports/{run.pk}/"
    assert (run.requested_by, run.identifiers) == (curator, ["pmid:1001", "doi:10.1000/one"])
    assert (run.to_triage, run.two_person, rung) == (True, True, [run.pk])


def test_what_does_not_go_to_triage_is_not_screened(services_stub, curators):
    curators.post(NEW, {"way": "identifiers", "identifiers": "1001", "two_person": "on"})
    run = ImportRun.objects.get()
    assert (run.to_triage, run.two_person) == (False, False)


@pytest.mark.parametrize(
    ("text", "says"), [("", "Paste at least one PMID"), ("only <words> here", "There is no PMID, DOI or PMCID in it")]
)
def test_a_list_without_identifiers_is_refused_and_kept(services_stub, curators, text, says):
    answer = curators.post(NEW, {**LIST, "identifiers": text})
    assert answer.status_code == 422
    assert says in page(answer)
    assert f"{html.escape(text)}</textarea>" in answer.content.decode()


# --- searches ---------------------------------------------------------------------------------


def test_a_search_is_counted_before_it_is_imported(services_stub, curators):
    services_stub.know(*range(1, 30), title="Stroma &amp; niche")
    services_stub.hits[SEARCH["query"]] = list(range(1, 30))
    text = page(curators.post(NEW, {**SEARCH, "step": "look"}))
    assert "29 publications found" in text
    assert text.count("Stroma & niche") == 5
    assert "Understood as: stroma AND niche[All Fields]" in text
    assert not ImportRun.objects.exists()


def test_titles_of_services_are_only_text(services_stub, curators):
    services_stub.hits["x"] = [europepmc_result(pmid="1", title='<script>alert("x")</script>')]
    answer = curators.post(NEW, {**SEARCH, "source": "europepmc", "query": "x", "step": "look"}, headers=HTMX)
    assert "<script" not in answer.content.decode()


def test_too_large_a_search_says_how_to_narrow_it(services_stub, curators):
    services_stub.total = 120_000
    text = page(curators.post(NEW, {**SEARCH, "step": "look"}))
    assert "120,000 publications found" in text
    assert "at most 9,999 can be taken in at once. Narrow the search" in text


def test_a_search_is_imported(services_stub, curators, curator, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        curators.post(NEW, {**SEARCH, "since": "2026-11-02"})
    run = ImportRun.objects.get()
    assert (run.origin, run.query, str(run.since)) == ("pubmed", "stroma AND niche", "2026-11-02")
    assert rung == [run.pk]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"query": " "}, "Say what to search for"),
        ({"since": "soon"}, "Give a day as 2026-11-24"),
        ({"source": "google"}, "google is not one of the available choices"),
        ({"query": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_a_search_that_says_nothing_is_refused_and_kept(services_stub, curators, changes, says):
    answer = curators.post(NEW, SEARCH | changes)
    assert answer.status_code == 422
    assert says in page(answer)
    assert f"{(SEARCH | changes)['query'].strip()}</textarea>" in answer.content.decode().replace("> </t", "></t")
    fragment = curators.post(NEW, SEARCH | changes | {"step": "look"}, headers=HTMX)
    assert fragment.status_code == 200
    assert says in page(fragment)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (faults.status(500), "PubMed gave no usable answer in 2 tries: error 500. Please try again in a while"),
        (faults.web_page(), "a web page instead of an answer"),
        (faults.instead(b"<eSearchResult><ERROR>Wrong &lt;field&gt;</ERROR></eSearchResult>"), "refused the question"),
        (faults.status(503, Retry_After="3600"), "PubMed gave no usable answer when asked"),
    ],
)
def test_trouble_of_a_service_is_shown_and_the_query_kept(services_stub, curators, slept, fault, says):
    services_stub.fail(fault, fault)
    answer = curators.post(NEW, {**SEARCH, "step": "look"})
    assert answer.status_code == 200
    assert says in page(answer)
    assert "stroma AND niche</textarea>" in answer.content.decode()


def test_nobody_is_kept_waiting_for_a_service_that_wants_to_be_left_alone(services_stub, curators, slept):
    services_stub.fail(faults.status(429, Retry_After="30"))
    curators.post(NEW, {**SEARCH, "step": "look"})
    answer = curators.post(NEW, {**SEARCH, "step": "look"})
    assert "it wants to be left alone for a while" in page(answer)
    assert sum(slept) < 5
    assert len(services_stub.asked) == 1


# --- a portal by itself -----------------------------------------------------------------------


def test_a_portal_that_asks_no_services_says_so_beforehand_and_takes_files(curators):
    for way, asked in (("identifiers", LIST), ("search", SEARCH)):
        assert "Its operator has it ask no other services" in page(curators.get(NEW, {"way": way}))
        answer = curators.post(NEW, asked)
        assert answer.status_code == 422
        assert "does not ask other services" in page(answer)
    assert "no other services" not in page(curators.get(NEW))
    curators.post(NEW, {"file": SimpleUploadedFile("x.xml", many(1)), "to_triage": "on"})
    assert ImportRun.objects.get().to_triage
