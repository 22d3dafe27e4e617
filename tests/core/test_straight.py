"""Rows straight from PostgreSQL, from a pool and from Django's own connection."""

import psycopg
import pytest
from django.db import DEFAULT_DB_ALIAS, connection

from apps.core import straight


class Pooled:
    """Stands for the connection of a web process, which has a pool."""

    in_atomic_block = False

    def __init__(self):
        own = dict(connection.settings_dict, CONN_MAX_AGE=0, CONN_HEALTH_CHECKS=False)
        own["OPTIONS"] = {**own["OPTIONS"], "pool": {"min_size": 1, "max_size": 1, "timeout": 5}}
        self.wrapper = type(connection._connections[connection._alias])(own, alias="pooled_in_a_test")

    @property
    def pool(self):
        return self.wrapper.pool


@pytest.fixture
def pooled(monkeypatch, transactional_db):
    stand_in = Pooled()
    monkeypatch.setattr(straight, "connections", {DEFAULT_DB_ALIAS: stand_in})
    yield stand_in
    stand_in.wrapper.close_pool()


def test_one_connection_serves_many_reads_and_survives_an_error(pooled):
    for number in range(3):
        assert straight.fetch_all("SELECT %s::int + 1, %s", [number, "a"]) == [(number + 1, "a")]
        with pytest.raises(psycopg.errors.UndefinedTable):
            straight.fetch_all("SELECT * FROM nowhere", [])
    assert straight.fetch_all("SELECT 1 WHERE 'x' IN (%s, %s)", ["x", "y"]) == [(1,)]


def test_a_prepared_query_is_kept_by_its_connection_and_any_other_is_not(pooled):
    for _ in range(3):
        assert straight.fetch_all("SELECT 'kept', %s::int", [7], prepared=True) == [("kept", 7)]
        straight.fetch_all("SELECT 'not kept', %s::int", [7])
    known = straight.fetch_all("SELECT statement FROM pg_prepared_statements", [])
    assert [text.split(",")[0] for (text,) in known] == ["SELECT 'kept'"]


def test_a_connection_that_broke_is_replaced(pooled):
    (pid,) = straight.fetch_all("SELECT pg_backend_pid()", [])[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    with pytest.raises(psycopg.OperationalError):
        straight.fetch_all("SELECT 1", [])
    assert straight.fetch_all("SELECT 1", []) == [(1,)]


def test_within_a_transaction_it_sees_what_the_transaction_did(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE seen_here (number int) ON COMMIT DROP")
        cursor.execute("INSERT INTO seen_here VALUES (7)")
    assert straight.fetch_all("SELECT number FROM seen_here WHERE number > %s", [1]) == [(7,)]
