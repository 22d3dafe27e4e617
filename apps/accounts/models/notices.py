"""What people are told, what of, how they want it mailed, and the mails on their way."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from ..kinds import Delivery, Kind
from ..querysets import MailQuerySet, NoticeQuerySet, SubscriptionQuerySet

WITHIN_THE_SITE = r"^/([^/\\]|$)"


class Subscription(models.Model):
    """A person follows one thing: an entry, a target, a submission, or a search of the catalogue.

    Whoever takes part in something follows it by that; a muted row keeps it so that they are not told.
    ``key`` names the thing as its floor does: accession, stable id, number, or the search's parameters.
    """

    class Subject(models.TextChoices):
        ENTRY = "entry", "Entry"
        TARGET = "target", "Target"
        SUBMISSION = "submission", "Submission"
        SEARCH = "search", "Search"

    class Why(models.TextChoices):
        CHOSEN = "chosen", "you chose to"
        AUTHOR = "author", "you wrote it"
        REVIEWER = "reviewer", "you reviewed it"
        COMMENTER = "commenter", "you take part in its discussion"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="subscriptions")
    subject = models.CharField(max_length=12, choices=Subject.choices)
    key = models.CharField(max_length=1000)
    label = models.CharField(max_length=300)
    url = models.CharField(max_length=1200)
    why = models.CharField(max_length=12, choices=Why.choices, default=Why.CHOSEN)
    muted = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("person", "subject", "key", name="follows_once"),
            models.CheckConstraint(
                condition=models.Q(subject__in=["entry", "target", "submission", "search"]),
                name="subscription_subject_known",
            ),
            models.CheckConstraint(
                condition=models.Q(url__regex=WITHIN_THE_SITE), name="subscription_leads_within_the_site"
            ),
        ]
        indexes = [models.Index(fields=["subject", "key"], name="subscription_to")]

    def __str__(self) -> str:
        return f"{self.person} follows {self.label}"


class NoticeChoice(models.Model):
    """How one person wants one kind of notice mailed; without a row it is as ``kinds.unless_chosen`` says."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notice_choices")
    kind = models.CharField(max_length=40, choices=Kind.choices)
    delivery = models.CharField(max_length=10, choices=Delivery.choices)

    class Meta:
        constraints = [models.UniqueConstraint("person", "kind", name="one_choice_a_kind")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()} {self.get_delivery_display().lower()}"


class Mail(models.Model):
    """One e-mail to one person, ready to go, and what is known of its way.

    queued → sending (claimed, nothing said yet) → handed over (the text may be on its way) → sent. Where a
    worker dies, what was only ``sending`` is queued again; what was ``handed_over`` is ``unsure`` and never
    sent again: the notices in it stay on the person's page.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Being sent"
        HANDED_OVER = "handed_over", "Being handed over"
        SENT = "sent", "Sent"
        UNSURE = "unsure", "Sent or not: unknown"
        FAILED = "failed", "Not sent"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mails")
    rhythm = models.CharField(max_length=10, choices=Delivery.choices)
    period = models.CharField(max_length=10, blank=True, help_text="The day of a digest; empty for a single notice.")
    subject = models.CharField(max_length=250)
    body = models.TextField()
    unsubscribe_url = models.CharField(max_length=1000)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    error = models.TextField(blank=True, editable=False)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "person", "rhythm", "period", name="one_digest_a_period", condition=~models.Q(period="")
            ),
            models.CheckConstraint(
                condition=models.Q(period="", rhythm="at_once")
                | (models.Q(rhythm__in=["daily", "weekly"]) & ~models.Q(period="")),
                name="digest_has_period",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sending", "handed_over"]) | models.Q(lease_until__isnull=False),
                name="mail_at_work_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="mail_to_send",
                condition=models.Q(state__in=["queued", "sending", "handed_over"]),
            )
        ]
        triggers = [
            pgtrigger.FSM(
                name="mail_steps",
                field="state",
                transitions=[
                    ("queued", "sending"),
                    ("sending", "queued"),
                    ("sending", "failed"),
                    ("sending", "handed_over"),
                    ("handed_over", "queued"),
                    ("handed_over", "failed"),
                    ("handed_over", "sent"),
                    ("handed_over", "unsure"),
                    ("unsure", "sent"),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"Mail {self.pk} to {self.person}: {self.get_state_display().lower()}"


class Notice(models.Model):
    """What the portal tells one person: on the page of their notices, and by mail as they chose.

    ``key`` names the event that it tells of, ``also`` further ones: one event never tells the same person
    twice. Written by ``accounts.services.notify`` in the transaction of that event.
    """

    Kind = Kind

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40, choices=Kind.choices)
    text = models.TextField(max_length=2000)
    url = models.CharField("where to look", max_length=300, help_text="An address of this site, from its first slash.")
    key = models.CharField(max_length=200)
    also = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    subscription = models.ForeignKey(Subscription, models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.AT_ONCE, editable=False)
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, related_name="notices", editable=False)
    mailed_at = models.DateTimeField(null=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("person", "key", name="notice_once_per_person"),
            models.CheckConstraint(condition=~models.Q(text=""), name="notice_says_something"),
            models.CheckConstraint(condition=models.Q(url__regex=WITHIN_THE_SITE), name="notice_leads_within_the_site"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(fields=["person"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
            models.Index(
                fields=["created_at"],
                name="notice_unmailed",
                condition=models.Q(read_at__isnull=True, mailed_at__isnull=True),
            ),
            GinIndex(fields=["also"], name="notice_also", condition=~models.Q(also=[])),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.text[:60]}"
