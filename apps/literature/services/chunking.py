"""Cutting what a run reads into chunks: the next one is read and parsed while the one before is being stored.

Reading and parsing a file are the work of a thread that never touches the database; storing is that
of the caller. What is handed out, and in which order, does not depend on who was quicker.
"""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from ..formats import Citation, Problem, RawRecord, next_batch
from .reading import RunReader
from .writing import remembered

#: So many seconds without a chunk, and a sign of life is given.
PATIENCE = 5.0


@dataclass(slots=True)
class Chunk:
    """The next items of a run; ``items`` is what became of them, up to a fatal problem.

    ``known`` are the references that records with the same content went into before, by digest:
    these records were not parsed again.
    """

    batch: list[RawRecord | Problem]
    bytes_read: int
    known: dict[bytes, int]
    items: list[Citation | Problem]

    @property
    def digests(self) -> dict[int, bytes]:
        """The digest of each record, by its position."""
        return {item.position: item.digest for item in self.batch if isinstance(item, RawRecord)}


def chunks(reader: RunReader, most: int, *, keep_alive: Callable[[], None]) -> Generator[Chunk, None, None]:
    """All that is left to read, ``most`` items at a time; close it before the reader is closed.

    Each is to be stored before the next one is asked for. ``keep_alive`` is called every few seconds
    that pass while the caller waits, and may end the reading by an exception.
    """
    read = _ahead if reader.reads_ahead else _in_turn
    return read(reader, most, keep_alive)


def _in_turn(reader: RunReader, most: int, keep_alive: Callable[[], None]) -> Generator[Chunk, None, None]:
    records = reader.records()
    while batch := next_batch(records, most):
        chunk = Chunk(batch, reader.bytes_read, _read_before(batch), [])
        chunk.items = _parsed(reader, chunk)
        yield chunk


def _ahead(reader: RunReader, most: int, keep_alive: Callable[[], None]) -> Generator[Chunk, None, None]:
    records = reader.records()
    before: Chunk | None = None
    parsed: Future[Chunk] | None = None

    def find() -> Chunk:
        return Chunk(next_batch(records, most), reader.bytes_read, {}, [])

    def parse(chunk: Chunk) -> Chunk:
        chunk.items = _parsed(reader, chunk)
        return chunk

    def finished(future: Future[Chunk]) -> Future[Chunk]:
        while not wait([future], timeout=PATIENCE).done:
            keep_alive()
        return future

    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as thread:
        found = thread.submit(find)
        while True:
            ready, parsed = parsed, None
            if finished(found).exception() is None and (chunk := found.result()).batch:
                chunk.known = _read_before(chunk.batch)
                parsed = thread.submit(parse, chunk)
                found = thread.submit(find)
            if ready is not None:
                chunk = finished(ready).result()
                _look_again(chunk, before)
                yield chunk
                before = chunk
            if parsed is None:
                found.result()  # an error is raised here, once what came before it is stored
                return


def _parsed(reader: RunReader, chunk: Chunk) -> list[Citation | Problem]:
    known = chunk.known
    unknown = (item for item in chunk.batch if not (isinstance(item, RawRecord) and item.digest in known))
    items = []
    for item in reader.parse_in_order(unknown):
        items.append(item)
        if isinstance(item, Problem) and item.fatal:
            break
    return items


def _look_again(chunk: Chunk, before: Chunk | None) -> None:
    """Leave to the chunk before what stands in both: that was not stored yet when this one was looked up."""
    digests = chunk.digests
    same = set(digests.values()).intersection(before.digests.values()) if before else set()
    late = remembered(same - chunk.known.keys())
    if late:
        chunk.known |= late
        chunk.items = [
            item for item in chunk.items if not (isinstance(item, Citation) and digests[item.position] in late)
        ]


def _read_before(batch: Iterable[RawRecord | Problem]) -> dict[bytes, int]:
    return remembered({item.digest for item in batch if isinstance(item, RawRecord)})
