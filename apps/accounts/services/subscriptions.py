"""Who follows what: by choice, or by taking part."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef

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
    Subscription.objects.bulk_create(
        [
            Subscription(person=person, subject=subject, key=key, label=label[:300], url=url, why=why)
            for person in {person.pk: person for person in people}.values()
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def move_subscriptions(*, subject: str, key: str, to: str, label: str, url: str) -> int:
    """Let everyone who follows the one thing follow the other, which it became; how many there were.

    Who follows or has muted the other already keeps that.
    """
    of_heir = Subscription.objects.filter(subject=subject, key=to, person=OuterRef("person"))
    before = Subscription.objects.select_for_update().filter(subject=subject, key=key)
    moved = before.exclude(Exists(of_heir)).update(key=to, label=label[:300], url=url)
    return moved + Subscription.objects.filter(subject=subject, key=key).delete()[0]
