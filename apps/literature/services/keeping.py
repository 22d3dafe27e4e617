"""How long the files of imports are kept."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.services import record_event

from ..models import ImportRun


def kept_until(run: ImportRun) -> datetime | None:
    """When the file of a run that is over may be removed; None as long as that is open."""
    return run.finished_at + timedelta(days=settings.IMPORT_KEEP_DAYS) if run.finished_at else None


def forget_uploads() -> int:
    """Remove the files of runs that have long been over; how many. What was read from them stays."""
    long_over = ImportRun.objects.filter(finished_at__lt=timezone.now() - timedelta(days=settings.IMPORT_KEEP_DAYS))
    names = long_over.exclude(file="").order_by("file").values_list("file", flat=True).distinct()
    return sum(_forget(name) for name in names)


@transaction.atomic
def _forget(name: str) -> bool:
    """Remove a file, unless a run that reads it too (to try its failed rows again) is not long over."""
    readers = ImportRun.objects.filter(file=name).order_by("pk")
    list(readers.select_for_update(of=("self",)))
    runs = list(readers.all())  # once more: one may have come while these were waited for
    if not all((until := kept_until(run)) and until < timezone.now() for run in runs):
        return False
    for run in runs:
        run.file = ""
        run.save(update_fields=["file"])
        record_event(actor=None, verb="forget", obj=run, from_state=run.state, to_state=run.state)
    # Before the commit: should that fail, the next time finds the name again, and nothing to remove.
    ImportRun._meta.get_field("file").storage.delete(name)
    return True
