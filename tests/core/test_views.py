"""The addresses that machines ask."""

import pytest
from django.db import DatabaseError
from redis.exceptions import ConnectionError as NoRedis

from apps.core import health


def test_alive_needs_neither_database_nor_redis(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_ready_names_what_it_looked_at(client, db):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "redis": "ok", "migrations": "ok"})


@pytest.mark.parametrize("name", ["database", "redis", "migrations"])
def test_not_ready_when_one_is_out_of_order(client, db, monkeypatch, name):
    monkeypatch.setitem(health.CHECKS, name, lambda: False)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()[name] == "failed"


def test_broken_database_is_found(monkeypatch):
    def broken():
        raise DatabaseError("gone")

    monkeypatch.setattr(health.connection, "cursor", broken)
    assert health.database() is False


def test_broken_redis_is_found(monkeypatch):
    def broken(key):
        raise NoRedis("gone")

    monkeypatch.setattr(health.cache, "get", broken)
    assert health.redis() is False


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_only_reading_is_allowed(client, db, path):
    assert client.post(path).status_code == 405


def test_figures_are_for_administrators(client, administrator, editor):
    assert client.get("/metrics").status_code == 403
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/metrics").status_code == 403
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b"django_http_requests_total" in answer.content


def test_figures_are_for_the_bearer_of_the_token(client, db, settings):
    bearer = {"Authorization": "Bearer sesame"}
    assert client.get("/metrics", headers=bearer).status_code == 403
    settings.METRICS_TOKEN = "sesame"
    assert client.get("/metrics", headers=bearer).status_code == 200
    assert client.get("/metrics", headers={"Authorization": "Bearer Sesame"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403
