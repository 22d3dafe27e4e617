"""What the owner of a webhook does with it."""

from typing import Any

import orjson
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.catalogue.models import Revision
from apps.core.exceptions import Refused

from ..models import Delivery, Webhook
from ..permissions import may_change
from ..querysets import OPEN
from ..signing import new_secret
from ..transport import NotAllowed, place_of

WEBHOOKS_PER_PERSON = 10


@transaction.atomic
def add_webhook(*, owner: User, name: str, url: str, with_targets: bool = False) -> Webhook:
    """A new webhook, told of what changes from now on."""
    owner = User.objects.select_for_update().get(pk=owner.pk)
    if not owner.is_active:
        raise Refused("This account is not active.", code="forbidden")
    if Webhook.objects.of(owner).count() >= WEBHOOKS_PER_PERSON:
        raise Refused(
            f"You have {WEBHOOKS_PER_PERSON} webhooks already: remove one that you no longer use.", code="state"
        )
    values = _checked(owner, name, url, but=None)
    latest = Revision.objects.latest_change()
    webhook = Webhook.objects.create(
        owner=owner, with_targets=with_targets, position=latest.sequence if latest else 0, **values
    )
    record_event(actor=owner, verb="add_webhook", obj=webhook, data=values)
    return webhook


@transaction.atomic
def change_webhook(*, actor: User, webhook: Webhook, name: str, url: str, with_targets: bool) -> Webhook:
    """Another name or address; what waits goes to the new one."""
    webhook = _mine(actor, webhook)
    values = _checked(actor, name, url, but=webhook) | {"with_targets": with_targets}
    for field, value in values.items():
        setattr(webhook, field, value)
    webhook.save(update_fields=list(values))
    record_event(actor=actor, verb="change_webhook", obj=webhook, data={"name": values["name"], "url": values["url"]})
    return webhook


@transaction.atomic
def renew_secret(*, actor: User, webhook: Webhook) -> Webhook:
    """A new secret, from the next attempt on."""
    webhook = _mine(actor, webhook)
    webhook.secret = new_secret()
    webhook.save(update_fields=["secret"])
    record_event(actor=actor, verb="renew_secret", obj=webhook)
    return webhook


@transaction.atomic
def switch(*, actor: User, webhook: Webhook, on: bool) -> Webhook:
    """On or off. Switched on again, it goes on where it stopped: nothing is missed."""
    webhook = _mine(actor, webhook)
    state = Webhook.State.ON if on else Webhook.State.OFF
    if webhook.state != state:
        before, webhook.state = webhook.state, state
        webhook.save(update_fields=["state"])
        record_event(
            actor=actor, verb="switch_on" if on else "switch_off", obj=webhook, from_state=before, to_state=state
        )
    return webhook


@transaction.atomic
def test_webhook(*, actor: User, webhook: Webhook) -> Delivery:
    """Put a message without changes on its way, to see whether it is taken."""
    webhook = _mine(actor, webhook)
    if webhook.state != Webhook.State.ON:
        raise Refused("The webhook is switched off: switch it on first.", code="state")
    if webhook.deliveries.filter(state__in=OPEN).exists():
        raise Refused("A message is on its way already: see below what becomes of it.", code="state")
    body = orjson.dumps({"webhook": webhook.name, "test": True, "changes": [], "upto": webhook.position}).decode()
    return Delivery.objects.create(webhook=webhook, body=body, upto=webhook.position, change_count=0)


@transaction.atomic
def remove_webhook(*, actor: User, webhook: Webhook) -> None:
    """Gone for good, with the log of its deliveries."""
    webhook = _mine(actor, webhook)
    record_event(actor=actor, verb="remove_webhook", obj=webhook, data={"name": webhook.name, "url": webhook.url})
    webhook.delete()


def _mine(actor: User, webhook: Webhook) -> Webhook:
    found = Webhook.objects.select_for_update().filter(pk=webhook.pk).first()
    if found is None:
        raise Refused("This webhook was removed.", code="missing")
    may_change(actor, found).require()
    return found


def _checked(owner: User, name: str, url: str, *, but: Webhook | None) -> dict[str, Any]:
    name, url = " ".join(name.split()), url.strip()
    if not name or len(name) > 80:
        raise Refused("Give the webhook a name of at most 80 characters.", field="name")
    others = Webhook.objects.of(owner).filter(name=name)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise Refused(f"You have a webhook called “{name}” already.", field="name")
    try:
        place_of(url)
    except NotAllowed as refusal:
        raise Refused(str(refusal), field="url") from None
    return {"name": name, "url": url}
