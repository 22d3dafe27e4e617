"""Many entries as a stream, in constant memory: PostgreSQL sends the stored texts, and nobody looks into them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import JSONObject

from ..document import SincePublication, as_served

_ROWS = 512
#: How a line ends whose second column is null.
_UNTOUCHED_END = b"\t\\N\n"
_UNTOUCHED = Q(
    retraction_state="", under_review_since=None, review_reason="", upheld_at=None, upheld_reason="", open_flags=[]
)


def stream(rows: QuerySet) -> Iterator[bytes]:
    """The documents of these entries as they are served, in the order of ``rows``: blocks of lines of NDJSON.

    All of one moment: what is published meanwhile is not in it. Whoever stops listening stops the query.
    """
    since = Case(When(~_UNTOUCHED, then=JSONObject(**{name: name for name in SincePublication.COLUMNS})))
    try:
        query, parameters = rows.annotate(since=since).values_list("document", "since").query.sql_with_params()
    except EmptyResultSet:
        return
    block: list[bytes] = []
    with (
        connections[rows.db].cursor() as cursor,
        # The query is Django's own. Its wrapper that counts queries takes no parameters, the cursor within does.
        cursor.cursor.copy(f"COPY ({query}) TO STDOUT", parameters) as copy,
    ):
        for row in copy:
            block.append(bytes(row))
            if len(block) == _ROWS:
                yield _lines(block)
                block.clear()
    if block:
        yield _lines(block)


def _lines(rows: list[bytes]) -> bytes:
    """Rows of COPY's text as lines. A document has no line break and no tab; only its backslashes were doubled."""
    block = b"".join(rows)
    if block.count(_UNTOUCHED_END) == len(rows):
        return block.replace(_UNTOUCHED_END, b"\n").replace(b"\\\\", b"\\")
    return b"".join(map(_line, rows))


def _line(row: bytes) -> bytes:
    text, _, since = row.removesuffix(b"\n").replace(b"\\\\", b"\\").rpartition(b"\t")
    happened = None if since == b"\\N" else _since(orjson.loads(since))
    return as_served(text.decode(), happened).encode() + b"\n"


def _since(said: dict[str, Any]) -> SincePublication | None:
    for name in ("under_review_since", "upheld_at"):
        said[name] = datetime.fromisoformat(said[name]) if said[name] else None
    return SincePublication.of(*(_frozen(said[name]) for name in SincePublication.COLUMNS))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
