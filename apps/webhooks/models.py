"""Addresses that are told of changes, and every delivery to them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from .querysets import DeliveryQuerySet, WebhookQuerySet
from .signing import new_secret
from .transport import LONGEST_ADDRESS


class Webhook(models.Model):
    """An address of a person's program. It has taken every change up to the number ``position``.

    What is switched off, by its owner or after repeated failure, keeps its place and goes on from there.
    """

    class State(models.TextChoices):
        ON = "on", "Switched on"
        OFF = "off", "Switched off"
        FAILED = "failed", "Switched off after repeated failure"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="webhooks")
    name = models.CharField(max_length=80)
    url = models.CharField("address", max_length=LONGEST_ADDRESS)
    with_targets = models.BooleanField("also of targets that were re-scored", default=False)
    # In plain: a signature needs it. Whoever reads it could only forge news of what is public.
    secret = models.CharField(max_length=80, default=new_secret, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ON, editable=False)
    position = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("owner", "name", name="webhook_name_once"),
            models.CheckConstraint(condition=models.Q(state__in=["on", "off", "failed"]), name="webhook_state_known"),
            models.CheckConstraint(condition=models.Q(position__gte=0), name="webhook_position_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message to a webhook, written before it is sent and kept with what came of it.

    queued → sending (claimed with a lease) → delivered; queued again after a failure, and given up after the
    last. A worker that dies leaves a lease that runs out: the same message, with the same ``id``, goes out again.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        DELIVERED = "delivered", "Taken"
        GIVEN_UP = "given_up", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    body = models.TextField()
    upto = models.BigIntegerField(help_text="The number of the last change in it; that of the webhook for a test.")
    change_count = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    status_code = models.PositiveSmallIntegerField(null=True, help_text="Of the last answer.")
    milliseconds = models.PositiveIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-created_at", "id"]
        constraints = [
            # One after the other: the next message begins where the one before was taken.
            models.UniqueConstraint(
                "webhook", name="one_open_delivery", condition=models.Q(state__in=["queued", "sending"])
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sending") | models.Q(lease_until__isnull=False),
                name="delivery_at_work_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="delivery_to_send", condition=models.Q(state__in=["queued", "sending"])
            ),
            models.Index(fields=["webhook", "-created_at"], name="delivery_of_webhook"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} to {self.webhook}"
