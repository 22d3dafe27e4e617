"""Working through a table of records, some rows at a time: checking them, or making drafts of them.

Each step is one transaction that holds the table's row and takes the next rows that wait; so a worker may
be killed at any moment, two of them do no harm, and nothing is made twice.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..models import BulkRow, BulkUpload
from ..querysets import BulkRowQuerySet
from .bulk_checking import Reader, check_row
from .drafting import save_draft, start, submit

CHUNK = 20
State, RowState = BulkUpload.State, BulkRow.State
_CHECKED = ["state", "problems", "findings", "key", "to_import", "submission"]


def work_on_bulk(upload_id: int, *, read: Reader) -> None:
    """Do what a table waits for, to its end; nothing where it waits for nothing, or another is at it."""
    try:
        while _step(upload_id, read):
            pass
    except Exception:
        _fail(upload_id)
        raise


def waiting_bulk() -> list[int]:
    """The tables that somebody should be working on and, it seems, nobody is."""
    lately = timezone.now() - timedelta(seconds=20)
    return list(BulkUpload.objects.at_work().filter(worked_at__lt=lately).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _step(upload_id: int, read: Reader) -> bool:
    """Deal with some rows; whether there may be more."""
    found = BulkUpload.objects.at_work().select_for_update(skip_locked=True, of=("self",)).select_related("uploaded_by")
    upload = found.filter(pk=upload_id).first()
    if upload is None:
        return False
    rows = list(_waiting(upload).order_by("number")[:CHUNK])
    for row in rows:
        row.upload = upload
        if upload.state == State.CHECKING:
            check_row(row, read, upload.uploaded_by)
        else:
            _draft(row, read)
        # One by one: the next row is compared with this one.
        row.save(update_fields=_CHECKED)
    upload.worked_at = timezone.now()
    if not rows:
        _end(upload, State.CHECKED)
    upload.save(update_fields=["worked_at"])
    return bool(rows)


def _waiting(upload: BulkUpload) -> BulkRowQuerySet:
    rows = BulkRow.objects.filter(upload=upload).select_related("submission")
    if upload.state == State.CHECKING:
        return rows.to_check()
    return rows.to_submit() if upload.submits else rows.to_draft()


def _draft(row: BulkRow, read: Reader) -> None:
    """Make the draft of a row, as things stand now; what is refused is noted at the row."""
    person = row.upload.uploaded_by
    if row.submission is None:
        content = check_row(row, read, person)
        if row.state not in _taken(row.upload):
            return
        try:
            with transaction.atomic():
                draft = start(actor=person)
                row.submission = save_draft(
                    actor=person, submission=draft, content=content, edit_count=draft.edit_count
                )
        except Refused as refused:
            row.submission = None
            _note(row, refused, RowState.REFUSED)
            return
    if row.upload.submits:
        try:
            with transaction.atomic():
                submit(actor=person, submission=row.submission)
        except Refused as refused:
            _note(row, refused, RowState.UNFINISHED)


def _taken(upload: BulkUpload) -> Sequence[BulkRow.State]:
    return (RowState.COMPLETE,) if upload.submits else (RowState.COMPLETE, RowState.UNFINISHED)


def _note(row: BulkRow, refused: Refused, state: BulkRow.State) -> None:
    row.state = state
    row.problems = [{"field": refused.field or "", "cell": "", "message": refused.reason}]


def _end(upload: BulkUpload, state: BulkUpload.State) -> None:
    before, upload.state = upload.state, state
    upload.save(update_fields=["state"])
    verb = {State.CHECKING: "check", State.DRAFTING: "draft"}[State(before)] if state == State.CHECKED else "fail"
    record_event(actor=None, verb=verb, obj=upload, from_state=before, to_state=state)


@transaction.atomic
def _fail(upload_id: int) -> None:
    """A fault of the portal: nobody tries again before somebody asks for it."""
    upload = BulkUpload.objects.at_work().select_for_update(of=("self",)).filter(pk=upload_id).first()
    if upload is not None:
        _end(upload, State.FAILED)
