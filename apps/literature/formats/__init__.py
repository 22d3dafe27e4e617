"""File formats of citations. One format is one module with this promise:

``NAME``, ``LABEL``             its name for programs and for people
``recognises(head) -> bool``    whether the first bytes of an (expanded) file are of this format
``explains(head) -> str``       why a similar file is not of this format, or ""
``records(source)``             yields ``RawRecord`` and ``Problem`` in file order: found, not parsed
``parse(raw_records)``          yields one ``Citation`` or ``Problem`` for each record given

Finding is cheap and parsing is dear: a record whose digest is known need not be parsed again.
No format raises on bad content; memory does not grow with the file. Add a format to ``FORMATS``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Protocol

from . import bibtex, crossref_json, csl_json, endnote_xml, europepmc_json, id_list, nbib, pubmed_xml, recognition, ris
from .citation import Citation, Problem, RawRecord
from .opening import HEAD, ByteStream, ReadableFile, Rewound, Source, Unreadable, read_exactly, sources

__all__ = ["FORMATS", "Citation", "Problem", "RawRecord", "Reader", "Unreadable", "format_named", "names", "next_batch"]


class Format(Protocol):
    NAME: str
    LABEL: str

    def recognises(self, head: bytes) -> bool: ...
    def explains(self, head: bytes) -> str: ...
    def records(self, source: ByteStream) -> Iterator[RawRecord | Problem]: ...
    def parse(self, raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]: ...


#: In the order in which they are tried: what would take almost any text comes last.
FORMATS: tuple[ModuleType, ...] = (
    pubmed_xml,
    endnote_xml,
    europepmc_json,
    crossref_json,
    csl_json,
    nbib,
    ris,
    bibtex,
    id_list,
)
AUTO = "auto"
BATCH = 200
BATCH_BYTES = 16 * 1024**2


def names() -> list[str]:
    return [AUTO, *(each.NAME for each in FORMATS)]


def labels() -> list[str]:
    return [each.LABEL for each in FORMATS]


def format_named(name: str) -> ModuleType:
    return next(each for each in FORMATS if name == each.NAME)


def next_batch(records: Iterator[RawRecord | Problem], most: int) -> list[RawRecord | Problem]:
    """The next items, ``most`` of them unless they are large; none at the end."""
    batch = []
    size = 0
    for item in records:
        batch.append(item)
        size += len(item.payload) if isinstance(item, RawRecord) else 0
        if len(batch) == most or size > BATCH_BYTES:
            break
    return batch


@dataclass(frozen=True, slots=True)
class _Part:
    """One stream of a file, and what it begins with."""

    name: str
    head: bytes
    source: Source

    @property
    def stream(self) -> ByteStream:
        return Rewound(self.head, self.source)


class Reader:
    """Reads one file, or the files of one archive: finds out the format, then yields records and problems in order.

    Raises ``Unreadable`` when made, if the file is of no known format; never later. All files of an
    archive are read as one, in the format of the first that has a known one; others are left out and told.
    """

    def __init__(self, file: ReadableFile, format: str = AUTO) -> None:
        self._file = file
        self._parts = [_Part(source.name, read_exactly(source, HEAD), source) for source in sources(file)]
        self.format = self._recognise() if format == AUTO else format_named(format)

    def _recognise(self) -> ModuleType:
        for part in self._parts:
            if found := next((each for each in FORMATS if each.recognises(part.head)), None):
                return found
        head = self._parts[0].head
        reasons = (each.explains(head) for each in FORMATS)
        raise Unreadable(next(filter(None, reasons), "") or recognition.explain(head, labels()))

    @property
    def bytes_read(self) -> int:
        """The stored (compressed) bytes taken so far, for a progress bar."""
        return self._file.tell()

    def records(self) -> Iterator[RawRecord | Problem]:
        if len(self._parts) == 1:
            return self.format.records(self._parts[0].stream)
        return self._records_of_all()

    def _records_of_all(self) -> Iterator[RawRecord | Problem]:
        last = 0
        for part in self._parts:
            if not self.format.recognises(part.head):
                yield Problem(None, part.name, f"“{part.name}” is not {self.format.LABEL} and was left out.")
                continue
            before = last
            for item in self.format.records(part.stream):
                if item.position is not None:
                    last = before + item.position
                    yield replace(item, position=last)
                else:
                    yield replace(item, reason=f"“{part.name}”: {item.reason}")
                if isinstance(item, Problem) and item.fatal:
                    return

    def parse(self, raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
        return self.format.parse(raw_records)

    def __iter__(self) -> Iterator[Citation | Problem]:
        """Everything, parsed; ends after a fatal problem."""
        records = self.records()
        while batch := next_batch(records, BATCH):
            for item in self.parse_in_order(batch):
                yield item
                if isinstance(item, Problem) and item.fatal:
                    return

    def parse_in_order(self, batch: Iterable[RawRecord | Problem]) -> Iterator[Citation | Problem]:
        """The records of a batch parsed, its problems in their places."""
        waiting: list[RawRecord] = []
        for item in batch:
            if isinstance(item, Problem):
                yield from self.parse(waiting)
                waiting = []
                yield item
            else:
                waiting.append(item)
        yield from self.parse(waiting)
