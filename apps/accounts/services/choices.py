"""How a person wants to be told: by kind, by subscription, and by a link in a mail that asks for no sign-in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from apps.accounts.kinds import OF_EDITORS, Delivery, Kind, unless_chosen
from apps.accounts.models import Notice, NoticeChoice, Subscription, User
from apps.core.exceptions import Refused

from .events import record_event

_SALT = "stop-notices"


@dataclass(frozen=True, slots=True)
class Stop:
    """What a link to stop mails stands for: kinds of notices, or one subscription."""

    person: User
    kinds: tuple[Kind, ...] = ()
    subscription: Subscription | None = None


def kinds_for(person: User) -> list[Kind]:
    """The kinds that this person may be told of."""
    return [kind for kind in Kind if person.is_editor or kind not in OF_EDITORS]


def choices_of(person: User) -> dict[Kind, Delivery]:
    """How each kind is mailed to this person."""
    chosen = dict(NoticeChoice.objects.filter(person=person).values_list("kind", "delivery"))
    return {kind: Delivery(chosen.get(kind, unless_chosen(kind))) for kind in Kind}


@transaction.atomic
def choose_deliveries(*, person: User, choices: Mapping[Kind, Delivery]) -> None:
    """Choose how these kinds are mailed; what waits to be mailed follows the choice."""
    person = User.objects.select_for_update().get(pk=person.pk)
    before = choices_of(person)
    changed = {kind: how for kind, how in choices.items() if before[kind] != how}
    if not changed:
        return
    NoticeChoice.objects.bulk_create(
        [NoticeChoice(person=person, kind=kind, delivery=how) for kind, how in changed.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["delivery"],
    )
    for how in Delivery:
        kinds = [kind for kind, wanted in changed.items() if wanted == how]
        if kinds:
            Notice.objects.of(person).filter(kind__in=kinds, mail=None, mailed_at=None).update(delivery=how)
    record_event(
        actor=person,
        verb="choose_deliveries",
        obj=person,
        data={Kind(kind).value: [before[kind].value, Delivery(how).value] for kind, how in changed.items()},
    )


def stop_address(*, person: int, kinds: Iterable[str] = (), subscription: int | None = None) -> str:
    """The whole address of a page that stops mails of these kinds, or ends a subscription; for this person alone."""
    what: dict[str, object] = {"p": person}
    what |= {"s": subscription} if subscription else {"k": list(kinds)}
    token = signing.dumps(what, salt=_SALT, compress=True)
    return settings.SITE_URL.rstrip("/") + reverse("accounts:notice-stop", args=[token])


def read_stop(token: str) -> Stop | None:
    """What such an address stands for; ``None`` where it is not one of ours, or what it names is gone."""
    try:
        what = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    person = User.objects.filter(pk=what["p"]).first()
    if person is None:
        return None
    if "s" in what:
        subscription = Subscription.objects.filter(pk=what["s"], person=person).first()
        return Stop(person, subscription=subscription) if subscription else None
    kinds = tuple(Kind(kind) for kind in what["k"] if kind in Kind.values)
    return Stop(person, kinds) if kinds else None


def stop(*, what: Stop) -> None:
    """Do what the address says; twice changes nothing more."""
    if what.subscription is not None:
        mute(person=what.person, subscription=what.subscription)
    else:
        choose_deliveries(person=what.person, choices=dict.fromkeys(what.kinds, Delivery.NONE))


def mute(*, person: User, subscription: Subscription, muted: bool = True) -> None:
    """Be told no more of something, or be told of it again."""
    if subscription.person_id != person.pk:
        raise Refused("This subscription is not yours.", code="forbidden")
    Subscription.objects.filter(pk=subscription.pk).update(muted=muted)
