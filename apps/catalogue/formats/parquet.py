"""Parquet: the table of entries with typed columns, its several values as lists, written a piece at a time.

Arrow reads the lines of NDJSON itself, with a schema taken from the published document, so no Python object is
made of a row. It does so in two threads, and packs in another, while PostgreSQL sends more.
"""

import io
import types
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.compute
import pyarrow.json
import pyarrow.parquet

from ..document import EntryDocument, SincePublication
from .tables import TABLES

Item = TypeVar("Item")
Made = TypeVar("Made")
#: So many bytes of lines are read at once: few enough for the processor's cache, enough to be worth the call.
_PIECE_BYTES = 2 * 1024 * 1024
#: Reading takes longer than all else together.
_READERS = 2
#: So many rows make a row group, which is kept in memory, packed, until it is whole.
_GROUP_ROWS = 32_768
#: Where hardly any value comes twice, a dictionary of them is wasted work.
_DISTINCT = {
    *("accession", "version", "published_at", "statement", "effect_value", "ci_low", "ci_high", "nct_ids"),
    *("cohort_key", "reference", "pmid", "doi", "author_claim", "summary", "change_note"),
    *("under_review_since", "review_reason", "upheld_at", "upheld_reason"),
}
_PLAIN = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    Decimal: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", tz="UTC"),
}


def write(blocks: Iterable[bytes], site: str) -> Iterator[bytes]:
    """A stream of entries as one Parquet file, row group by row group."""
    sink = _Sink()
    writer = pa.parquet.ParquetWriter(sink, table_schema(), compression="zstd", use_dictionary=_repeated())

    def add(columns: pa.RecordBatch) -> bytes:
        writer.write_batch(columns, row_group_size=_GROUP_ROWS)
        return sink.drained()

    # Whoever stops listening waits for the threads first, then closes the writer that they use.
    with writer, closing(_meanwhile(add, _meanwhile(_columns, _pieces(blocks), threads=_READERS))) as pieces:
        yield from filter(None, pieces)
    yield sink.drained()


@cache
def table_schema() -> pa.Schema:
    """Name and type of each column of the table."""
    return pa.schema([pa.field(name, _type_at(document_type(), path.split("."))) for name, path in TABLES["entry"]])


@cache
def document_type() -> pa.StructType:
    """The published document, with what may have happened since, as a type of Arrow."""
    document = _type(EntryDocument)
    return pa.struct([*document, pa.field("since_publication", _type(SincePublication))])


def _repeated() -> list[str]:
    """The columns, by Parquet's own names, that are written as places in a dictionary of their values."""
    return [
        f"{column.name}.list.element" if pa.types.is_list(column.type) else column.name
        for column in table_schema()
        if column.name not in _DISTINCT
    ]


@cache
def _read_schema() -> pa.Schema:
    """What of the document comes into the table: the rest is passed over while reading."""
    return pa.schema(list(_only(document_type(), [path.split(".") for _, path in TABLES["entry"]])))


def _only(kind: pa.DataType, paths: list[list[str]]) -> pa.DataType:
    if not any(paths):
        return kind
    if pa.types.is_list(kind):
        return pa.list_(_only(kind.value_type, paths))
    names = dict.fromkeys(path[0] for path in paths)
    inner = {name: [path[1:] for path in paths if path[0] == name] for name in names}
    return pa.struct([pa.field(name, _only(kind.field(name).type, inner[name])) for name in names])


def _type(kind: Any) -> pa.DataType:
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (only,) = [one for one in inner if one is not type(None)]
        return _type(only)
    if origin is tuple:
        return pa.list_(_type(inner[0]))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return pa.struct([pa.field(one.name, _type(hints[one.name])) for one in fields(kind)])
    raise TypeError(f"{kind} has no place in a table")


def _type_at(kind: pa.DataType, path: list[str]) -> pa.DataType:
    if not path:
        return kind
    if pa.types.is_list(kind):
        return pa.list_(_type_at(kind.value_type, path))
    return _type_at(kind.field(path[0]).type, path[1:])


def _pieces(blocks: Iterable[bytes]) -> Iterator[bytes]:
    waiting, size = [], 0
    for block in blocks:
        waiting.append(block)
        size += len(block)
        if size >= _PIECE_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if size:
        yield b"".join(waiting)


def _columns(lines: bytes) -> pa.RecordBatch:
    """The table's columns out of lines of NDJSON."""
    (read,) = pa.json.read_json(
        pa.BufferReader(lines),
        read_options=pa.json.ReadOptions(use_threads=False, block_size=len(lines)),
        parse_options=pa.json.ParseOptions(explicit_schema=_read_schema(), unexpected_field_behavior="ignore"),
    ).to_batches()
    arrays = []
    for _, path in TABLES["entry"]:
        name, *rest = path.split(".")
        arrays.append(_at(read.column(name), rest))
    return pa.RecordBatch.from_arrays(arrays, schema=table_schema())


def _at(array: pa.Array, path: list[str]) -> pa.Array:
    """What stands at a place of every row; absent where anything above it is."""
    if not path:
        return array
    if pa.types.is_list(array.type):
        inner = _at(array.values, path)
        return pa.ListArray.from_arrays(array.offsets, inner, mask=array.is_null() if array.null_count else None)
    return _at(pa.compute.struct_field(array, path[0]), path[1:])


class _Sink(io.RawIOBase):
    """Takes what the writer writes and gives it out in pieces."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._parts.append(piece)
        self._position += len(piece)
        return len(piece)

    def drained(self) -> bytes:
        drained = b"".join(self._parts)
        self._parts.clear()
        return drained


def _meanwhile(work: Callable[[Item], Made], items: Iterable[Item], *, threads: int = 1) -> Generator[Made, None, None]:
    """``map`` whose work is done in threads of its own, while further items are fetched; the order stays.

    For work that lets other threads run, and with no database in it: items are fetched in the thread that asks.
    """
    with ThreadPoolExecutor(threads, "parquet") as pool:
        waiting: deque[Future[Made]] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
