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
from itertools import islice
from types import ModuleType
from typing import Protocol

from . import pubmed_xml, recognition
from .citation import Citation, Problem, RawRecord
from .opening import HEAD, ByteStream, ReadableFile, Rewound, Source, Unreadable, read_exactly

__all__ = ["FORMATS", "Citation", "Problem", "RawRecord", "Reader", "Unreadable", "format_named", "names"]


class Format(Protocol):
    NAME: str
    LABEL: str

    def recognises(self, head: bytes) -> bool: ...
    def explains(self, head: bytes) -> str: ...
    def records(self, source: ByteStream) -> Iterator[RawRecord | Problem]: ...
    def parse(self, raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]: ...


FORMATS: tuple[ModuleType, ...] = (pubmed_xml,)
AUTO = "auto"
BATCH = 200


def names() -> list[str]:
    return [AUTO, *(each.NAME for each in FORMATS)]


def labels() -> list[str]:
    return [each.LABEL for each in FORMATS]


def format_named(name: str) -> ModuleType:
    return next(each for each in FORMATS if name == each.NAME)


class Reader:
    """Reads one file: finds out its format, then yields its records and problems in order.

    Raises ``Unreadable`` when made, if the file is of no known format; never later.
    """

    def __init__(self, file: ReadableFile, format: str = AUTO) -> None:
        self.source = Source(file)
        head = read_exactly(self.source, HEAD)
        if format == AUTO:
            found = next((each for each in FORMATS if each.recognises(head)), None)
            if found is None:
                reasons = (each.explains(head) for each in FORMATS)
                raise Unreadable(next(filter(None, reasons), "") or recognition.explain(head, labels()))
            self.format = found
        else:
            self.format = format_named(format)
        self._stream = Rewound(head, self.source)

    @property
    def bytes_read(self) -> int:
        return self.source.bytes_read

    def records(self) -> Iterator[RawRecord | Problem]:
        return self.format.records(self._stream)

    def parse(self, raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
        return self.format.parse(raw_records)

    def __iter__(self) -> Iterator[Citation | Problem]:
        """Everything, parsed; ends after a fatal problem."""
        records = self.records()
        while batch := list(islice(records, BATCH)):
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
