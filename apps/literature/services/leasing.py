"""Who works on a run, and finding the runs that nobody works on.

A run belongs to whoever holds its lease. Whatever its worker stores begins by locking the run's row
and making sure of the lease: whoever lost it stores nothing more. So a worker may be killed at any
moment, and another goes on where it stopped.
"""

import logging
import os
import socket
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import Error, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from apps.accounts.services import record_event

from ..models import ImportRun

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
#: A run that was queued this short a time ago has been rung for; its worker is on the way.
RING_AFTER = timedelta(seconds=10)
#: How long a run waits, the first time and at most, for a source that does not answer.
FIRST_WAIT, LONGEST_WAIT = 30.0, 1800.0
State = ImportRun.State


class LeaseLost(Exception):
    """Another worker runs this import now, or somebody has stopped it."""


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
        self._since = time.monotonic()

    @classmethod
    @transaction.atomic
    def take(cls, run_id: int) -> "Lease | None":
        claimable = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=Now())
        run = ImportRun.objects.select_for_update(of=("self",)).filter(claimable, pk=run_id).first()
        if run is None:
            return None
        holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        before, trouble = run.state, run.error
        verb = "start" if before == State.QUEUED else "try again" if run.is_waiting else "take over"
        ImportRun.objects.filter(pk=run.pk).update(
            state=State.RUNNING,
            lease_holder=holder,
            lease_until=lease_end(),
            attempts=F("attempts") + 1,
            pace=0,
            started_at=Coalesce("started_at", Now()),
            error="",
        )
        run.refresh_from_db()
        lease = cls(run, holder)
        record_event(actor=None, verb=verb, obj=run, from_state=before, to_state=State.RUNNING, data=progress(run))
        if run.attempts > MOST_ATTEMPTS:
            why = trouble or "See the worker's log."
            lease.end(State.FAILED, f"Given up: {MOST_ATTEMPTS} tries ended without any progress. {why}")
            return None
        return lease

    def hold(self) -> ImportRun:
        """The run, locked until the transaction ends; ``LeaseLost`` if it is another's or stopped."""
        run = ImportRun.objects.select_for_update(of=("self",)).filter(**self._mine).first()
        if run is None:
            raise LeaseLost
        return run

    def renew(self) -> None:
        if not ImportRun.objects.filter(**self._mine).update(lease_until=lease_end()):
            raise LeaseLost

    def lap(self) -> float:
        """The seconds since this was last asked, or since the lease was taken."""
        before, self._since = self._since, time.monotonic()
        return self._since - before

    @transaction.atomic
    def wait(self, reason: str, seconds: float) -> None:
        """Leave the run alone for a while, longer each time in vain; ``reason`` is shown until it goes on."""
        run = self.hold()
        seconds = max(seconds, min(FIRST_WAIT * 2 ** max(run.attempts - 1, 0), LONGEST_WAIT))
        ImportRun.objects.filter(pk=run.pk).update(
            lease_holder=ImportRun.NOBODY, lease_until=Now() + timedelta(seconds=seconds), error=reason
        )

    def give_back(self) -> None:
        """Let another worker go on at once; where the database is away, the lease ends by itself."""
        try:
            ImportRun.objects.filter(**self._mine).update(lease_until=Now())
        except Error as error:
            logger.warning("The lease of import %s could not be given back: %s", self.run.pk, error)

    @transaction.atomic
    def end(self, state: ImportRun.State, error: str = "") -> None:
        """Give the run up for good, or until somebody resumes it."""
        run = self.hold()
        ImportRun.objects.filter(pk=run.pk).update(
            state=state,
            error=error,
            finished_at=None if state == State.PAUSED else Now(),
            seconds_worked=F("seconds_worked") + self.lap(),
            lease_holder="",
            lease_until=None,
            cancel_requested=False,
            pause_requested=False,
        )
        verbs = {State.FINISHED: "finish", State.FAILED: "fail", State.CANCELLED: "cancel", State.PAUSED: "pause"}
        record_event(
            actor=None,
            verb=verbs[state],
            obj=run,
            from_state=State.RUNNING,
            to_state=state,
            reason=error,
            data=progress(run),
        )

    @property
    def _mine(self) -> dict[str, object]:
        return {"pk": self.run.pk, "state": State.RUNNING, "lease_holder": self.holder}


def lease_end() -> object:
    return Now() + timedelta(seconds=settings.IMPORT_LEASE_SECONDS)


def progress(run: ImportRun) -> dict[str, int]:
    """How far the run is, for its history."""
    names = ("checkpoint", "created", "updated", "unchanged", "failed")
    return {name: getattr(run, name) for name in names}
