"""Finding the records of a JSON file of any size, in flat memory, without trusting it.

Services wrap their records in objects and lists of many shapes. A dialect names the keys that lead to
records; any object without such a key is a record, wherever it stands: in lists, in wrappers, alone,
on a line of its own or one document after the other. Records are cut as bytes, by their brackets and
strings, and parsed one by one later; so a damaged record is told and the next one read, and a file
that is cut off gives everything before.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .citation import Citation, Problem, RawRecord
from .lenient_json import DEEPEST, STRING, load
from .lines import UNDECIDED, encoding_of
from .opening import HEAD, ByteStream, Rewound, Unreadable, read_exactly, so_far
from .xml_opening import Transcoded

BLOCK = 1024 * 1024
RECORD_LIMIT = 8 * 1024**2

# All up to the next bracket that is none in a string.
BRACKET = re.compile(rb'[^"{}\[\]]*+(?:' + STRING + rb'[^"{}\[\]]*+)*+[{}\[\]]', re.DOTALL)
SPACE = re.compile(rb"[\s\x1e]*+")
SCALAR = re.compile(STRING + rb'|[^\s"{}\[\],:]++', re.DOTALL)


class Dialect:
    """What the JSON of a format looks like.

    ``inside`` are the keys whose list or object holds records. ``refuses`` says why a file, by its
    first bytes, holds none at all, or "". ``citation`` reads one record. ``edition`` goes into every
    digest: raise it when more is read out of a record, so that known records are read again.
    """

    def __init__(
        self,
        edition: bytes,
        inside: tuple[str, ...],
        refuses: Callable[[bytes], str],
        citation: Callable[[dict[str, Any], int], Citation],
    ) -> None:
        self.edition = edition
        self.inside = inside
        self.refuses = refuses
        self.citation = citation
        keys = "|".join(inside).encode()
        self.leads = re.compile(rb'(?<!\\)"(?:' + keys + rb')"\s*+:\s*+[{\[]$')


def split(source: ByteStream, dialect: Dialect) -> Iterator[RawRecord | Problem]:
    """Every record of the file in order, and what is wrong with the rest; never raises."""
    splitter = Splitter(dialect)
    try:
        yield from splitter.run(source)
    except Unreadable as error:
        yield Problem(None, "", f"{error.reason} {so_far(splitter.records)}", fatal=True)


class Splitter:
    """One pass over one file; knows how far it came."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.records = 0
        self.others = 0

    def run(self, source: ByteStream) -> Iterator[RawRecord | Problem]:
        head = read_exactly(source, HEAD)
        if refusal := self.dialect.refuses(head):
            raise Unreadable(refusal)
        encoding, mark = encoding_of(head)
        stream: ByteStream = Rewound(head[len(mark) :], source)
        self.window = Window(stream if encoding in {"utf-8", UNDECIDED} else Transcoded(stream, encoding))
        while self.window.peek():
            yield from self._value(0)
        if self.others:
            what = f"{self.others:,} values of the file are no records and were"
            yield Problem(
                None, "", f"{what if self.others > 1 else 'A value of the file is no record and was'} left out."
            )
        elif not self.records:
            yield Problem(None, "", "The file holds no records.")

    def _value(self, depth: int) -> Iterator[RawRecord]:
        if depth > DEEPEST:
            raise Unreadable(f"The records are nested too deeply {self.window.place}.")
        first = self.window.peek()
        if first == b"{":
            yield from self._object(depth)
        elif first == b"[":
            yield from self._list(depth)
        else:
            self.window.skip_scalar()
            self.others += 1

    def _list(self, depth: int) -> Iterator[RawRecord]:
        window = self.window
        window.at += 1
        while (first := window.peek()) != b"]":
            if not first:
                raise window.cut_off()
            yield from self._value(depth + 1)
            after = window.peek()
            if after == b",":
                window.at += 1
            elif after != b"]":
                raise window.broken() if after else window.cut_off()
        window.at += 1

    def _object(self, depth: int) -> Iterator[RawRecord]:
        """One object: a record, unless a key of its own leads to records."""
        window = self.window
        window.kept = window.at
        line = window.line
        is_record = True
        level = 1
        window.at += 1
        while level:
            found = window.to_bracket()
            if window.buffer[window.at - 1] in b"}]":
                level -= 1
            elif level == 1 and self.dialect.leads.search(
                window.buffer, max(found.start(), window.at - 999), window.at
            ):
                is_record = False
                window.kept = None
                window.at -= 1
                yield from self._value(depth + 1)
            else:
                level += 1
        if is_record:
            payload = window.buffer[window.kept : window.at]
            self.records += 1
            digest = hashlib.sha256(self.dialect.edition + payload).digest()[:16]
            yield RawRecord(self.records, line, digest, payload)
        window.kept = None


class Window:
    """The part of a stream that is looked at: from ``kept``, or else from ``at``, to the end of a block."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._before = 0  # bytes of the stream before the buffer
        self._line, self._counted = 1, 0
        self.buffer = b""
        self.at = 0
        self.kept: int | None = None

    @property
    def line(self) -> int:
        self._line += self.buffer.count(b"\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    @property
    def place(self) -> str:
        return f"on line {self.line:,} (at byte {self._before + self.at:,})"

    def peek(self) -> bytes:
        """The next byte that is no white space; empty at the end of the stream."""
        while True:
            self.at = SPACE.match(self.buffer, self.at).end()  # type: ignore[union-attr]  # matches always
            if self.at < len(self.buffer) or not self._fill():
                return self.buffer[self.at : self.at + 1]

    def to_bracket(self) -> re.Match[bytes]:
        while not (found := BRACKET.match(self.buffer, self.at)):
            if not self._fill():
                raise self.cut_off()
        self.at = found.end()
        return found

    def skip_scalar(self) -> None:
        while not (found := SCALAR.match(self.buffer, self.at)) or found.end() == len(self.buffer):
            if not self._fill():
                break
        if not found:
            raise self.broken()
        self.at = found.end()

    def _fill(self) -> bool:
        more = self._stream.read(BLOCK)
        if not more:
            return False
        start = self.at if self.kept is None else self.kept
        if len(self.buffer) - start > RECORD_LIMIT:
            raise Unreadable(f"A record is larger than {RECORD_LIMIT // 1024**2} MB: the one {self.place}.")
        self._line, self._counted = self.line, self.at - start
        self.buffer = self.buffer[start:] + more
        self.at -= start
        self._before += start
        if self.kept is not None:
            self.kept = 0
        return True

    def broken(self) -> Unreadable:
        return Unreadable(f"The file is not well-formed JSON {self.place}.")

    def cut_off(self) -> Unreadable:
        self.at = len(self.buffer)
        return Unreadable(f"The file ends {self.place} in the middle of its content: it is probably cut off.")


# --- parsing ----------------------------------------------------------------------------------


def parse(raw_records: Iterable[RawRecord], dialect: Dialect) -> Iterator[Citation | Problem]:
    """One citation for each record, or what is wrong with it."""
    for record in raw_records:
        try:
            yield dialect.citation(load(record.payload, record.line), record.position)
        except Unreadable as error:
            yield Problem(record.position, "", error.reason)
