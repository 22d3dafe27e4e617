"""Keeping what people send: measured and hashed as it passes, never held in memory, under a name of our own."""

import errno
import hashlib
import logging
import re
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from .exceptions import Refused

logger = logging.getLogger(__name__)
BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the storage: its name there, its size in bytes and the SHA-256 of its content in hex."""

    name: str
    size: int
    sha256: str


def keep(storage: Storage, file: BinaryIO, *, folder: str, limit: int) -> Kept:
    """Store a file below ``folder``; nothing of the sender's name reaches the file system.

    Refused above ``limit`` bytes, or where the portal cannot write; nothing is left then.
    """
    incoming = _Incoming(file, limit)
    name = f"{folder}/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"
    try:
        name = storage.save(name, incoming)
    except Refused:
        storage.delete(name)
        raise
    except OSError as error:
        storage.delete(name)
        logger.error("An upload could not be stored: %s", error)
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        why = "the portal's disk is full" if full else "the portal could not write it to its disk"
        raise Refused(f"The file was not stored: {why}. Please tell an administrator.", field="file") from None
    return Kept(name, incoming.size, incoming.sha256.hexdigest())


def within_limit(file: UploadedFile, advice: str) -> UploadedFile:
    """The file, for the form that takes it in; above ``UPLOAD_LIMIT_BYTES`` that is told, with ``advice``."""
    size, limit = file.size or 0, settings.UPLOAD_LIMIT_BYTES
    if size > limit:
        raise ValidationError(
            f"This file has {filesizeformat(size)}; at most {filesizeformat(limit)} can be sent at once. {advice}",
            code="too_large",
        )
    return file


def clean_file_name(name: str) -> str:
    """The last part of a path of any system, without control characters."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C").strip()
    return name[:255] or "unnamed"


class _Incoming(File):
    """An upload on its way to the disk."""

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
