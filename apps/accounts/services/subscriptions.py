"""Who follows what: by choice, or by taking part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from apps.accounts.models import Subscription, User
from apps.core.exceptions import Refused

#: So many things one person may choose to follow.
MOST_CHOSEN = 200


@transaction.atomic
def subscribe(*, person: User, subject: Subscription.Subject, key: str, label: str, url: str) -> Subscription:
    """Follow something by choice; who follows it already, or has muted it, follows it from now on."""
    User.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise Refused("This account is not active.", code="forbidden")
    found = Subscription.objects.filter(person=person, subject=subject, key=key).first()
    if found is None and Subscription.objects.filter(person=person, why=Subscription.Why.CHOSEN).count() >= MOST_CHOSEN:
        raise Refused(f"You follow {MOST_CHOSEN} things already: end one of those first.", code="state")
    if found is None:
        return Subscription.objects.create(person=person, subject=subject, key=key, label=label[:300], url=url)
    if found.muted:
        found.muted = False
        found.save(update_fields=["muted"])
    return found


@transaction.atomic
def unsubscribe(*, person: User, subject: str, key: str) -> None:
    """Follow it no longer. What one follows by taking part is muted, or taking part again would bring it back."""
    mine = Subscription.objects.filter(person=person, subject=subject, key=key)
    mine.filter(subject=Subscription.Subject.SEARCH).delete()
    mine.update(muted=True)


def take_part(
    *, people: Iterable[User], subject: Subscription.Subject, key: str, label: str, url: str, why: Subscription.Why
) -> None:
    """Let people follow what they take part in; whoever follows or has muted it already keeps that."""
    join(
        Subscription(person=person, subject=subject, key=key, label=label[:300], url=url, why=why)
        for person in {person.pk: person for person in people}.values()
    )


def join(rows: Iterable[Subscription]) -> None:
    """As ``take_part``, for many things at once: rows that are not stored yet, the most telling reason first."""
    wanted: dict[tuple[int, str, str], Subscription] = {}
    for row in rows:
        wanted.setdefault((row.person_id, row.subject, row.key), row)
    Subscription.objects.bulk_create(wanted.values(), ignore_conflicts=True)


@dataclass(frozen=True, slots=True)
class Heir:
    """What something became: the key, the name and the page of it."""

    key: str
    label: str
    url: str


@transaction.atomic
def move_subscriptions(*, subject: str, heirs: Mapping[str, Heir]) -> None:
    """Let everyone who follows one of these things follow its heir; four queries for any number.

    Who follows or has muted the heir already keeps that. An heir may have one in turn.
    """
    if not heirs:
        return
    final = {key: _last(key, heirs) for key in heirs}
    behind = list(Subscription.objects.select_for_update().to(subject, list(final)).order_by("pk"))
    of_heirs = Subscription.objects.to(subject, [heir.key for heir in final.values()])
    taken = set(of_heirs.values_list("person", "key"))
    moved, left = [], []
    for one in behind:
        heir = final[one.key]
        if (one.person_id, heir.key) in taken:
            left.append(one.pk)
            continue
        taken.add((one.person_id, heir.key))
        one.key, one.label, one.url = heir.key, heir.label[:300], heir.url
        moved.append(one)
    Subscription.objects.bulk_update(moved, ["key", "label", "url"], batch_size=500)
    Subscription.objects.filter(pk__in=left).delete()


def _last(key: str, heirs: Mapping[str, Heir]) -> Heir:
    seen = {key}
    heir = heirs[key]
    while heir.key in heirs and heir.key not in seen:
        seen.add(heir.key)
        heir = heirs[heir.key]
    return heir
