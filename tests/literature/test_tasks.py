"""Rings for workers: lost or repeated, they change nothing."""

from datetime import timedelta

import pytest
from django.db.utils import OperationalError
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from apps.literature import tasks
from apps.literature.models import ImportRun, Reference, ReferenceText
from tests.factories.literature import make_run, many

pytestmark = pytest.mark.django_db


@pytest.fixture
def rings(monkeypatch):
    """Rings are noted, not sent."""
    noted = []
    monkeypatch.setattr(tasks.import_references, "delay", noted.append)
    monkeypatch.setattr(tasks.index_texts, "delay", lambda: noted.append("words"))
    return noted


def test_a_task_run_twice_imports_once(rings):
    run = make_run(many(3))
    tasks.import_references(run.pk)
    tasks.import_references(run.pk)
    assert Reference.objects.count() == 3
    run.refresh_from_db()
    assert run.created == 3


def test_with_all_rings_lost_beat_rings_again(rings):
    run = make_run(many(3))
    ImportRun.objects.update(requested_at=timezone.now() - timedelta(minutes=1))
    tasks.resume_imports()
    assert rings == [run.pk, "words"]
    tasks.import_references(run.pk)
    tasks.resume_imports()
    assert rings[2:] == ["words", "words"]


def test_words_reach_the_search_after_an_import(rings):
    tasks.import_references(make_run(many(3)).pk)
    assert rings == ["words"]
    tasks.index_texts()
    assert ReferenceText.objects.count() == 3


def test_the_ring_of_a_run_that_is_gone_is_ignored(rings):
    tasks.import_references(123_456)
    assert not Reference.objects.exists()


@pytest.mark.parametrize("away", [OperationalError("the server closed the connection"), BrokerAway("no route")])
def test_a_database_or_broker_that_is_away_is_one_line_in_the_log(rings, monkeypatch, caplog, away):
    caplog.set_level("INFO", "celery.app.trace")
    run = make_run(many(3))

    def fail(*args, **kwargs):
        raise away

    with monkeypatch.context() as patch:
        patch.setattr("apps.literature.services.running.store", fail)
        tasks.import_references.apply([run.pk])
    told = [record for record in caplog.records if "raised expected" in record.getMessage()]
    assert [(record.levelname, record.exc_info) for record in told] == [("INFO", None)]
    assert not [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]
    tasks.resume_imports()
    assert run.pk in rings
    tasks.import_references(run.pk)
    assert Reference.objects.count() == 3
