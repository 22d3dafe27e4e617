"""Opening a file of unknown content: transparent gzip and ZIP, limits on what it may expand to, plain errors."""

import zipfile
import zlib
from collections.abc import Callable
from typing import Protocol

from isal import igzip, igzip_lib

from . import archive

HEAD = 64 * 1024  # what is looked at to find out what a file is
GZIP_MAGIC = b"\x1f\x8b"
EXPANDED_LIMIT = 8 * 1024**3
# Real PubMed files shrink about tenfold, hardly any text more than fiftyfold; a bomb a thousandfold.
RATIO_LIMIT = 200
RATIO_CHECKED_FROM = 16 * 1024**2


class Unreadable(Exception):
    """The file cannot be read (on); ``reason`` is a sentence for the person who sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ByteStream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class ReadableFile(Protocol):
    """What is needed of an open file; Django's wrappers of files have it too."""

    def read(self, size: int = ..., /) -> bytes: ...
    def seek(self, offset: int, whence: int = ..., /) -> int: ...
    def tell(self) -> int: ...


def sources(file: ReadableFile) -> list["Source"]:
    """What a stored file holds, still to be read: one stream, or one for each file of a ZIP archive.

    Raises ``Unreadable`` for an archive that cannot hold citations or cannot be opened.
    """
    magic = file.read(4)
    file.seek(-len(magic), 1)
    if magic.startswith(GZIP_MAGIC):
        # read1, not read: what was expanded before the damage must not be lost with it.
        return [Source(lambda: igzip.IGzipFile(fileobj=file, mode="rb").read1, Expansion(file.tell))]
    if magic in archive.MAGIC:
        try:
            size, members = archive.members(file)
        except archive.Unusable as error:
            raise Unreadable(str(error)) from None
        expansion = Expansion(lambda: size)
        return [Source(member.open, expansion, member.name) for member in members]
    return [Source(lambda: file.read)]


class Expansion:
    """Counts what compressed bytes expand to; raises ``Unreadable`` for what cannot be honest."""

    def __init__(self, stored: Callable[[], int]) -> None:
        self._stored = stored
        self._expanded = 0

    def add(self, size: int) -> None:
        self._expanded += size
        if self._expanded > EXPANDED_LIMIT:
            raise Unreadable(f"The file expands to more than {EXPANDED_LIMIT // 1024**3} GB, which is not read.")
        if self._expanded > RATIO_CHECKED_FROM and self._expanded > RATIO_LIMIT * max(self._stored(), 1):
            raise Unreadable(
                f"The file expands to more than {RATIO_LIMIT} times its size; such a file is not read, for safety."
            )


class Source:
    """Bytes of a stored file, expanded and read forwards; opened when they are first read.

    ``name`` is the name within an archive. Raises ``Unreadable`` when the compression is damaged,
    ends early, or hides a bomb; then again whenever it is read.
    """

    def __init__(
        self, opening: Callable[[], Callable[[int], bytes]], expansion: Expansion | None = None, name: str = ""
    ) -> None:
        self.name = name
        self._opening = opening
        self._expansion = expansion
        self._read: Callable[[int], bytes] | None = None
        self._failure: Unreadable | None = None

    def read(self, size: int, /) -> bytes:
        if self._failure:
            raise self._failure
        try:
            return self._checked(size)
        except Unreadable as failure:
            self._failure = failure
            raise

    def _checked(self, size: int) -> bytes:
        try:
            if self._read is None:
                self._read = self._opening()
            block = self._read(size)
        except EOFError:
            raise Unreadable(
                "The compressed file ends too early: it was probably not downloaded or copied completely."
            ) from None
        except (OSError, zlib.error, zipfile.BadZipFile, igzip_lib.IsalError) as error:  # type: ignore[misc]  # an exception of C code
            raise Unreadable(f"The compressed file is damaged ({error}).") from None
        if self._expansion:
            self._expansion.add(len(block))
        return block


class Rewound:
    """A source whose first bytes, already looked at, come again."""

    def __init__(self, head: bytes, source: ByteStream) -> None:
        self._head = head
        self._at = 0
        self._source = source

    def read(self, size: int, /) -> bytes:
        if self._at < len(self._head):
            block = self._head[self._at : self._at + size]
            self._at += len(block)
            return block
        self._head = b""
        return self._source.read(size)


def read_exactly(stream: ByteStream, size: int) -> bytes:
    """``size`` bytes, or fewer at the end of the stream or before its damage."""
    blocks: list[bytes] = []
    while size > 0:
        try:
            block = stream.read(size)
        except Unreadable:
            if not blocks:
                raise
            break
        if not block:
            break
        blocks.append(block)
        size -= len(block)
    return b"".join(blocks)


def so_far(records: int) -> str:
    """How far the reading came before it had to end."""
    if not records:
        return "No record was read."
    if records == 1:
        return "The record before that was read, nothing after."
    return f"The {records:,} records before that were read, nothing after."
