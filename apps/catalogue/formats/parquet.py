"""Parquet: the table of entries with typed columns, its several values as lists, written a block at a time.

Arrow reads the lines of NDJSON itself, with a schema taken from the published document, so no Python object is
made of a row.
"""

import io
import types
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.compute
import pyarrow.json
import pyarrow.parquet

from ..document import EntryDocument, SincePublication
from .tables import TABLES

#: So many bytes of lines make a row group: what is kept in memory.
_GROUP_BYTES = 8 * 1024 * 1024
#: Pieces of it that are read beside each other; no document is as long as one.
_PIECE_BYTES = 1024 * 1024
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
    with pa.parquet.ParquetWriter(sink, table_schema(), compression="zstd") as writer:
        for lines in _groups(blocks):
            writer.write_table(_table(lines))
            if drained := sink.drained():
                yield drained
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


def _groups(blocks: Iterable[bytes]) -> Iterator[bytes]:
    waiting, size = [], 0
    for block in blocks:
        waiting.append(block)
        size += len(block)
        if size >= _GROUP_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if size:
        yield b"".join(waiting)


def _table(lines: bytes) -> pa.Table:
    """The table's columns out of lines of NDJSON."""
    schema = pa.schema(list(document_type()))
    read = pa.json.read_json(
        io.BytesIO(lines),
        read_options=pa.json.ReadOptions(block_size=_PIECE_BYTES),
        parse_options=pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    ).combine_chunks()
    columns = {name: read.column(name).chunk(0) for name in schema.names}
    arrays = []
    for _, path in TABLES["entry"]:
        name, *rest = path.split(".")
        arrays.append(_at(columns[name], rest))
    return pa.Table.from_arrays(arrays, schema=table_schema())


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
