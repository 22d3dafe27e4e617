"""A worker that is told to stop while it starts says nothing of it."""

from celery.concurrency import get_implementation

from tmeportal.celery import app
from tmeportal.worker_pool import StoppablePool


def test_processes_that_are_gone_already_are_not_asked_whether_they_started():
    pool = StoppablePool(limit=1, app=app)
    assert pool.did_start_ok()
    pool._pool = type("Failed", (), {"did_start_ok": staticmethod(lambda: False)})
    assert not pool.did_start_ok()


def test_the_worker_has_this_pool():
    assert get_implementation(app.conf.worker_pool) is StoppablePool
