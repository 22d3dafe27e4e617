"""What workers do: each task is one call, and doing it twice changes nothing."""

from celery import shared_task

from . import services


@shared_task
def import_references(run_id: int) -> None:
    services.run_import(run_id)
    index_texts.delay()


@shared_task
def resume_imports() -> None:
    """Ring again for runs whose ring was lost; and for words that were left off the search."""
    for run_id in services.resume_imports():
        import_references.delay(run_id)
    index_texts.delay()


@shared_task
def index_texts() -> None:
    services.index_texts()
