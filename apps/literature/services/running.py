"""Running an import: claim it, read, store chunk by chunk, finish.

Each chunk is one transaction with its checkpoint, counters, outcomes and issues (see ``leasing`` for
why that may be interrupted at any moment). Before each, the run's row says whether somebody wants it
to stop.
"""

import logging
import math
from contextlib import closing
from dataclasses import replace

from django.db import transaction
from django.db.models import F

from ..formats import Citation, Problem, RawRecord, Unreadable
from ..models import ImportIssue, ImportOutcomes, ImportRun
from .chunking import Chunk, chunks
from .columns import numbers
from .leasing import Lease, LeaseLost, lease_end
from .reading import Unavailable, open_reader
from .storing import Counts, store
from .triaging import add_candidates

logger = logging.getLogger(__name__)

CHUNK = 500
#: The pace shown is that of about so many seconds.
PACE_SECONDS = 5.0
State = ImportRun.State
Outcome = ImportOutcomes.Outcome


def run_import(run_id: int) -> None:
    """Import what is left of a run; nothing, if it is over, paused, or someone else is at it.

    An error that is not the fault of what is read is raised; the run stays claimable and goes on later.
    """
    lease = Lease.take(run_id)
    if lease is None:
        return
    try:
        _import(lease)
    except LeaseLost:
        logger.warning("Import %s was stopped, or is run by another worker now.", run_id)
    except BaseException:
        lease.give_back()
        raise


def _import(lease: Lease) -> None:
    try:
        with (
            open_reader(lease.run, keep_alive=lease.renew) as reader,
            closing(chunks(reader, CHUNK, keep_alive=lease.renew)) as read,
        ):
            for chunk in read:
                if not _take(chunk, lease):
                    return
    except Unreadable as error:
        lease.end(State.FAILED, error.reason)
    except Unavailable as error:
        logger.warning("Import %s waits: %s", lease.run.pk, error.reason)
        lease.wait(error.reason, error.seconds)
    else:
        lease.end(State.FINISHED)


def _take(chunk: Chunk, lease: Lease) -> bool:
    """Store one chunk; whether there is a reason to go on."""
    digests = chunk.digests
    fatal = next((item for item in chunk.items if isinstance(item, Problem) and item.fatal), None)
    citations = [(item, digests[item.position]) for item in chunk.items if isinstance(item, Citation)]
    told = _outcomes_without_storing(chunk, end=fatal.position if fatal and fatal.position else None)
    with transaction.atomic():
        run = lease.hold()
        if run.cancel_requested or run.pause_requested:
            lease.end(State.CANCELLED if run.cancel_requested else State.PAUSED)
            return False
        counts = store(citations, run=run)
        if run.to_triage:
            add_candidates(
                reference_ids=[pk for _, letter, pk in counts.outcomes if letter == Outcome.CREATED], run=run
            )
        counts.add(told)
        _save_issues(run, counts.problems)
        _save_outcomes(run, counts.outcomes)
        # What ends the reading is not passed: a run that goes on meets it again.
        passed = len(chunk.batch) if fatal is None else _place(fatal, chunk.batch)
        _save_progress(run, counts, items=passed, bytes_read=chunk.bytes_read, seconds=lease.lap())
        if fatal:
            lease.end(State.FAILED, fatal.reason)
    return fatal is None


def _place(fatal: Problem, batch: list[RawRecord | Problem]) -> int:
    """How many items of the batch come before a fatal problem: one of them, or found in a record of them."""
    places = (
        place
        for place, item in enumerate(batch)
        if item is fatal or (isinstance(item, RawRecord) and item.position == fatal.position)
    )
    return next(places, len(batch))


def _outcomes_without_storing(chunk: Chunk, *, end: int | None) -> Counts:
    """What becomes of the records that were read before, or could not be read, up to a fatal problem."""
    unchanged = {
        position: chunk.known[digest]
        for position, digest in chunk.digests.items()
        if digest in chunk.known and (end is None or position < end)
    }
    problems = [item for item in chunk.items if isinstance(item, Problem)]
    read = unchanged.keys() | {item.position for item in chunk.items if isinstance(item, Citation)}
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
            run=run, positions=numbers(positions), outcomes="".join(letters), reference_ids=numbers(references)
        )


def _save_progress(run: ImportRun, counts: Counts, *, items: int, bytes_read: int, seconds: float) -> None:
    ImportRun.objects.filter(pk=run.pk).update(
        checkpoint=F("checkpoint") + items,
        bytes_read=bytes_read,
        created=F("created") + counts.created,
        updated=F("updated") + counts.updated,
        unchanged=F("unchanged") + counts.unchanged,
        failed=F("failed") + counts.failed,
        seconds_worked=F("seconds_worked") + seconds,
        pace=_pace(run.pace, items, seconds),
        lease_until=lease_end(),
        attempts=0,
    )


def _pace(before: float, items: int, seconds: float) -> float:
    """Items a second of late: the longer ago, the less it counts."""
    now = items / max(seconds, 0.001)
    return before + (now - before) * (1 - math.exp(-seconds / PACE_SECONDS)) if before else now
