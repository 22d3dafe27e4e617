"""What the API is compared with: bare psycopg behind a bare WSGI function, and hand-written SQL.

``gunicorn benchmarks.plain_ways:bare`` serves it as the portal is served. Addresses: ``/page/TARGET``,
``/one/ACCESSION``, ``/search/WORDS``, ``/facets/LEVEL``, and ``/ready/``.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

PAGE, FOUND = 100, 25
_PAGE = """
    SELECT document FROM catalogue_entry WHERE status = 'current' AND target = %s ORDER BY sequence LIMIT 101
"""
_ONE = "SELECT document FROM catalogue_entry WHERE accession = %s AND status = 'current'"
#: Ranking reads every hit that it ranks: so does whoever writes this by hand rank the newest.
_SEARCH = """
    WITH query AS (SELECT websearch_to_tsquery('english', %s) AS words),
    newest AS (
        SELECT id FROM catalogue_entry, query WHERE status = 'current' AND search @@ words
        ORDER BY sequence DESC LIMIT %s
    )
    SELECT document FROM catalogue_entry JOIN newest USING (id), query
    ORDER BY ts_rank(search, words) DESC, sequence LIMIT %s
"""
_COLUMNS = (
    "target", "compartment", "component", "intervention", "outcome", "evidence_type", "direction", "level", "stage",
)  # fmt: skip
_ARRAYS = ("target_classes", "cell_types_within", "cancers_within", "therapies", "mechanisms")
_FACET = """
    SELECT {value} AS value, count(*) FROM catalogue_entry {source} WHERE status = 'current' {where}
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100
"""

_own = threading.local()


def bare(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    _, kind, value = environ["PATH_INFO"].split("/", 2)
    body = _KINDS[kind](value).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _page(target: str) -> str:
    texts = [text for (text,) in _cursor().execute(_PAGE, [target])]
    return '{"next":null,"previous":null,"results":[' + ",".join(texts[:PAGE]) + "]}"


def _one(accession: str) -> str:
    row = _cursor().execute(_ONE, [accession]).fetchone()
    return str(row[0]) if row else "{}"


def _search(words: str) -> str:
    most = int(os.environ["BENCH_MOST_RANKED"])
    texts = [text for (text,) in _cursor().execute(_SEARCH, [words, most, FOUND])]
    return '{"results":[' + ",".join(texts) + "]}"


def _facets(level: str) -> str:
    where, parameters = ("AND level = %s", [level]) if level else ("", [])
    found = {}
    for column in (*_COLUMNS, *_ARRAYS):
        is_array = column in _ARRAYS
        sql = _FACET.format(
            value="unnested" if is_array else column,
            source=f", unnest({column}) AS unnested" if is_array else "",
            where=where,
        )
        found[column] = _cursor().execute(sql, parameters).fetchall()
    return json.dumps(found)


def _cursor() -> psycopg.Cursor:
    if not hasattr(_own, "connection"):
        _own.connection = psycopg.connect(os.environ["BENCH_DATABASE"], autocommit=True)
    return _own.connection.cursor()


_KINDS: dict[str, Callable[[str], str]] = {"page": _page, "one": _one, "search": _search, "facets": _facets}
_KINDS["ready"] = lambda _: "{}"
