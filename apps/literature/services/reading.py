"""Opening what a run reads from.

Wherever its records come from, they come through ``open_reader``: only what is left to read, in an
order that is the same each time, so that the checkpoint is a place in it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from ..formats import Citation, Problem, RawRecord, Reader, Unreadable
from ..models import ImportRun
from ..sources import SourceRefused, SourceUnavailable
from .remote import RestOfList, freeze

#: Files of up to so many bytes are read before another process would have begun.
SMALL = 200_000


class Unavailable(Exception):
    """What a run reads from does not answer at present; ``reason`` is a sentence that says so.

    The run goes on by itself later, not before ``seconds`` have passed.
    """

    def __init__(self, reason: str, *, seconds: float = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds


class RunReader(Protocol):
    """Yields what a run has not dealt with yet; parses what could not be recognised unparsed.

    One that ``reads_apart`` needs no database, and takes long enough to be asked by a process of its own.
    """

    @property
    def reads_apart(self) -> bool: ...
    @property
    def bytes_read(self) -> int:
        """How much of a file is read; 0 where there is none, and records are counted instead."""
        ...

    def records(self) -> Iterator[RawRecord | Problem]: ...
    def parse_in_order(self, batch: Iterable[RawRecord | Problem], /) -> Iterator[Citation | Problem]: ...


@contextmanager
def open_reader(run: ImportRun, *, keep_alive: Callable[[], None]) -> Iterator[RunReader]:
    """The records of a run after its first ``checkpoint`` ones, of those at the positions in ``only``.

    ``keep_alive`` is called every few seconds that pass in waiting for a service, and ends the reading
    by an exception where the run is another worker's by now. Raises ``Unreadable`` where this
    can never be read, ``Unavailable`` where it cannot be read now; so may each step of the reading.
    """
    try:
        if run.origin == ImportRun.Origin.FILE:
            with run.file.open("rb") as file:
                yield _RestOfFile(Reader(file, run.format), run)
        else:
            if run.identifiers is None:
                freeze(run, keep_alive)
            yield RestOfList(run, keep_alive)
    except OSError as error:
        raise Unreadable(f"The stored file cannot be read any more: {error.strerror or error}.") from None
    except SourceUnavailable as failure:
        raise Unavailable(failure.reason, seconds=failure.seconds) from None
    except SourceRefused as refused:
        raise Unreadable(refused.reason) from None


class _RestOfFile:
    """Finding records costs little next to parsing them, so those dealt with are simply found again."""

    def __init__(self, reader: Reader, run: ImportRun) -> None:
        self.reads_apart = run.file.size > SMALL
        self._reader = reader
        self._done = run.checkpoint
        self._only = None if run.only is None else frozenset(run.only)
        self.parse_in_order = reader.parse_in_order

    @property
    def bytes_read(self) -> int:
        return self._reader.bytes_read

    def records(self) -> Iterator[RawRecord | Problem]:
        wanted = self._wanted(self._reader.records())
        for _ in range(self._done):
            if next(wanted, None) is None:
                return
        yield from wanted

    def _wanted(self, records: Iterable[RawRecord | Problem]) -> Iterator[RawRecord | Problem]:
        last = None if self._only is None else max(self._only, default=0)
        for item in records:
            if last is not None and item.position is not None and item.position > last:
                return
            if self._only is None or item.position in self._only or (isinstance(item, Problem) and item.fatal):
                yield item
