"""What workers do: each task is one call, and doing it twice changes nothing."""

from celery import shared_task
from django.db import transaction

from . import services
from .models import ImportRun


@shared_task
def import_references(run_id: int) -> None:
    services.run_import(run_id)
    index_texts.delay()
    score_candidates.delay()


@shared_task
def resume_imports() -> None:
    """Ring again for runs whose ring was lost; and for words that were left off the search."""
    for run_id in services.resume_imports():
        import_references.delay(run_id)
    index_texts.delay()


@shared_task
def index_texts() -> None:
    services.index_texts()


@shared_task
def score_candidates() -> None:
    services.score_candidates()


@shared_task
def refresh_scores() -> None:
    """Score again what was scored before the vocabularies, or the rules, became what they are."""
    services.forget_old_scores()
    services.score_candidates()


@shared_task
def return_candidates() -> None:
    services.return_candidates()


@shared_task
def forget_uploads() -> None:
    services.forget_uploads()


@shared_task
def run_due_searches() -> None:
    for run in services.run_due_searches():
        ring(run)


@shared_task
def tell_of_searches() -> None:
    services.tell_of_searches()


@shared_task
def refresh_references() -> None:
    if run := services.refresh_references():
        ring(run)


def ring(run: ImportRun) -> None:
    """Wake a worker for a run that waits for one.

    Where that fails ``resume_imports`` finds it a little later, so it is no error.
    """
    if run.state == ImportRun.State.QUEUED:
        transaction.on_commit(lambda: import_references.delay(run.pk), robust=True)
