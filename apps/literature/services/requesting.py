"""Asking for an import."""

import errno
import hashlib
import logging
import re
import unicodedata
import uuid
from collections.abc import Iterator
from typing import BinaryIO

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
from ..permissions import may_import
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
