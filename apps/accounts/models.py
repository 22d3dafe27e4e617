"""People, their roles and conflict statements, their API tokens, and the events they caused."""

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from knox.models import AbstractAuthToken

from .querysets import ConflictStatementQuerySet, EventQuerySet, RoleApplicationQuerySet
from .roles import Role

CONFLICT_STATEMENT_VALID_FOR = timedelta(days=365)


class User(AbstractUser):
    """A person. ``role`` is assigned by ``services.grant_role`` alone."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address")
    name = models.CharField("full name", max_length=200, blank=True)
    affiliation = models.CharField(max_length=300, blank=True)
    orcid = models.CharField("ORCID iD", max_length=19, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VISITOR, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once", condition=~models.Q(email="")),
            models.UniqueConstraint("orcid", name="user_orcid_once", condition=~models.Q(orcid="")),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def __str__(self) -> str:
        return self.get_full_name()

    def has_role(self, role: Role) -> bool:
        """Whether this person may do what ``role`` may (an inactive person may nothing)."""
        return self.is_active and Role(self.role).includes(role)

    @property
    def is_curator(self) -> bool:
        return self.has_role(Role.CURATOR)

    @property
    def is_editor(self) -> bool:
        return self.has_role(Role.EDITOR)

    @property
    def is_administrator(self) -> bool:
        return self.has_role(Role.ADMINISTRATOR)


class RoleApplication(models.Model):
    """A person's request for a role, and an administrator's answer to it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        GRANTED = "granted", "Granted"
        DECLINED = "declined", "Declined"

    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_applications")
    role = models.CharField(max_length=20, choices=Role.choices)
    reason = models.TextField(max_length=4000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    applied_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    answer = models.TextField(blank=True, max_length=4000)

    objects = RoleApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["applied_at"]
        constraints = [
            models.UniqueConstraint("applicant", name="one_open_application", condition=models.Q(state="open")),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("applicant")),
                name="nobody_grants_to_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.applicant} applies for {self.get_role_display()}"


class ConflictStatement(models.Model):
    """What a person declares as competing interests; in force for one year, never altered."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflict_statements")
    text = models.TextField("competing interests", max_length=4000, help_text="Your competing interests, or “none”.")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(editable=False)

    objects = ConflictStatementQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        triggers = [pgtrigger.Protect(name="keep_conflict_statements", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.person}, {self.made_at:%Y-%m-%d}"

    @property
    def in_force(self) -> bool:
        return self.made_at <= timezone.now() < self.expires_at


class ApiToken(AbstractAuthToken):
    """A named API token; only its hash is kept."""

    name = models.CharField(max_length=80)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created"]


class Event(models.Model):
    """One line of history: who did what to which object when, from which state to which, and why.

    Written by ``accounts.services.record_event`` in the transaction of the change it tells of.
    Append-only: the database refuses to change or delete a line. ``actor`` is empty for the system.
    """

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="events")
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["object_type", "object_id", "id"], name="event_of_object")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor or 'system'} {self.verb} {self.object_type} {self.object_id}"
