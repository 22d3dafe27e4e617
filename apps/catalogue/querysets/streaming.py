"""Many entries as a stream, in constant memory: PostgreSQL sends the stored texts, and nobody looks into them.

Faster than ``psql``: in COPY's binary form no text is escaped, and rows are fetched many at a time.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Case, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, JSONObject
from psycopg.abc import PQGen
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from psycopg.waiting import WAIT_R

from ..document import SincePublication, as_served

#: Few enough that PostgreSQL sends while they are worked on, and that they are still in the processor's cache.
_ROWS = 64
#: What stands in COPY's binary form before the first row, before each text of one column, and at the end.
_HEAD, _ROW_HEAD, _END = 19, 6, b"\xff\xff"
_UNTOUCHED = Q(
    retraction_state="", under_review_since=None, review_reason="", upheld_at=None, upheld_reason="", open_flags=[]
)
#: A document; where something has happened since, then a tab, which no document has in it, and what.
_TEXT = Case(
    When(_UNTOUCHED, then=F("document")),
    default=Func(
        F("document"),
        Value("\t"),
        Cast(JSONObject(**{name: name for name in SincePublication.COLUMNS}), TextField()),
        function="concat",
    ),
    output_field=TextField(),
)


def stream(rows: QuerySet) -> Iterator[bytes]:
    """The documents of these entries as they are served, in the order of ``rows``: blocks of lines of NDJSON.

    All of one moment: what is published meanwhile is not in it. Whoever stops listening stops the query; what
    breaks off on its way raises, and is never a shorter list.
    """
    try:
        query, parameters = rows.annotate(served=_TEXT).values_list("served").query.sql_with_params()
    except EmptyResultSet:
        return
    with (
        connections[rows.db].cursor() as cursor,
        # The query is Django's own. Its wrapper that counts queries takes no parameters, the cursor within does.
        cursor.cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)", parameters) as copy,
    ):
        before, is_over = _HEAD, False
        while not is_over:
            some, is_over = copy.connection.wait(_fetched(copy.connection.pgconn))
            if some:
                some[0], before = some[0][before:], 0
                if some[-1] == _END:
                    some.pop()
            if some:
                yield _lines([row[_ROW_HEAD:] for row in some])


def _fetched(connection: PGconn) -> PQGen[tuple[list[memoryview], bool]]:
    """So many rows of a running COPY, and whether that was all. (One wait for each row, as psycopg's own loop
    does it, costs more than the row itself.)"""
    found: list[memoryview] = []
    while len(found) < _ROWS:
        size, row = connection.get_copy_data(1)
        if size > 0:
            found.append(row)
        elif size == 0:
            yield WAIT_R
            connection.consume_input()
        else:
            (result,) = yield from fetch_many(connection)
            if result.status != ExecStatus.COMMAND_OK:
                raise error_from_result(result)
            return found, True
    return found, False


def _lines(texts: list[memoryview]) -> bytes:
    block = b"\n".join([*texts, b""])
    if b"\t" not in block:
        return block
    return b"".join(_line(*line.split(b"\t")) for line in block.splitlines())


def _line(text: bytes, happened: bytes = b"") -> bytes:
    since = _since(orjson.loads(happened)) if happened else None
    return as_served(text.decode(), since).encode() + b"\n"


def _since(said: dict[str, Any]) -> SincePublication | None:
    for name in ("under_review_since", "upheld_at"):
        said[name] = datetime.fromisoformat(said[name]) if said[name] else None
    return SincePublication.of(*(_frozen(said[name]) for name in SincePublication.COLUMNS))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
