"""Asking the services again about references that are known already: their records change after they were read."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User

from ..models import ImportRun, Reference, RefreshRound
from ..permissions import may_import
from .asking import request_identifiers


@transaction.atomic
def refresh_references() -> ImportRun | None:
    """Ask about the next of the known references, in turn, so that each is asked about once in ``REFRESH_DAYS``.

    None where there is nothing to ask, or where the last such run is not over.
    """
    if not settings.SOURCES_ENABLED:
        return None
    progress, _ = RefreshRound.objects.select_for_update(of=("self",)).get_or_create(id=1)
    if progress.last_run and not progress.last_run.is_over:
        return None
    known = Reference.objects.current().order_by("pk")
    share = max(settings.REFRESH_LEAST, -(-known.count() // settings.REFRESH_DAYS))
    some = list(known.filter(pk__gt=progress.last_reference)[:share])
    if len(some) < share:  # the end of them: begin again
        some += known.filter(pk__lte=progress.last_reference)[: share - len(some)]
    if not some:
        return None
    run = request_identifiers(requested_by=None, identifiers=map(_named, some))
    run.file_name = f"Refresh of {len(some):,} known reference{'s' * (len(some) > 1)}"
    run.save(update_fields=["file_name"])
    progress.last_reference, progress.last_run, progress.changed_at = some[-1].pk, run, timezone.now()
    progress.save()
    return run


def refresh_reference(*, actor: User, reference: Reference) -> ImportRun:
    """Ask about one reference now."""
    may_import(actor).require()
    return request_identifiers(requested_by=actor, identifiers=[_named(reference.heir)])


def _named(reference: Reference) -> str:
    """By the identifier that services know best."""
    return str(reference.pmid or reference.doi or reference.pmcid)
