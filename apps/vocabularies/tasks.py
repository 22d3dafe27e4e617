"""What workers do for the vocabularies."""

from celery import shared_task

from . import services


@shared_task
def refresh_words() -> None:
    services.refresh_words()
