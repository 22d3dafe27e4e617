"""Keeping a query of a release for good."""

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.core.exceptions import Refused

from ..models import PinnedQuery, Release, ReleasedEntry
from ..permissions import may_pin
from ..querysets import stream

#: A query that finds more is no selection: the release itself is as permanent.
MOST_PINNED = 100_000


@transaction.atomic
def pin_query(*, actor: User, release: str, query: str, rows: QuerySet) -> PinnedQuery:
    """Keep what ``query``, the parameters of an address, finds in a release: its ``rows``.

    The same query of the same release has one address, whoever pins it. Refused where it finds nothing or
    more than ``MOST_PINNED`` entries.
    """
    may_pin(actor).require()
    found = Release.objects.published().filter(name=release).first()
    if found is None:
        raise Refused("Name a release: only there a query finds the same for good.", field="release", code="missing")
    key = hashlib.sha256(f"{found.name}?{query}".encode()).hexdigest()[:16]
    if known := PinnedQuery.objects.filter(key=key).first():
        return known
    numbers = list(rows.order_by("number").values_list("number", flat=True)[: MOST_PINNED + 1])
    if not numbers:
        raise Refused("This query finds no entry, so there is nothing to pin.", code="state")
    if len(numbers) > MOST_PINNED:
        raise Refused(
            f"This query finds more than {MOST_PINNED:,} entries: cite the release itself, which is as permanent.",
            code="too_many",
        )
    digest = hashlib.sha256()
    for block in stream(ReleasedEntry.objects.in_release(found.number).numbered(numbers).order_by("number")):
        digest.update(block)
    made = PinnedQuery(
        key=key,
        release=found,
        query=query,
        numbers=numbers,
        sha256=digest.hexdigest(),
        pinned_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        return PinnedQuery.objects.get(key=key)  # somebody else was quicker
    return made
