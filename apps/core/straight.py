"""Rows straight from PostgreSQL, for reads that are asked for so often that Django's own way to it counts."""

import sys
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections


def fetch_all(sql: str, parameters: Sequence[Any], *, prepared: bool = False) -> list[tuple[Any, ...]]:
    """All rows of one query. Within a transaction, or without a pool, over the connection that Django has open.

    ``prepared``: for a query whose best plan is the same for all values; each connection of the pool keeps it.
    """
    own = connections[DEFAULT_DB_ALIAS]
    pool = None if own.in_atomic_block else own.pool  # type: ignore[attr-defined]  # PostgreSQL's alone
    if pool is None:
        with own.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()
    if pool.closed:  # until Django has first asked of it
        pool.open()
    with pool.connection() as lent:
        if not lent.autocommit:  # a new one, which Django has not had yet
            lent.autocommit = True
        if prepared:
            lent.prepare_threshold = sys.maxsize  # none but what is asked for: Django forbids it altogether
        # Values go beside the query, not in it; PostgreSQL plans with them in view all the same.
        return psycopg.Cursor(lent).execute(sql, parameters, prepare=prepared or None).fetchall()
