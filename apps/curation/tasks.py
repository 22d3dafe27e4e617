"""Jobs of the beat; each may run twice without harm."""

from celery import shared_task
from django.db import transaction

from . import services
from .forms.rows import RowReader
from .models import BulkUpload

#: A table of so few rows is dealt with while its sender waits.
AT_ONCE = 20


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
def tell_news() -> None:
    services.tell_news()


@shared_task
def count_usage() -> None:
    services.count_usage()


@shared_task
def work_on_bulk(upload_id: int) -> None:
    services.work_on_bulk(upload_id, read=RowReader())


@shared_task
def resume_bulk() -> None:
    """Ring again for tables of records whose ring was lost."""
    for upload_id in services.waiting_bulk():
        work_on_bulk.delay(upload_id)


def begin(upload: BulkUpload) -> None:
    """Do what a small table waits for at once, and wake a worker for a large one.

    Where that fails ``resume_bulk`` finds it a little later, so it is no error.
    """
    if not upload.is_at_work:
        return
    if upload.row_count <= AT_ONCE:
        services.work_on_bulk(upload.pk, read=RowReader())
    else:
        transaction.on_commit(lambda: work_on_bulk.delay(upload.pk), robust=True)


@shared_task
def follow_merged_targets() -> None:
    services.follow_merged_targets()
