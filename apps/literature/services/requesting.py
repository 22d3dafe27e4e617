"""Asking for an import."""

from typing import BinaryIO

from django.conf import settings
from django.core.files.storage import Storage
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused
from apps.core.uploads import clean_file_name, keep

from .. import formats
from ..formats import id_list
from ..models import ImportRun
from ..permissions import may_import
from ..sources.pasted import Understood, understand
from .asking import queue_list

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
    kept = keep(storage, file, folder="imports", limit=settings.UPLOAD_LIMIT_BYTES)
    try:
        recognised = _recognise(storage, kept.name, format)
        if recognised == id_list.NAME:
            run = queue_list(
                requested_by=requested_by,
                understood=_list_in(storage, kept.name),
                file_name=clean_file_name(file_name),
                file_sha256=kept.sha256,
                to_triage=to_triage,
                two_person=two_person,
            )
            storage.delete(kept.name)
            return run
        with transaction.atomic():
            run = ImportRun.objects.create(
                requested_by=requested_by,
                file=kept.name,
                file_name=clean_file_name(file_name),
                file_sha256=kept.sha256,
                format=recognised,
                bytes_total=kept.size,
                to_triage=to_triage,
                two_person=two_person,
            )
            record_event(
                actor=requested_by, verb="request", obj=run, to_state=State.QUEUED, data={"file": run.file_name}
            )
    except BaseException:
        storage.delete(kept.name)
        raise
    return run


def _list_in(storage: Storage, stored_name: str) -> Understood:
    with storage.open(stored_name, "rb") as file:
        return understand(formats.Reader(file, id_list.NAME).records())


def _recognise(storage: Storage, stored_name: str, format: str) -> str:
    try:
        with storage.open(stored_name, "rb") as file:
            return str(formats.Reader(file, format).format.NAME)
    except formats.Unreadable as error:
        raise Refused(error.reason, field="file") from None
