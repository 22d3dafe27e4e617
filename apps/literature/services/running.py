"""Running an import: claim it, read, store chunk by chunk, finish; and finding those that wait.

A run belongs to whoever holds its lease. Each chunk is one transaction with its checkpoint, counters
and issues, and begins by locking the run's row and making sure of the lease: whoever lost it stores
nothing more. So a worker may be killed at any moment, and another goes on where it stopped.
"""

import logging
import os
import socket
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from apps.accounts.services import record_event

from ..formats import Citation, Problem, RawRecord, Unreadable
from ..models import ImportIssue, ImportOutcomes, ImportRun
from .reading import RunReader, Unavailable, open_reader
from .storing import Counts, store

logger = logging.getLogger(__name__)

CHUNK = 500
MOST_ATTEMPTS = 5
#: A run that was queued this short a time ago has been rung for; its worker is on the way.
RING_AFTER = timedelta(seconds=10)
#: How long a run waits, the first time and at most, for a source that does not answer.
FIRST_WAIT, LONGEST_WAIT = 30.0, 1800.0
State = ImportRun.State
Outcome = ImportOutcomes.Outcome


class LeaseLost(Exception):
    """Another worker runs this import now."""


def run_import(run_id: int) -> None:
    """Import what is left of a run; nothing, if it is over or someone else is at it.

    An error that is not the fault of what is read is raised; the run stays claimable and goes on later.
    """
    lease = Lease.take(run_id)
    if lease is None:
        return
    try:
        _import(lease)
    except LeaseLost:
        logger.warning("Import %s is run by another worker now.", run_id)
    except BaseException:
        lease.give_back()
        raise


def resume_imports() -> list[int]:
    """The runs that somebody should be working on and, it seems, nobody is."""
    queued = Q(state=State.QUEUED, requested_at__lt=Now() - RING_AFTER)
    abandoned = Q(state=State.RUNNING, lease_until__lt=Now())
    return list(ImportRun.objects.filter(queued | abandoned).order_by("pk").values_list("pk", flat=True))


class Lease:
    """The right to work on one run, for ``IMPORT_LEASE_SECONDS`` since it was last renewed."""

    def __init__(self, run: ImportRun, holder: str) -> None:
        self.run = run
        self.holder = holder

    @classmethod
    @transaction.atomic
    def take(cls, run_id: int) -> "Lease | None":
        claimable = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=Now())
        run = ImportRun.objects.select_for_update(of=("self",)).filter(claimable, pk=run_id).first()
        if run is None:
            return None
        holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        before = run.state
        ImportRun.objects.filter(pk=run.pk).update(
            state=State.RUNNING,
            lease_holder=holder,
            lease_until=_lease_end(),
            attempts=F("attempts") + 1,
            started_at=Coalesce("started_at", Now()),
            error="",
        )
        why = run.error or "See the worker's log."
        run.refresh_from_db()
        lease = cls(run, holder)
        verb = "start" if before == State.QUEUED else "take over"
        record_event(actor=None, verb=verb, obj=run, from_state=before, to_state=State.RUNNING, data=_progress(run))
        if run.attempts > MOST_ATTEMPTS:
            lease.end(State.FAILED, f"Given up: {MOST_ATTEMPTS} tries ended without any progress. {why}")
            return None
        return lease

    def hold(self) -> ImportRun:
        """The run, locked until the transaction ends; ``LeaseLost`` if it is another's or over."""
        run = ImportRun.objects.select_for_update(of=("self",)).filter(**self._mine).first()
        if run is None:
            raise LeaseLost
        return run

    def renew(self) -> None:
        if not ImportRun.objects.filter(**self._mine).update(lease_until=_lease_end()):
            raise LeaseLost

    @transaction.atomic
    def wait(self, reason: str, seconds: float) -> None:
        """Leave the run alone for a while, longer each time in vain; ``reason`` is shown until it goes on."""
        run = self.hold()
        seconds = max(seconds, min(FIRST_WAIT * 2 ** max(run.attempts - 1, 0), LONGEST_WAIT))
        ImportRun.objects.filter(pk=run.pk).update(lease_until=Now() + timedelta(seconds=seconds), error=reason)

    def give_back(self) -> None:
        """Let another worker go on at once; whatever goes wrong here, the lease ends by itself."""
        try:
            ImportRun.objects.filter(**self._mine).update(lease_until=Now())
        except Exception:
            logger.warning("The lease of import %s could not be given back.", self.run.pk, exc_info=True)

    @transaction.atomic
    def end(self, state: ImportRun.State, error: str = "") -> None:
        run = self.hold()
        ImportRun.objects.filter(pk=run.pk).update(
            state=state, error=error, finished_at=Now(), lease_holder="", lease_until=None, cancel_requested=False
        )
        verb = {State.FINISHED: "finish", State.FAILED: "fail", State.CANCELLED: "cancel"}[state]
        record_event(
            actor=None, verb=verb, obj=run, from_state=State.RUNNING, to_state=state, reason=error, data=_progress(run)
        )

    @property
    def _mine(self) -> dict[str, object]:
        return {"pk": self.run.pk, "state": State.RUNNING, "lease_holder": self.holder}


def _lease_end() -> object:
    return Now() + timedelta(seconds=settings.IMPORT_LEASE_SECONDS)


def _progress(run: ImportRun) -> dict[str, int]:
    names = ("checkpoint", "created", "updated", "unchanged", "failed")
    return {name: getattr(run, name) for name in names}


def _import(lease: Lease) -> None:
    try:
        with open_reader(lease.run, keep_alive=lease.renew) as reader:
            records = reader.records()
            while batch := list(islice(records, CHUNK)):
                if not _take(batch, reader, lease):
                    return
    except Unreadable as error:
        lease.end(State.FAILED, error.reason)
    except Unavailable as error:
        logger.warning("Import %s waits: %s", lease.run.pk, error.reason)
        lease.wait(error.reason, error.seconds)
    else:
        lease.end(State.CANCELLED if _cancel_requested(lease) else State.FINISHED)


def _cancel_requested(lease: Lease) -> bool:
    return ImportRun.objects.filter(pk=lease.run.pk, cancel_requested=True).exists()


def _take(batch: list[RawRecord | Problem], reader: RunReader, lease: Lease) -> bool:
    """Store one chunk; whether there is a reason to go on."""
    raw = {item.position: item for item in batch if isinstance(item, RawRecord)}
    known = _read_before(raw.values())
    items = list(reader.parse_in_order(item for item in batch if not _is_known(item, known)))
    fatal = next((item for item in items if isinstance(item, Problem) and item.fatal), None)
    citations = [(item, raw[item.position].digest) for item in items if isinstance(item, Citation)]
    end = fatal.position if fatal and fatal.position else None
    told = _outcomes_without_storing(batch, items, known, end)
    with transaction.atomic():
        run = lease.hold()
        if run.cancel_requested:
            lease.end(State.CANCELLED)
            return False
        counts = store(citations, run=run)
        counts.add(told)
        _save_issues(run, counts.problems)
        _save_outcomes(run, counts.outcomes)
        _save_progress(run, counts, items=len(batch), bytes_read=reader.bytes_read)
        if fatal:
            lease.end(State.FAILED, fatal.reason)
    return fatal is None


def _read_before(records: Iterable[RawRecord]) -> dict[bytes, int]:
    """The references that records with the same content went into before, by digest."""
    digests = [UUID(bytes=record.digest) for record in records]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, reference_id FROM literature_sourcerecord WHERE digest = ANY(%s::uuid[])", [digests]
        )
        return {digest.bytes: reference for digest, reference in cursor.fetchall()}


def _is_known(item: RawRecord | Problem, known: dict[bytes, int]) -> bool:
    return isinstance(item, RawRecord) and item.digest in known


def _outcomes_without_storing(
    batch: list[RawRecord | Problem], items: list[Citation | Problem], known: dict[bytes, int], end: int | None
) -> Counts:
    """What becomes of the records that were read before, or could not be read, up to a fatal problem."""
    unchanged = {
        item.position: known[item.digest]
        for item in batch
        if isinstance(item, RawRecord) and item.digest in known and (end is None or item.position < end)
    }
    problems = [item for item in items if isinstance(item, Problem)]
    read = unchanged.keys() | {item.position for item in items if isinstance(item, Citation)}
    failed = {item.position for item in problems if item.position and not item.fatal} - read
    told = [(position, Outcome.UNCHANGED.value, reference) for position, reference in unchanged.items()]
    told += [(position, Outcome.FAILED.value, 0) for position in failed]
    return Counts(unchanged=len(unchanged), failed=len(failed), problems=problems, outcomes=told)


def _save_issues(run: ImportRun, problems: list[Problem]) -> None:
    """One issue for each row and identifier; said again on a second try, it stays one."""
    rows: dict[tuple[int | None, str], Problem] = {}
    for problem in problems:
        key = (problem.position, problem.identifier)
        said = rows.get(key)
        if said is None:
            rows[key] = problem
        elif problem.reason not in said.reason:
            rows[key] = replace(said, reason=f"{said.reason} {problem.reason}")
    ImportIssue.objects.bulk_create(
        (
            ImportIssue(run=run, position=each.position, identifier=each.identifier[:500], reason=each.reason)
            for each in rows.values()
        ),
        ignore_conflicts=True,
    )


def _save_outcomes(run: ImportRun, outcomes: list[tuple[int, str, int]]) -> None:
    if outcomes:
        positions, letters, references = zip(*sorted(outcomes), strict=True)
        ImportOutcomes.objects.create(
            run=run, positions=list(positions), outcomes="".join(letters), reference_ids=list(references)
        )


def _save_progress(run: ImportRun, counts: Counts, *, items: int, bytes_read: int) -> None:
    ImportRun.objects.filter(pk=run.pk).update(
        checkpoint=F("checkpoint") + items,
        bytes_read=bytes_read,
        created=F("created") + counts.created,
        updated=F("updated") + counts.updated,
        unchanged=F("unchanged") + counts.unchanged,
        failed=F("failed") + counts.failed,
        lease_until=_lease_end(),
        attempts=0,
    )
