"""Runs from services: what is asked for is frozen, and each identifier is dealt with once, whatever fails."""

import io
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.db import connection

from apps.accounts.models import Event
from apps.core.exceptions import Refused
from apps.literature import services
from apps.literature.models import Candidate, ImportRun, Reference
from apps.literature.services import remote, running
from apps.literature.sources import lookup
from tests.literature import services_stub as faults
from tests.literature.test_services import stored_files

pytestmark = pytest.mark.django_db
State, Origin = ImportRun.State, ImportRun.Origin


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.unchanged, run.failed


def issues(run: ImportRun) -> list[tuple]:
    return list(run.issues.order_by("pk").values_list("position", "identifier", "reason"))


def verbs(run: ImportRun) -> list[str]:
    return list(Event.objects.of_object(run).values_list("verb", flat=True))


def ran(run: ImportRun) -> ImportRun:
    services.run_import(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(remote, "FETCHED_AT_ONCE", 10)
    monkeypatch.setattr(running, "CHUNK", 20)


@pytest.fixture
def forty(services_stub, curator, small_batches):
    """A run of forty publications that PubMed has."""
    services_stub.know(*range(1, 41))
    return services.request_identifiers(requested_by=curator, identifiers=[str(pmid) for pmid in range(1, 41)])


# --- asking -----------------------------------------------------------------------------------


def test_a_pasted_text_becomes_a_list_and_says_what_is_no_identifier(services_stub, curator):
    text = "PMID: 7\nhttps://doi.org/10.1000/ABC\n7\nnot-an-id\nPMC9\n"
    run = services.request_identifiers(requested_by=curator, identifiers=text, to_triage=True, two_person=True)
    assert run.identifiers == ["pmid:7", "doi:10.1000/abc", "pmcid:PMC9"]
    assert (run.origin, run.state, run.to_triage, run.two_person) == (Origin.IDENTIFIERS, State.QUEUED, True, True)
    assert run.file_name == "1 PMID, 1 DOI, 1 PMCID"
    assert issues(run) == [(None, "not-an-id", "Line 4: “not-an-id” is no PMID, DOI or PMCID.")]
    event = Event.objects.of_object(run).get()
    assert (event.actor, event.verb, event.to_state) == (curator, "request", "queued")


def test_an_uploaded_list_becomes_a_run_of_its_identifiers(services_stub, curator):
    before = stored_files()
    run = services.request_import(
        requested_by=curator, file=io.BytesIO(b"31234567\n30000001\nx-y\n"), file_name="list.txt", to_triage=True
    )
    assert (run.origin, run.identifiers) == (Origin.IDENTIFIERS, ["pmid:31234567", "pmid:30000001"])
    assert (run.file_name, run.file.name, len(run.file_sha256), run.to_triage) == ("list.txt", "", 64, True)
    assert [reason for _, _, reason in issues(run)] == ["Line 3: “x-y” is no PMID, DOI or PMCID."]
    assert stored_files() == before


@pytest.mark.parametrize(("text", "says"), [("", "There is no PMID"), ("what now\n", "Line 1: “what now” is no PMID")])
def test_a_list_without_identifiers_is_refused(services_stub, curator, text, says):
    with pytest.raises(Refused, match=says):
        services.request_identifiers(requested_by=curator, identifiers=text)
    assert not ImportRun.objects.exists()


def test_too_long_a_list_is_refused(services_stub, curator, monkeypatch):
    monkeypatch.setattr("apps.literature.sources.pasted.MOST_KEPT", 3)
    with pytest.raises(Refused, match="please split the list"):
        services.request_identifiers(requested_by=curator, identifiers=["1001", "1002", "1003", "1004", "1005"])


def test_a_search_is_queued_with_its_query(services_stub, curator):
    run = services.request_search(
        requested_by=curator, origin="pubmed", query=" stroma \n AND niche\0 ", since=date(2026, 11, 2), to_triage=True
    )
    assert (run.origin, run.query, run.file_name) == ("pubmed", "stroma AND niche", "stroma AND niche")
    assert (run.since, run.identifiers, run.to_triage) == (date(2026, 11, 2), None, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"query": " \0 "}, "query"), ({"query": "x" * 4001}, "query"), ({"origin": "google"}, "source")],
)
def test_a_search_that_says_nothing_is_refused(services_stub, curator, changes, field):
    with pytest.raises(Refused) as refusal:
        services.request_search(**{"requested_by": curator, "origin": "pubmed", "query": "stroma"} | changes)
    assert refusal.value.field == field


def test_visitors_may_ask_for_nothing(services_stub, visitor):
    for ask in (
        lambda: services.request_identifiers(requested_by=visitor, identifiers="1001"),
        lambda: services.request_search(requested_by=visitor, origin="pubmed", query="x"),
    ):
        with pytest.raises(Refused) as refusal:
            ask()
        assert refusal.value.code == "forbidden"


def test_a_portal_that_asks_no_services_says_so(curator):
    for ask in (
        lambda: services.request_identifiers(requested_by=curator, identifiers="1001"),
        lambda: services.request_search(requested_by=curator, origin="pubmed", query="x"),
    ):
        with pytest.raises(Refused, match="does not ask other services"):
            ask()


# --- running ----------------------------------------------------------------------------------


def test_every_identifier_has_one_outcome(services_stub, curator):
    services_stub.know(1001, 1002)
    services_stub.know_elsewhere({"doi": "10.1101/preprint"})
    services_stub.know_works("10.1000/work")
    text = "1001\n9999\n10.1101/preprint\n10.1000/none\n10.1000/work\nPMC404\n1002"
    run = ran(services.request_identifiers(requested_by=curator, identifiers=text))
    assert (run.state, counts(run), run.checkpoint) == (State.FINISHED, (4, 0, 0, 3), 7)
    assert issues(run) == [
        (2, "PMID 9999", "PubMed has no record with PMID 9999."),
        (4, "DOI 10.1000/none", "Neither Europe PMC nor Crossref has a record with DOI 10.1000/none."),
        (6, "PMC404", "Europe PMC has no record with PMC404."),
    ]
    outcomes = run.outcomes.get()
    assert (outcomes.positions, outcomes.outcomes) == ([1, 2, 3, 4, 5, 6, 7], "cfcfcfc")


def test_the_same_list_again_changes_nothing(services_stub, curator):
    services_stub.know(1001, 1002)
    first, again = (ran(services.request_identifiers(requested_by=curator, identifiers="1001 1002")) for _ in range(2))
    assert (counts(first), counts(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))


def test_a_search_is_frozen_and_then_fetched(services_stub, curator, small_batches):
    services_stub.know(*range(1, 41))
    services_stub.hits["stroma"] = list(range(40, 0, -1))
    run = ran(services.request_search(requested_by=curator, origin="pubmed", query="stroma", to_triage=True))
    assert (run.state, counts(run)) == (State.FINISHED, (40, 0, 0, 0))
    assert run.identifiers == [f"pmid:{pmid}" for pmid in range(40, 0, -1)]
    assert Candidate.objects.filter(run=run).count() == 40


def test_what_a_service_says_about_a_search_is_told(services_stub, curator):
    run = ran(services.request_search(requested_by=curator, origin="pubmed", query="abcXYZ"))
    assert (run.state, run.identifiers) == (State.FINISHED, [])
    assert issues(run) == [(None, "", "PubMed does not know “abcXYZ” and left it out. Nothing was found.")]


def test_a_search_that_finds_too_much_fails_in_words(services_stub, curator):
    services_stub.total = 5_059_039
    run = ran(services.request_search(requested_by=curator, origin="europepmc", query="cancer"))
    assert run.state == State.FAILED
    assert run.error.startswith("Europe PMC finds 5,059,039 papers; at most 9,999")


def test_a_frozen_list_does_not_change_with_what_the_service_finds_later(services_stub, curator):
    services_stub.know(1, 2, 3)
    services_stub.hits["stroma"] = [1, 2]
    run = services.request_search(requested_by=curator, origin="pubmed", query="stroma")
    remote.freeze(run, lambda: None)
    services_stub.hits["stroma"] = [3]
    late = ImportRun.objects.get(pk=run.pk)
    late.identifiers = None  # as the other worker saw it
    remote.freeze(late, lambda: None)
    assert late.identifiers == ["pmid:1", "pmid:2"]
    assert counts(ran(run)) == (2, 0, 0, 0)
    assert services_stub.paths().count("esearch.fcgi") == 2


# --- faults -----------------------------------------------------------------------------------


def test_a_service_that_is_away_is_waited_for_and_nothing_fails(services_stub, slept, forty):
    services_stub.fail(*[faults.status(500)] * 10)
    run = ran(forty)
    assert (run.state, run.checkpoint) == (State.RUNNING, 0)
    assert run.error == "PubMed gave no usable answer in 5 tries: error 500."
    ImportRun.objects.update(lease_until="2020-01-01T00:00Z")
    assert (ran(run).state, counts(run), run.error) == (State.FINISHED, (40, 0, 0, 0), "")


def test_rows_that_alone_could_not_be_had_failed_and_can_be_tried_again(services_stub, slept, forty):
    services_stub.fail(*[faults.status(500)] * 5)
    run = ran(forty)
    assert (run.state, counts(run)) == (State.FINISHED, (30, 0, 0, 10))
    assert issues(run)[0] == (
        1, "PMID 1", "PubMed gave no usable answer in 5 tries: error 500. Try the failed rows again later.",
    )  # fmt: skip
    ImportRun.objects.filter(pk=run.pk).update(only=list(range(1, 11)))
    again = ImportRun.objects.create(origin=Origin.IDENTIFIERS, identifiers=run.identifiers, only=list(range(1, 11)))
    services_stub.asked.clear()
    assert (ran(again).state, counts(again)) == (State.FINISHED, (10, 0, 0, 0))
    assert [asked.fields["id"] for asked in services_stub.asked] == ["1,2,3,4,5,6,7,8,9,10"]


def test_a_service_that_wants_to_be_left_alone_is(services_stub, slept, forty):
    services_stub.fail(*[faults.status(503, Retry_After="7200")] * 2)
    run = ran(forty)
    left = run.lease_until.timestamp() - time.time()
    assert 7000 < left < 7300


def test_where_a_service_refuses_all_the_run_ends_with_what_was_stored_and_can_go_on(
    services_stub, forty, curator, monkeypatch
):
    monkeypatch.setattr(lookup, "MOST_REFUSALS", 2)
    efetch = services_stub.efetch

    def blocked_after_thirty(fields):
        late = any(int(pmid) > 30 for pmid in fields["id"].split(","))
        return (403, faults.JSON, b'{"error":"Blocked"}') if late else efetch(fields)

    with monkeypatch.context() as patch:
        patch.setattr(services_stub, "efetch", blocked_after_thirty)
        run = ran(forty)
    assert (run.state, counts(run), run.checkpoint) == (State.FAILED, (30, 0, 0, 0), 30)
    assert run.error == "PubMed refused the question: “Blocked”."
    services.retry_import(actor=curator, run=run)
    assert (ran(run).state, counts(run)) == (State.FINISHED, (40, 0, 0, 0))


def test_an_interrupted_list_goes_on_from_its_checkpoint(services_stub, forty, monkeypatch):
    class Stopped(Exception):
        pass

    save = running._save_progress
    taken = iter(range(1))

    def save_progress(*args, **kwargs):
        save(*args, **kwargs)
        if next(taken, None) is None:
            raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(running, "_save_progress", save_progress)
        with pytest.raises(Stopped):
            services.run_import(forty.pk)
    services_stub.asked.clear()
    run = ran(forty)
    assert (run.state, counts(run), Reference.objects.count()) == (State.FINISHED, (40, 0, 0, 0), 40)
    assert services_stub.asked[0].fields["id"].startswith("21,")


WORKER = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
django.setup()
from apps.literature.services import run_import, remote, running
remote.FETCHED_AT_ONCE = running.CHUNK = 20
settings.PUBMED_RATE = settings.EUROPEPMC_RATE = settings.CROSSREF_RATE = 100
print("ready", flush=True)
run_import(int(sys.argv[1]))
"""


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_a_search_killed_at_random_moments_leaves_what_an_undisturbed_one_leaves(services_stub, seed):
    services_stub.know(*range(1, 401))
    services_stub.hits["stroma"] = [*range(1, 401), *range(9_000, 9_040)]
    run = services.request_search(requested_by=None, origin="pubmed", query="stroma")
    chance = random.Random(seed)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tmeportal.settings",
        "SOURCES_ENABLED": "1",
        "PUBMED_BASE_URL": django_settings.PUBMED_BASE_URL,
    }
    for _ in range(6):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(run.pk), connection.settings_dict["NAME"]],
            cwd=django_settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
        )
        assert worker.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.0, 0.5))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        ImportRun.objects.filter(state="running").update(lease_until="2020-01-01T00:00:00Z", attempts=0)
    run = ran(run)
    assert (run.state, counts(run), run.checkpoint) == (State.FINISHED, (400, 0, 0, 40), 440)
    assert list(Reference.objects.order_by("pmid").values_list("pmid", flat=True)) == list(range(1, 401))
    assert run.issues.count() == 40
