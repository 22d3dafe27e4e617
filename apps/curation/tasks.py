"""Jobs of the beat; each may run twice without harm."""

from celery import shared_task

from . import services


@shared_task
def expire_claims() -> None:
    services.expire_claims()


@shared_task
def follow_merged_references() -> None:
    services.follow_merged_references()
