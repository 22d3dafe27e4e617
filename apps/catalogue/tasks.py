"""What workers do for the catalogue."""

from celery import shared_task

from . import services


@shared_task
def follow_vocabularies() -> None:
    services.follow_vocabularies()


@shared_task
def cut_monthly_release() -> None:
    services.cut_monthly()


@shared_task
def write_release() -> None:
    services.write_release()
