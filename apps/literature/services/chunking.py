"""Cutting what a run reads into chunks: the next one is read and parsed while the one before is being stored.

Reading and parsing a large file are the work of a process of its own; storing is that of the caller.
What is handed out, and in which order, does not depend on who was quicker.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection

from ..formats import Citation, Problem, RawRecord, next_batch
from .apart import Apart
from .reading import RunReader
from .writing import remembered


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
    read = _ahead if reader.reads_apart else _in_turn
    return read(reader, most, keep_alive)


def _in_turn(reader: RunReader, most: int, keep_alive: Callable[[], None]) -> Generator[Chunk, None, None]:
    records = reader.records()
    while batch := next_batch(records, most):
        chunk = Chunk(batch, reader.bytes_read, _read_before(batch), [])
        chunk.items = _parsed(reader, chunk)
        yield chunk


def _ahead(reader: RunReader, most: int, keep_alive: Callable[[], None]) -> Generator[Chunk, None, None]:
    before: Chunk | None = None
    with closing(Apart(partial(_work, reader, most))) as apart:
        chunk = next_chunk = _found(apart, keep_alive)
        while chunk is not None:
            chunk.items = apart.receive(keep_alive)
            error: Exception | None = None
            try:
                next_chunk = _found(apart, keep_alive)
            except Exception as caught:  # it is told once what came before it is stored
                error = caught
            _look_again(chunk, before)
            yield chunk
            if error:
                raise error
            before, chunk = chunk, next_chunk


def _found(apart: Apart, keep_alive: Callable[[], None]) -> Chunk | None:
    """The next records, which are being parsed from now on; None at the end."""
    chunk: Chunk | None = apart.receive(keep_alive)
    if chunk is not None:
        chunk.known = _read_before(chunk.batch)
        apart.send(chunk.known)
    return chunk


def _work(reader: RunReader, most: int, pipe: Connection) -> None:
    """In the other process: find a chunk, hear what of it is known, parse the rest, and so on."""
    records = reader.records()
    while batch := next_batch(records, most):
        chunk = Chunk(batch, reader.bytes_read, {}, [])
        pipe.send(replace(chunk, batch=[_without_payload(item) for item in batch]))
        chunk.known = pipe.recv()
        pipe.send(_parsed(reader, chunk))
    pipe.send(None)


def _without_payload(item: RawRecord | Problem) -> RawRecord | Problem:
    return RawRecord(item.position, item.line, item.digest, b"") if isinstance(item, RawRecord) else item


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
