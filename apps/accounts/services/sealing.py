"""Sealing the history: committed events become links of a chain, in batches, and whoever doubts it checks them."""

from collections.abc import Iterator

import structlog
from django.db import connection, transaction
from django.utils import timezone

from ..chain import CONTENT, GENESIS, Break, Checker, Head, Link, linked
from ..models import ChainHead, Event

log = structlog.get_logger(__name__)

BATCH = 2000
_SEAL = """
    UPDATE accounts_event AS event SET place = link.place, previous = link.previous, digest = link.digest
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS link (id, place, previous, digest)
    WHERE event.id = link.id
"""


def seal_events() -> Head:
    """Chain every committed event that is not sealed yet; the head of the chain then.

    In batches of one short transaction each. Those who write events are never made to wait: only two
    who seal would meet, and the second leaves it to the first.
    """
    sealed = 0
    while (count := _seal_batch()) == BATCH:
        sealed += count
    head = chain_head()
    if sealed + count:
        # Logs are kept elsewhere: this is one of the places that witness the head.
        log.info("events_sealed", count=sealed + count, place=head.place, digest=head.digest)
    return head


def chain_head() -> Head:
    """How far the chain goes, as it was noted when it was last sealed."""
    row = ChainHead.objects.filter(pk=1).first()
    return Head(row.place, row.digest) if row else Head()


@transaction.atomic
def _seal_batch() -> int:
    ChainHead.objects.bulk_create([ChainHead(pk=1, digest=GENESIS)], ignore_conflicts=True)
    head = ChainHead.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if head is None:
        return 0
    waiting = Event.objects.unsealed().order_by("pk").values_list(*CONTENT)[:BATCH]
    links = list(linked(Head(head.place, head.digest), waiting))
    if not links:
        return 0
    with connection.cursor() as cursor:
        columns = ([link.number for link in links], [link.place for link in links])
        cursor.execute(_SEAL, [*columns, [link.previous for link in links], [link.digest for link in links]])
    head.place, head.digest, head.sealed_at = links[-1].place, links[-1].digest, timezone.now()
    head.save(update_fields=["place", "digest", "sealed_at"])
    return len(links)


def verify_events(*, witnessed: Head | None = None) -> tuple[Head, Break | None]:
    """Walk the whole chain: its head, and the first link that does not hold.

    ``witnessed`` is a head that was noted down elsewhere: the chain must still pass through it.
    """
    checker = Checker(_place_of)
    passed = witnessed is None or witnessed.place == 0
    while True:
        begun_at = checker.head
        for link in _links(after=begun_at.place):
            if not checker.take(link):
                return checker.head, checker.broken
            passed = passed or Head(link.place, link.digest) == witnessed
        known = chain_head()
        # What was sealed while the rest was read is walked as well.
        if checker.head.place >= known.place or checker.head == begun_at:
            break
    if checker.end(known) and not passed:
        assert witnessed is not None
        said = f"it was witnessed with {witnessed.digest[:16]}…, which the chain does not pass through"
        return checker.head, Break("changed", witnessed.place, None, said)
    return checker.head, checker.broken


def _links(*, after: int) -> Iterator[Link]:
    rows = Event.objects.filter(place__gt=after).order_by("place")
    for place, previous, digest, *content in rows.values_list("place", "previous", "digest", *CONTENT).iterator(BATCH):
        yield Link(place, previous, digest, tuple(content))


def _place_of(digest: str) -> int | None:
    return Event.objects.filter(digest=digest).values_list("place", flat=True).first()
