"""Telling webhooks what changed: a message is a row before it is sent, and goes out until it is taken.

Messages of one webhook go one after the other, each from where the one before ended, so what a receiver has
taken is always all up to a number. A message may come twice, with the same id, never not at all.
"""

import time
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.accounts.services import notify, record_event
from apps.catalogue.document import to_json
from apps.catalogue.models import Entry, GoneTarget, Revision, TargetDossier
from apps.catalogue.querysets import changes_after

from ..models import Delivery, Webhook
from ..signing import DELIVERY, SIGNATURE, TIMESTAMP, signature
from ..transport import Answer, NotAllowed, Unreachable, post

log = structlog.get_logger(__name__)

MOST_CHANGES = 100
#: Longer than an attempt can take.
LEASE = timedelta(minutes=2)
#: After so many attempts in vain, over about a day, the webhook is switched off.
MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(hours=6)
KEPT = timedelta(days=30)
GONE = 410
State = Delivery.State


def prepare_deliveries() -> list[UUID]:
    """Write a message for each webhook that has not been told of the last change; all that are due by now."""
    latest = Revision.objects.latest_change()
    if latest is not None:
        behind = Webhook.objects.on().idle().filter(position__lt=latest.sequence)
        for number in behind.values_list("pk", flat=True):
            _prepare(number, latest.sequence)
    return list(Delivery.objects.due().values_list("pk", flat=True))


@transaction.atomic
def _prepare(number: int, latest: int) -> None:
    webhook = Webhook.objects.on().idle().select_for_update(of=("self",)).filter(pk=number).first()
    if webhook is None:
        return
    targets, gone = TargetDossier.objects.rescored(), GoneTarget.objects.all()
    if not webhook.with_targets:
        targets, gone = targets.none(), gone.none()
    changes = changes_after(
        webhook.position, entries=Entry.objects.all(), targets=targets, gone=gone, most=MOST_CHANGES
    )
    if not changes:
        # What changed is none of its business.
        webhook.position = latest
        webhook.save(update_fields=["position"])
        return
    upto = changes[-1]["sequence"]
    body = to_json({"webhook": webhook.name, "test": False, "changes": changes, "upto": upto})
    Delivery.objects.create(webhook=webhook, body=body, upto=upto, change_count=len(changes))


def deliver(*, delivery: UUID) -> bool:
    """Send one message, if it is due and nobody else is at it; whether it was taken."""
    claimed = _claim(delivery)
    if claimed is None:
        return False
    webhook, body = claimed.webhook, claimed.body.encode()
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"{settings.SITE_NAME.replace(' ', '-')}-webhook/1",
        DELIVERY: str(claimed.pk),
        TIMESTAMP: str(timestamp),
        SIGNATURE: signature(webhook.secret, timestamp=timestamp, body=body),
    }
    try:
        answer = post(webhook.url, body, headers)
    except (NotAllowed, Unreachable) as error:
        return _settle(claimed, None, str(error))
    said = "" if 200 <= answer.status < 300 else f"The server answered {answer.status}."
    return _settle(claimed, answer, said)


@transaction.atomic
def _claim(number: UUID) -> Delivery | None:
    rows = Delivery.objects.due().filter(pk=number).select_for_update(skip_locked=True, of=("self",))
    delivery = rows.select_related("webhook").first()
    if delivery is not None:
        delivery.state, delivery.attempts = State.SENDING, delivery.attempts + 1
        delivery.lease_until = timezone.now() + LEASE
        delivery.save(update_fields=["state", "attempts", "lease_until"])
    return delivery


@transaction.atomic
def _settle(claimed: Delivery, answer: Answer | None, error: str) -> bool:
    """Note what came of an attempt, unless its lease ran out and another worker has the message."""
    webhook = Webhook.objects.select_for_update().filter(pk=claimed.webhook_id).first()
    mine = Delivery.objects.select_for_update().filter(
        pk=claimed.pk, state=State.SENDING, lease_until=claimed.lease_until
    )
    delivery = mine.first()
    if webhook is None or delivery is None:
        return not error
    delivery.tried_at, delivery.lease_until = timezone.now(), None
    delivery.status_code = answer.status if answer else None
    delivery.milliseconds = answer.milliseconds if answer else None
    delivery.error = error[:300]
    if not error:
        delivery.state = State.DELIVERED
        webhook.position = max(webhook.position, delivery.upto)
        webhook.save(update_fields=["position"])
    elif delivery.attempts >= MOST_ATTEMPTS or delivery.status_code == GONE:
        delivery.state = State.GIVEN_UP
        _give_up(webhook, delivery)
    else:
        delivery.state = State.QUEUED
        delivery.due_at = timezone.now() + min(timedelta(seconds=15 * 2**delivery.attempts), LONGEST_WAIT)
    delivery.save()
    if error:
        log.warning("webhook_not_delivered", webhook=webhook.pk, attempts=delivery.attempts, error=error)
    return not error


def _give_up(webhook: Webhook, delivery: Delivery) -> None:
    """Switch a webhook off that did not take a message, and tell its owner, who may switch it on again."""
    if webhook.state != Webhook.State.ON:
        return
    before, webhook.state = webhook.state, Webhook.State.FAILED
    webhook.save(update_fields=["state"])
    record_event(
        actor=None, verb="switch_off", obj=webhook, from_state=before, to_state=webhook.state, reason=delivery.error
    )
    notify(
        people=[webhook.owner],
        kind=Kind.WEBHOOK,
        text=f"Your webhook “{webhook.name}” was switched off after {delivery.attempts} attempts in vain: "
        f"{delivery.error} Switched on again, it goes on where it stopped.",
        url=reverse("webhooks:detail", args=[webhook.pk]),
        key=f"webhook {webhook.pk} delivery {delivery.pk}",
    )


def forget_old() -> int:
    """Remove the messages of more than thirty days ago from the log; how many."""
    old = Delivery.objects.exclude(state__in=[State.QUEUED, State.SENDING]).filter(created_at__lt=timezone.now() - KEPT)
    return old.delete()[0]
