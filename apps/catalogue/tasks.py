"""What workers do for the catalogue."""

from celery import shared_task

from . import services


@shared_task
def follow_vocabularies() -> None:
    services.follow_vocabularies()
