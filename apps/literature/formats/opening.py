"""Opening a file of unknown content: transparent gzip, limits on what it may expand to, plain errors."""

import zlib
from typing import Protocol

from isal import igzip, igzip_lib

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


class Source:
    """The expanded bytes of a stored file, read forwards.

    ``bytes_read`` counts the stored (compressed) bytes taken so far, for a progress bar. Raises
    ``Unreadable`` when the compression is damaged, ends early, or hides a bomb.
    """

    def __init__(self, file: ReadableFile) -> None:
        self._file = file
        self._expanded = 0
        self._failure: Unreadable | None = None
        magic = file.read(2)
        file.seek(-len(magic), 1)
        self.compressed = magic == GZIP_MAGIC
        # read1, not read: what was expanded before the damage must not be lost with it.
        self._read = igzip.IGzipFile(fileobj=file, mode="rb").read1 if self.compressed else file.read

    @property
    def bytes_read(self) -> int:
        return self._file.tell()

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
            block = self._read(size)
        except EOFError:
            raise Unreadable(
                "The compressed file ends too early: it was probably not downloaded or copied completely."
            ) from None
        except (OSError, zlib.error, igzip_lib.IsalError) as error:  # type: ignore[misc]  # an exception of C code
            raise Unreadable(f"The compressed file is damaged ({error}).") from None
        self._expanded += len(block)
        if self.compressed:
            self._check_expansion()
        return block

    def _check_expansion(self) -> None:
        if self._expanded > EXPANDED_LIMIT:
            raise Unreadable(f"The file expands to more than {EXPANDED_LIMIT // 1024**3} GB, which is not read.")
        if self._expanded > RATIO_CHECKED_FROM and self._expanded > RATIO_LIMIT * max(self.bytes_read, 1):
            raise Unreadable(
                f"The file expands to more than {RATIO_LIMIT} times its size; such a file is not read, for safety."
            )


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
