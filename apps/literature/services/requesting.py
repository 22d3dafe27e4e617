"""Asking for an import, stopping it, and letting it go on."""

import errno
import hashlib
import logging
import re
import unicodedata
import uuid
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from .. import formats
from ..formats import id_list
from ..models import ImportRun
from ..permissions import may_cancel, may_import, may_retry
from ..sources.pasted import Understood, understand
from .asking import queue_list

logger = logging.getLogger(__name__)

BLOCK = 1024 * 1024
State = ImportRun.State


def request_import(
    *,
    requested_by: User | None,
    file: BinaryIO,
    file_name: str,
    format: str = "auto",
    to_triage: bool = False,
    two_person: bool = False,
) -> ImportRun:
    """Store a file and queue its import.

    What the file is is decided by its content; of a list of identifiers that list is kept, and services
    are asked for its publications. ``requested_by`` is None for the person who operates the portal from
    a shell. Refused: without the right to import, above ``UPLOAD_LIMIT_BYTES``, or with a content that no
    format knows.
    """
    if requested_by is not None:
        may_import(requested_by).require()
    if format not in formats.names():
        raise Refused(f"There is no format “{format}”: choose one of {', '.join(formats.names())}.", field="format")
    storage = ImportRun._meta.get_field("file").storage
    incoming = _Incoming(file, settings.UPLOAD_LIMIT_BYTES)
    stored_name = _store(storage, incoming)
    try:
        recognised = _recognise(storage, stored_name, format)
        if recognised == id_list.NAME:
            run = queue_list(
                requested_by=requested_by,
                understood=_list_in(storage, stored_name),
                file_name=clean_file_name(file_name),
                file_sha256=incoming.sha256.hexdigest(),
                to_triage=to_triage,
                two_person=two_person,
            )
            storage.delete(stored_name)
            return run
        with transaction.atomic():
            run = ImportRun.objects.create(
                requested_by=requested_by,
                file=stored_name,
                file_name=clean_file_name(file_name),
                file_sha256=incoming.sha256.hexdigest(),
                format=recognised,
                bytes_total=incoming.size,
                to_triage=to_triage,
                two_person=two_person,
            )
            record_event(
                actor=requested_by, verb="request", obj=run, to_state=State.QUEUED, data={"file": run.file_name}
            )
    except BaseException:
        storage.delete(stored_name)
        raise
    return run


@transaction.atomic
def cancel_import(*, actor: User, run: ImportRun) -> ImportRun:
    """Stop a run: at once if it only waits, else before its next chunk. What it stored stays."""
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    _require(may_cancel(actor, run), over=run.is_over)
    if run.state == State.QUEUED:
        run.state = State.CANCELLED
        run.finished_at = timezone.now()
        run.save(update_fields=["state", "finished_at"])
        record_event(actor=actor, verb="cancel", obj=run, from_state=State.QUEUED, to_state=State.CANCELLED)
    elif not run.cancel_requested:
        run.cancel_requested = True
        run.save(update_fields=["cancel_requested"])
        record_event(actor=actor, verb="ask to cancel", obj=run, from_state=run.state, to_state=run.state)
    return run


@transaction.atomic
def retry_import(*, actor: User, run: ImportRun) -> ImportRun:
    """Queue a failed or cancelled run again; it goes on after the last record it dealt with."""
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    _require(may_retry(actor, run), over=run.state not in {State.FAILED, State.CANCELLED})
    before = run.state
    run.state = State.QUEUED
    run.error = ""
    run.attempts = 0
    run.cancel_requested = False
    run.finished_at = None
    run.save(update_fields=["state", "error", "attempts", "cancel_requested", "finished_at"])
    record_event(actor=actor, verb="retry", obj=run, from_state=before, to_state=State.QUEUED)
    return run


def _require(verdict: Any, *, over: bool) -> None:
    if not verdict:
        raise Refused(verdict.reason, code="state" if over else "forbidden")


def clean_file_name(name: str) -> str:
    """The last part of a path of any system, without control characters."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C").strip()
    return name[:255] or "unnamed"


class _Incoming(File):
    """An upload on its way to the disk: measured and hashed as it passes, never held in memory."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        super().__init__(file, name="upload")
        self.source = file
        self.limit = limit
        self.size = 0
        self.sha256 = hashlib.sha256()

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        self.source.seek(0)
        while block := self.source.read(BLOCK):
            self.size += len(block)
            if self.size > self.limit:
                raise Refused(f"The file is larger than {self.limit // 1024**2} MB; please split it.", field="file")
            self.sha256.update(block)
            yield block


def _store(storage: Storage, incoming: _Incoming) -> str:
    """Under a name of our own: nothing of the sender's name reaches the file system."""
    name = f"imports/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"
    try:
        return storage.save(name, incoming)
    except Refused:
        storage.delete(name)
        raise
    except OSError as error:
        storage.delete(name)
        logger.error("An upload could not be stored: %s", error)
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        why = "the portal's disk is full" if full else "the portal could not write it to its disk"
        raise Refused(f"The file was not stored: {why}. Please tell an administrator.", field="file") from None


def _list_in(storage: Storage, stored_name: str) -> Understood:
    with storage.open(stored_name, "rb") as file:
        return understand(formats.Reader(file, id_list.NAME).records())


def _recognise(storage: Storage, stored_name: str, format: str) -> str:
    try:
        with storage.open(stored_name, "rb") as file:
            return str(formats.Reader(file, format).format.NAME)
    except formats.Unreadable as error:
        raise Refused(error.reason, field="file") from None
