"""Several people, the worker and the clock at one import in the same moment."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.accounts.models import Event
from apps.core.exceptions import Refused
from apps.literature import services
from apps.literature.models import ImportRun, Reference
from tests.factories.literature import article, article_set, imported, make_run, many
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
State = ImportRun.State


def now(run: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=run.pk)


def test_failed_rows_are_tried_again_once_however_many_ask(curator, administrator):
    run = imported(article_set(article(1), article(2, "")), requested_by=curator)
    retries = at_once(
        *(lambda who=who: services.retry_failed_rows(actor=who, run=run) for who in (curator, administrator, curator))
    )
    assert len({retry.pk for retry in retries}) == 1
    assert ImportRun.objects.count() == 2


def test_a_file_that_somebody_reads_again_is_not_removed_meanwhile(curator):
    run = imported(article_set(article(1), article(2, "")), requested_by=curator)
    ImportRun.objects.update(finished_at=timezone.now() - timedelta(days=100))
    retry, removed = at_once(lambda: services.retry_failed_rows(actor=curator, run=run), services.forget_uploads)
    if isinstance(retry, Refused):
        assert removed == 1
        assert not now(run).file
    else:
        assert removed == 0
        assert default_storage.exists(retry.file.name)


def test_of_pausing_and_cancelling_at_once_the_import_ends_cancelled(curator):
    run = make_run(many(1), requested_by=curator)
    at_once(
        lambda: services.pause_import(actor=curator, run=run), lambda: services.cancel_import(actor=curator, run=run)
    )
    assert now(run).state == State.CANCELLED


@pytest.mark.parametrize(
    ("verb", "states"),
    [
        (services.pause_import, {State.PAUSED, State.FINISHED}),
        (services.cancel_import, {State.CANCELLED, State.FINISHED}),
    ],
)
def test_a_verb_and_a_worker_at_once_leave_one_clear_state(curator, verb, states, monkeypatch):
    monkeypatch.setattr("apps.literature.services.running.CHUNK", 5)
    run = make_run(many(40), requested_by=curator)
    at_once(lambda: services.run_import(run.pk), lambda: verb(actor=curator, run=run))
    left = now(run)
    assert left.state in states
    assert (left.pause_requested, left.cancel_requested, left.lease_holder) == (False, False, "")
    assert left.created == left.checkpoint == Reference.objects.count()
    told = list(Event.objects.of_object(run).values_list("to_state", flat=True))
    assert told[-1] == left.state
