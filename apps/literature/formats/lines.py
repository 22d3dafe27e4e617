"""The lines of a text file, whatever its encoding and its line ends, without NUL, in flat memory.

The encoding is decided once for a file: by its byte order mark, by the zeros of UTF-16, else at the
first bytes beyond ASCII. What is mostly UTF-8 is UTF-8, however damaged in places; what is not is what
the file says of itself (JabRef does), or Windows-1252, which holds Latin-1.
"""

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Iterator

from .citation import Problem, RawRecord
from .opening import ByteStream, Unreadable, read_exactly, so_far

BLOCK = 256 * 1024
RECORD_LIMIT = 4 * 1024**2  # characters; the largest real record, with all its references, has a tenth

BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
DECLARED = re.compile(rb"^%?\s*Encoding:\s*([\w.:-]{2,30})", re.MULTILINE)
#: One byte or more for a letter, and ASCII as ever.
DECLARABLE = re.compile(r"cp\d+|iso8859-\d+|mac-\w+|koi8-\w|gbk|gb2312|gb18030|big5|shift_jis|euc_\w\w")
UNDECIDED = "ascii"
REPLACED = "\ufffd"


def records_of_lines(
    source: ByteStream, find: Callable[["Lines"], Iterator[RawRecord | Problem]]
) -> Iterator[RawRecord | Problem]:
    """What ``find`` finds in the lines, and what is wrong with the file as a whole; never raises."""
    lines = Lines(source)
    records = problems = 0
    try:
        for item in find(lines):
            if isinstance(item, RawRecord):
                records += 1
            else:
                problems += 1
            yield item
    except Unreadable as error:
        yield Problem(None, "", f"{error.reason} {so_far(records)}", fatal=True)
        return
    if lines.first_replaced:
        yield Problem(
            None,
            "",
            f"The file holds characters that cannot be read, the first on line {lines.first_replaced:,};"
            f" they were read as “{REPLACED}”.",
        )
    if not records and not problems:
        yield Problem(None, "", "The file holds no records.")


def raw_record(position: int, line: int, text: str, edition: str) -> RawRecord | Problem:
    """``edition`` goes into the digest: raise it when more is read out of a record, to have known ones read again."""
    if len(text) > RECORD_LIMIT:
        reason = (
            f"The record that begins on line {line:,} is larger than {RECORD_LIMIT // 1024**2} MB and was left out."
        )
        return Problem(position, "", reason)
    payload = text.encode("utf-8", "replace")
    return RawRecord(position, line, hashlib.sha256(edition.encode() + payload).digest()[:16], payload)


def too_large(position: int, line: int) -> Problem:
    reason = f"The record that begins on line {line:,} is larger than {RECORD_LIMIT // 1024**2} MB and was left out."
    return Problem(position, "", reason)


class Lines:
    """Iterating gives the lines without their ends; ``number`` is that of the last one given.

    Of a line longer than ``RECORD_LIMIT`` comes one character more than that, and no more.
    """

    def __init__(self, source: ByteStream) -> None:
        self._source = source
        self.number = 0
        self.first_replaced = 0

    def __iter__(self) -> Iterator[str]:
        rest = ""
        for text in self._texts():
            if len(rest) > RECORD_LIMIT:
                _, newline, text = text.partition("\n")  # noqa: PLW2901 - the rest of a line that is too long
                if not newline:
                    continue
                yield self._counted(rest[: RECORD_LIMIT + 1])
                rest = ""
            *lines, rest = (rest + text).split("\n")
            for line in lines:
                yield self._counted(line)
        if rest:
            yield self._counted(rest[: RECORD_LIMIT + 1])

    def _counted(self, line: str) -> str:
        self.number += 1
        if not self.first_replaced and REPLACED in line:
            self.first_replaced = self.number
        return line

    def _texts(self) -> Iterator[str]:
        # Whole blocks: an archive hands out crumbs, too small to tell an encoding by.
        block = read_exactly(self._source, BLOCK)
        encoding, mark = encoding_of(block)
        block = block[len(mark) :]
        decoder = _decoder(encoding)
        while block:
            if encoding == UNDECIDED and not block.isascii():
                encoding = encoding_beyond_ascii(block)
                decoder = _decoder(encoding)
            yield decoder.decode(block).replace("\x00", "")
            block = read_exactly(self._source, BLOCK)
        yield decoder.decode(b"", final=True)


def _decoder(encoding: str) -> io.IncrementalNewlineDecoder:
    return io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)


def encoding_of(head: bytes) -> tuple[str, bytes]:
    """The encoding that a text shows at its very beginning, or ``UNDECIDED``; and its byte order mark."""
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name, mark
    sample = head[:1000]
    if len(sample) > 3 and b"\x00" in sample:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if max(even, odd) > len(sample) / 4 and min(even, odd) < len(sample) / 20:
            return ("utf-16-be" if even > odd else "utf-16-le"), b""
    return UNDECIDED, b""


def encoding_beyond_ascii(block: bytes) -> str:
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(block)
    replaced = text.count(REPLACED) - block.count(REPLACED.encode())
    letters = sum(1 for letter in text if letter > "\x7f") - replaced
    if letters >= replaced:
        return "utf-8"
    if declared := DECLARED.search(block):
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
        except LookupError:
            name = ""
        if DECLARABLE.fullmatch(name):
            return name
    return "cp1252"


def decoded(head: bytes) -> str:
    """The first bytes of a file as text, to find out what it is."""
    encoding, mark = encoding_of(head)
    if encoding == UNDECIDED:
        encoding = encoding_beyond_ascii(head)
    return io.IncrementalNewlineDecoder(None, translate=True).decode(head[len(mark) :].decode(encoding, "replace"))
