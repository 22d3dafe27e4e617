"""Pausing, resuming, cancelling and trying again: at once or before the next chunk, and nothing twice."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.accounts.models import Event
from apps.core.exceptions import Refused
from apps.literature import services
from apps.literature.models import ImportRun, Reference
from apps.literature.services import leasing, running
from tests.factories.literature import article, article_set, imported, make_run, many

pytestmark = pytest.mark.django_db
State = ImportRun.State
STEERING = [
    services.pause_import,
    services.resume_import,
    services.cancel_import,
    services.retry_import,
    services.retry_failed_rows,
]


def verbs(run: ImportRun) -> list[str]:
    return list(Event.objects.of_object(run).values_list("verb", flat=True))


def now(run: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=run.pk)


def mixed(*, failing: str = "") -> bytes:
    """Six records of which the second and the fifth cannot be stored, for want of a title."""
    return article_set(*(article(n, failing if n in {2, 5} else f"Title {n}") for n in range(1, 7)))


@pytest.fixture
def run_with(curator, monkeypatch):
    """A run of 350 records, with this verb spoken to it after the first chunk of 100."""

    def after_one_chunk(verb) -> ImportRun:
        run = make_run(many(350), requested_by=curator)
        take = running._take

        def spoken_to_meanwhile(chunk, lease):
            went_on = take(chunk, lease)
            if went_on and now(run).created == 100:
                verb(actor=curator, run=run)
            return went_on

        with monkeypatch.context() as patch:
            patch.setattr(running, "CHUNK", 100)
            patch.setattr(running, "_take", spoken_to_meanwhile)
            services.run_import(run.pk)
        return now(run)

    return after_one_chunk


def dead_worker(run: ImportRun) -> None:
    """Somebody took the run and is gone; its lease has ended."""
    assert leasing.Lease.take(run.pk)
    ImportRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


# --- cancelling ---------------------------------------------------------------------------------


def test_a_waiting_run_is_cancelled_at_once(curator):
    run = make_run(many(3), requested_by=curator)
    services.cancel_import(actor=curator, run=run)
    services.run_import(run.pk)
    assert now(run).state == State.CANCELLED
    assert not Reference.objects.exists()
    assert verbs(run) == ["request", "cancel"]


def test_a_running_import_stops_before_its_next_chunk_and_can_go_on(curator, run_with):
    run = run_with(services.cancel_import)
    assert (run.state, run.created, run.cancel_requested) == (State.CANCELLED, 100, False)
    services.retry_import(actor=curator, run=run)
    services.run_import(run.pk)
    assert (now(run).state, now(run).created) == (State.FINISHED, 350)
    assert Reference.objects.count() == 350
    assert verbs(run) == ["request", "start", "ask to cancel", "cancel", "retry", "start", "finish"]


def test_an_import_without_a_worker_is_cancelled_at_once(curator):
    run = make_run(many(3), requested_by=curator)
    dead_worker(run)
    assert services.cancel_import(actor=curator, run=run).state == State.CANCELLED
    services.run_import(run.pk)
    assert now(run).state == State.CANCELLED


# --- pausing ------------------------------------------------------------------------------------


def test_a_waiting_run_is_paused_at_once_and_nobody_is_rung_for_it(curator):
    run = make_run(many(3), requested_by=curator)
    services.pause_import(actor=curator, run=run)
    ImportRun.objects.update(requested_at=timezone.now() - timedelta(days=1))
    assert services.resume_imports() == []
    services.run_import(run.pk)
    assert not Reference.objects.exists()
    services.resume_import(actor=curator, run=run)
    assert services.resume_imports() == [run.pk]
    services.run_import(run.pk)
    assert (now(run).state, now(run).created) == (State.FINISHED, 3)
    assert verbs(run) == ["request", "pause", "resume", "start", "finish"]


def test_a_running_import_pauses_before_its_next_chunk_and_goes_on_there(curator, run_with):
    run = run_with(services.pause_import)
    assert (run.state, run.created, run.pause_requested, run.finished_at) == (State.PAUSED, 100, False, None)
    services.resume_import(actor=curator, run=run)
    services.run_import(run.pk)
    assert (now(run).state, now(run).created) == (State.FINISHED, 350)
    assert verbs(run) == ["request", "start", "ask to pause", "pause", "resume", "start", "finish"]


def test_a_pause_can_be_taken_back_before_it_begins(curator, run_with):
    def think_again(**who):
        services.pause_import(**who)
        services.resume_import(**who)

    run = run_with(think_again)
    assert (run.state, run.created) == (State.FINISHED, 350)


def test_cancelling_goes_before_pausing(curator, run_with):
    def both(**who):
        services.pause_import(**who)
        services.cancel_import(**who)

    run = run_with(both)
    assert (run.state, run.pause_requested, run.cancel_requested) == (State.CANCELLED, False, False)


def test_a_run_that_waits_for_its_source_is_paused_at_once(curator):
    run = make_run(many(3), requested_by=curator)
    leasing.Lease.take(run.pk).wait("PubMed does not answer.", 600)
    assert now(run).is_waiting
    paused = services.pause_import(actor=curator, run=run)
    assert (paused.state, paused.error) == (State.PAUSED, "")


def test_a_worker_that_wakes_up_after_the_pause_stores_nothing_more(curator):
    run = make_run(many(3), requested_by=curator)
    slow = leasing.Lease.take(run.pk)
    ImportRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    services.pause_import(actor=curator, run=run)
    with pytest.raises(leasing.LeaseLost):
        running._import(slow)
    assert now(run).state == State.PAUSED
    assert not Reference.objects.exists()


def test_a_paused_run_can_be_cancelled(curator):
    run = services.pause_import(actor=curator, run=make_run(many(1), requested_by=curator))
    assert services.cancel_import(actor=curator, run=run).finished_at


# --- again, and when it is too late -------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "verb", "state"),
    [
        ([], services.pause_import, State.PAUSED),
        ([services.pause_import], services.resume_import, State.QUEUED),
        ([], services.resume_import, State.QUEUED),
        ([], services.cancel_import, State.CANCELLED),
        ([services.cancel_import], services.retry_import, State.QUEUED),
        ([], services.retry_import, State.QUEUED),
    ],
)
def test_a_verb_said_twice_is_done_once(curator, before, verb, state):
    run = make_run(many(1), requested_by=curator)
    for earlier in before:
        earlier(actor=curator, run=run)
    assert verb(actor=curator, run=run).state == state
    told = verbs(run)
    assert verb(actor=curator, run=run).state == state
    assert verbs(run) == told


@pytest.mark.parametrize("verb", [services.pause_import, services.cancel_import])
def test_a_running_import_is_asked_to_stop_once(curator, verb):
    run = make_run(many(1), requested_by=curator)
    leasing.Lease.take(run.pk)
    for _ in range(2):
        assert verb(actor=curator, run=run).state == State.RUNNING
    assert len(verbs(run)) == 3


@pytest.mark.parametrize("verb", STEERING)
def test_what_finished_without_a_failed_row_stays_as_it_is(curator, verb):
    run = imported(many(1), requested_by=curator)
    with pytest.raises(Refused) as refusal:
        verb(actor=curator, run=run)
    assert refusal.value.code == "state"
    assert verbs(run)[-1] == "finish"


def test_what_is_being_cancelled_is_neither_paused_nor_retried(curator):
    run = make_run(many(1), requested_by=curator)
    leasing.Lease.take(run.pk)
    services.cancel_import(actor=curator, run=run)
    for verb in (services.pause_import, services.retry_import):
        with pytest.raises(Refused) as refusal:
            verb(actor=curator, run=run)
        assert refusal.value.code == "state"


@pytest.mark.parametrize("verb", STEERING)
@pytest.mark.parametrize("name", ["visitor", "other_curator", "editor"])
@pytest.mark.parametrize("state", ["queued", "paused", "failed"])
def test_others_may_not_steer(name, verb, state, curator, request):
    run = (
        imported(mixed()[:-40], requested_by=curator) if state == "failed" else make_run(many(1), requested_by=curator)
    )
    if state == "paused":
        services.pause_import(actor=curator, run=run)
    with pytest.raises(Refused) as refusal:
        verb(actor=request.getfixturevalue(name), run=run)
    assert refusal.value.code == "forbidden"


def test_an_administrator_may(curator, administrator):
    run = services.cancel_import(actor=administrator, run=make_run(many(1), requested_by=curator))
    assert run.state == State.CANCELLED


# --- the rows that failed -----------------------------------------------------------------------


def test_the_failed_rows_alone_are_read_again(curator, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    run = imported(mixed(), requested_by=curator, compressed=True)
    assert (run.created, run.failed) == (4, 2)
    retry = services.retry_failed_rows(actor=curator, run=run)
    assert (retry.retry_of, retry.only, retry.state, retry.file.name) == (run, [2, 5], State.QUEUED, run.file.name)
    services.run_import(retry.pk)
    assert (now(retry).state, now(retry).failed, now(retry).records) == (State.FINISHED, 2, 2)
    assert [issue.position for issue in retry.issues.all()] == [2, 5]
    assert verbs(run)[-1] == "retry failed rows"
    assert verbs(retry)[0] == "request"


def test_rows_that_can_be_stored_now_are(curator, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("apps.literature.services.storing.reasons_against_storing", lambda citation: ["Not today."])
        run = imported(many(3), requested_by=curator)
    assert run.failed == 3
    retry = services.retry_failed_rows(actor=curator, run=run)
    services.run_import(retry.pk)
    assert (now(retry).created, now(retry).failed) == (3, 0)
    assert Reference.objects.count() == 3


def test_there_is_one_retry_at_a_time(curator):
    run = imported(mixed(), requested_by=curator)
    first = services.retry_failed_rows(actor=curator, run=run)
    assert services.retry_failed_rows(actor=curator, run=run) == first
    services.run_import(first.pk)
    assert services.retry_failed_rows(actor=curator, run=run) != first


def test_failed_rows_wait_until_the_run_is_over(curator):
    run = make_run(mixed(), requested_by=curator)
    ImportRun.objects.update(failed=2)
    with pytest.raises(Refused):
        services.retry_failed_rows(actor=curator, run=run)


def test_without_its_file_a_run_is_not_tried_again(curator):
    failed = imported(mixed(), requested_by=curator)
    cancelled = services.cancel_import(actor=curator, run=make_run(many(1), requested_by=curator))
    ImportRun.objects.update(file="")
    for verb, run in ((services.retry_failed_rows, failed), (services.retry_import, cancelled)):
        with pytest.raises(Refused, match="no longer keeps the file"):
            verb(actor=curator, run=run)


def test_identifiers_need_no_file(curator):
    run = imported(mixed(), requested_by=curator)
    default_storage.delete(run.file.name)
    ImportRun.objects.update(file="", origin="identifiers", identifiers=[f"pmid:{n}" for n in range(1, 7)])
    retry = services.retry_failed_rows(actor=curator, run=run)
    assert (retry.only, retry.identifiers[1], retry.origin) == ([2, 5], "pmid:2", "identifiers")
