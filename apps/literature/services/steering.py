"""Pausing, resuming and cancelling a run, and trying again what failed.

Each verb may be repeated: where its effect stands already, nothing happens. A worker that is at the
run finds out before its next chunk; a run that nobody is at is stopped at once.
"""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..models import ImportOutcomes, ImportRun
from ..permissions import may_cancel, may_pause, may_resume, may_retry, may_retry_failed_rows, may_steer

State = ImportRun.State
#: What a run is rid of that nobody works on any more.
_LET_GO: dict[str, object] = {
    "lease_holder": "", "lease_until": None, "pause_requested": False, "cancel_requested": False, "error": "",
}  # fmt: skip
_OF_THE_SOURCE = (
    "origin", "query", "since", "identifiers", "saved_search", "to_triage", "two_person",
    "file", "file_name", "file_sha256", "format", "bytes_total",
)  # fmt: skip


@transaction.atomic
def pause_import(*, actor: User, run: ImportRun) -> ImportRun:
    """Stop a run for as long as nobody resumes it."""
    run = _locked(run)
    if run.state == State.PAUSED or run.pause_requested:
        may_steer(actor, run).require()
        return run
    may_pause(actor, run).require()
    if run.is_attended:
        return _change(actor, run, "ask to pause", pause_requested=True)
    return _change(actor, run, "pause", state=State.PAUSED, **_LET_GO)


@transaction.atomic
def resume_import(*, actor: User, run: ImportRun) -> ImportRun:
    """Queue a paused run again, or take back that it should pause."""
    run = _locked(run)
    if _goes_on(run) and not run.pause_requested:
        may_steer(actor, run).require()
        return run
    may_resume(actor, run).require()
    if run.state == State.PAUSED:
        return _change(actor, run, "resume", state=State.QUEUED, attempts=0)
    return _change(actor, run, "resume", pause_requested=False)


@transaction.atomic
def cancel_import(*, actor: User, run: ImportRun) -> ImportRun:
    """Stop a run for good. What it stored stays."""
    run = _locked(run)
    if run.state == State.CANCELLED or run.cancel_requested:
        may_steer(actor, run).require()
        return run
    may_cancel(actor, run).require()
    if run.is_attended:
        return _change(actor, run, "ask to cancel", cancel_requested=True)
    return _change(actor, run, "cancel", state=State.CANCELLED, finished_at=timezone.now(), **_LET_GO)


@transaction.atomic
def retry_import(*, actor: User, run: ImportRun) -> ImportRun:
    """Queue a failed or cancelled run again; it goes on after the last record it dealt with."""
    run = _locked(run)
    if _goes_on(run):
        may_steer(actor, run).require()
        return run
    may_retry(actor, run).require()
    return _change(actor, run, "retry", state=State.QUEUED, error="", attempts=0, finished_at=None)


@transaction.atomic
def retry_failed_rows(*, actor: User, run: ImportRun) -> ImportRun:
    """A new run that reads, from the same source, only the rows that failed in this one.

    As long as such a run is not over, it is the one that is given.
    """
    run = _locked(run)
    may_retry_failed_rows(actor, run).require()
    if going_on := run.retries.filter(finished_at=None).order_by("pk").first():
        return going_on
    positions = _failed_positions(run)
    if not positions:
        raise Refused("Which rows of this import failed was not kept: please send the file again.", code="state")
    copied = {name: getattr(run, name) for name in _OF_THE_SOURCE}
    retry = ImportRun.objects.create(requested_by=actor, retry_of=run, only=positions, **copied)
    record_event(
        actor=actor,
        verb="request",
        obj=retry,
        to_state=State.QUEUED,
        data={"file": retry.file_name, "retry_of": run.pk},
    )
    record_event(
        actor=actor, verb="retry failed rows", obj=run, from_state=run.state, to_state=run.state, data={"run": retry.pk}
    )
    return retry


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)


def _goes_on(run: ImportRun) -> bool:
    return run.state in {State.QUEUED, State.RUNNING} and not run.cancel_requested


def _change(actor: User, run: ImportRun, verb: str, **values: object) -> ImportRun:
    """Set these fields of a locked run, with the line of its history."""
    before = run.state
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=list(values))
    record_event(actor=actor, verb=verb, obj=run, from_state=before, to_state=run.state)
    return run


def _failed_positions(run: ImportRun) -> list[int]:
    failed = ImportOutcomes.Outcome.FAILED.value
    chunks = run.outcomes.filter(outcomes__contains=failed).order_by("pk")
    return [
        position
        for chunk in chunks.iterator()
        for position, outcome in zip(chunk.positions, chunk.outcomes, strict=True)
        if outcome == failed
    ]
