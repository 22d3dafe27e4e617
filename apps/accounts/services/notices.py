"""Notices: written with the event that they tell of, and read on the page."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from apps.accounts.kinds import Kind, unless_chosen
from apps.accounts.models import Notice, NoticeChoice, Subscription, User

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Telling:
    """What one person is to be told; ``subscription`` is the number of the one that makes them be told."""

    person: int
    kind: Kind
    text: str
    url: str
    key: str
    also: tuple[str, ...] = ()
    subscription: int | None = None


def notify(
    *,
    people: Iterable[User],
    kind: Kind,
    text: str,
    url: str,
    key: str,
    also: Sequence[str] = (),
    actor: User | None = None,
    subscriptions: Iterable[Subscription] = (),
) -> None:
    """Tell people of one event, in the transaction of that event; its ``actor`` is not told.

    ``url`` is the address on this site where they see more. Whoever was told under this ``key``
    before is not told again; a closed account is told nothing. Where an event has several wordings,
    the most personal one is told first. ``also`` are the keys of other events that the text tells of as well.
    """
    because = {one.person_id: one.pk for one in subscriptions}
    tell(
        Telling(person.pk, kind, text, url, key, tuple(also), because.get(person.pk))
        for person in people
        if person.is_active and (actor is None or person.pk != actor.pk)
    )


def tell(tellings: Iterable[Telling]) -> int:
    """Write these notices, in the transaction of their events; how many people were not told before.

    Three queries for any number. Raises ``TransactionManagementError`` outside a transaction: a notice
    of something that did not happen would be a lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A notice is written in the transaction of its event.")
    tellings = list(tellings)
    if not tellings:
        return 0
    people = {one.person for one in tellings}
    told = Notice.objects.told(people, {one.key for one in tellings})
    chosen = {
        (person, kind): delivery
        for person, kind, delivery in NoticeChoice.objects.filter(
            person__in=people, kind__in={one.kind for one in tellings}
        ).values_list("person", "kind", "delivery")
    }
    written = []
    for one in tellings:
        if (one.person, one.key) in told:
            continue
        told |= {(one.person, key) for key in (one.key, *one.also)}
        written.append(
            Notice(
                person_id=one.person,
                kind=one.kind,
                text=one.text[:LONGEST_TEXT],
                url=one.url,
                key=one.key,
                also=list(one.also),
                subscription_id=one.subscription,
                delivery=chosen.get((one.person, one.kind)) or unless_chosen(one.kind),
            )
        )
    Notice.objects.bulk_create(written, ignore_conflicts=True)
    return len(written)


def mark_read(*, person: User, notices: Collection[int] | None = None) -> int:
    """Note that ``person`` has read these of their notices, or all; how many were unread before."""
    unread = Notice.objects.of(person).unread()
    if notices is not None:
        unread = unread.filter(pk__in=notices)
    return unread.update(read_at=timezone.now())
