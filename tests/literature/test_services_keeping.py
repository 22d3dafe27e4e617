"""Files of imports that have long been over are removed; what may still be read stays."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.accounts.models import Event
from apps.literature import services, tasks
from apps.literature.models import ImportRun, Reference
from tests.factories.literature import article, article_set, imported, make_run, many

pytestmark = pytest.mark.django_db


def make_old(run: ImportRun, days: int = 91) -> None:
    ImportRun.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(days=days))


def test_the_file_of_a_run_long_over_is_removed_and_what_was_read_stays(curator):
    run = imported(many(2), requested_by=curator)
    name = run.file.name
    make_old(run)
    tasks.forget_uploads()
    run.refresh_from_db()
    assert (run.file.name, run.can_be_read_again, run.records) == ("", False, 2)
    assert not default_storage.exists(name)
    assert Reference.objects.count() == 2
    assert Event.objects.of_object(run).last().verb == "forget"
    assert services.forget_uploads() == 0


def test_the_files_of_younger_and_unfinished_runs_stay(curator):
    young, waiting = imported(many(1), requested_by=curator), make_run(many(1), requested_by=curator)
    make_old(young, 89)
    assert services.forget_uploads() == 0
    for run in (young, waiting):
        run.refresh_from_db()
        assert default_storage.exists(run.file.name)


def test_how_long_is_a_setting(curator, settings):
    make_old(imported(many(1), requested_by=curator), 8)
    settings.IMPORT_KEEP_DAYS = 7
    assert services.forget_uploads() == 1


def test_a_file_that_a_retry_reads_stays_until_both_are_long_over(curator):
    run = imported(article_set(article(1), article(2, "")), requested_by=curator)
    retry = services.retry_failed_rows(actor=curator, run=run)
    make_old(run)
    assert services.forget_uploads() == 0
    services.run_import(retry.pk)
    assert services.forget_uploads() == 0
    make_old(retry)
    assert services.forget_uploads() == 1
    assert not ImportRun.objects.exclude(file="").exists()


def test_a_file_that_is_gone_already_does_not_stop_the_others(curator):
    runs = [imported(many(1), requested_by=curator) for _ in range(2)]
    for run in runs:
        make_old(run)
    default_storage.delete(runs[0].file.name)
    assert services.forget_uploads() == 2
