"""Chainable reads of webhooks and deliveries."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from apps.accounts.models import User

OPEN = ("queued", "sending")


class WebhookQuerySet(models.QuerySet):
    def of(self, person: "User") -> Self:
        return self.filter(owner=person)

    def on(self) -> Self:
        """Those that are told, of people whose account is open."""
        return self.filter(state="on", owner__is_active=True)

    def idle(self) -> Self:
        """With nothing on its way."""
        return self.exclude(deliveries__state__in=OPEN)


class DeliveryQuerySet(models.QuerySet):
    def due(self) -> Self:
        """To be sent now: also those of a worker that died."""
        now = timezone.now()
        waiting = Q(state="queued", due_at__lte=now) | Q(state="sending", lease_until__lt=now)
        return self.filter(waiting, webhook__state="on", webhook__owner__is_active=True).order_by("due_at")
