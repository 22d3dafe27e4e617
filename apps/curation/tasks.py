"""Jobs of the beat; each may run twice without harm."""

from celery import shared_task

from . import services


@shared_task
def expire_claims() -> None:
    services.expire_claims()


@shared_task
def follow_merged_references() -> None:
    services.follow_merged_references()


@shared_task
def check_retractions() -> None:
    services.check_retractions()
    settle_retractions.delay()


@shared_task
def settle_retractions() -> None:
    services.settle_retractions()


@shared_task
def tell_of_loads() -> None:
    services.tell_of_loads()


@shared_task
def count_usage() -> None:
    services.count_usage()
