"""People, their roles and conflict statements, their API tokens, and the events they caused."""

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Cast, Lower
from django.utils import timezone
from knox.models import AbstractAuthToken

from .. import orcid
from ..chain import CONTENT
from ..querysets import (
    ApiTokenManager,
    ConflictStatementQuerySet,
    EventQuerySet,
    PersonManager,
    RoleApplicationQuerySet,
)
from ..roles import Role
from ..sentences import done

CONFLICT_STATEMENT_VALID_FOR = timedelta(days=365)
CONFLICT_STATEMENT_REMINDER = timedelta(days=30)
NO_CONFLICT = "none"
ROLE_VERBS = ("grant_role", "set_role")


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Knox, which owns auth_token_set, has no types
    """A person.

    Only services assign ``role``, and with it ``is_staff``, which opens Django's admin to administrators.
    ``orcid_verified`` is set when ORCID itself confirmed the iD, and never by typing one.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address")
    name = models.CharField("full name", max_length=200, blank=True)
    affiliation = models.CharField(max_length=300, blank=True)
    orcid = models.CharField("ORCID iD", max_length=19, blank=True, validators=[orcid.validate])
    orcid_verified = models.BooleanField("ORCID iD confirmed by ORCID", default=False, editable=False)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VISITOR, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_once"),
            models.UniqueConstraint(Lower("email"), name="user_email_once", condition=~models.Q(email="")),
            models.UniqueConstraint("orcid", name="user_orcid_once", condition=~models.Q(orcid="")),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(
                condition=models.Q(is_staff=False, is_superuser=False) | models.Q(role=Role.ADMINISTRATOR),
                name="user_staff_are_administrators",
            ),
            models.CheckConstraint(
                condition=models.Q(orcid_verified=False) | ~models.Q(orcid=""), name="user_verified_orcid_exists"
            ),
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
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
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
            models.CheckConstraint(
                condition=models.Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | (models.Q(decided_by__isnull=False, decided_at__isnull=False) & ~models.Q(state="open")),
                name="application_decided_by_somebody",
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

    @property
    def renewal_due(self) -> bool:
        """Whether it ends within the time in which the portal reminds its owner."""
        return self.expires_at - timezone.now() <= CONFLICT_STATEMENT_REMINDER

    @property
    def declares_none(self) -> bool:
        return self.text == NO_CONFLICT


class ApiToken(AbstractAuthToken):
    """A named API token; only its hash and its first characters are kept."""

    name = models.CharField(max_length=80)
    last_used_at = models.DateTimeField(null=True, editable=False)

    objects = ApiTokenManager()

    class Meta:
        ordering = ["-created"]
        constraints = [models.UniqueConstraint("user", Lower("name"), name="token_name_once_per_person")]

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key}…)"

    @property
    def expired(self) -> bool:
        return self.expiry is not None and self.expiry <= timezone.now()


_DIGEST = "^[0-9a-f]{64}$"
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in CONTENT) for row in ("OLD", "NEW"))
#: Of an update of an event: that it is anything but the first sealing.
_NOT_A_SEAL = f"OLD.place IS NOT NULL OR NEW.place IS NULL OR ROW({_OLD}) IS DISTINCT FROM ROW({_NEW})"


class Event(models.Model):
    """One line of history: who did what to which object when, from which state to which, and why.

    Written by ``accounts.services.record_event`` in the transaction of the change it tells of.
    Append-only: the database refuses to delete a line, and to change one but once, when it is sealed as
    a link of the chain (``place``, ``previous`` and ``digest``, see ``chain``). ``actor`` is empty for the system.
    """

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="events", db_index=False
    )
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    place = models.BigIntegerField("place in the chain", null=True, editable=False)
    previous = models.CharField(max_length=64, blank=True, editable=False, help_text="The digest of the one before.")
    digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="event_of_object"),
            models.Index(fields=["actor", "id"], name="event_of_actor"),
            models.Index(fields=["verb", "id"], name="event_of_verb"),
            models.Index(fields=["id"], name="event_unsealed", condition=models.Q(place__isnull=True)),
            GinIndex(SearchVector("reason", config="simple"), name="event_reason_words"),
        ]
        constraints = [
            models.UniqueConstraint("place", name="event_place_once"),
            models.CheckConstraint(
                condition=models.Q(place__isnull=True, previous="", digest="")
                | models.Q(place__gte=1, previous__regex=_DIGEST, digest__regex=_DIGEST),
                name="event_sealed_wholly",
            ),
            # Every change of a role has its event in the same transaction, so this refuses the change as well.
            models.CheckConstraint(
                condition=~models.Q(
                    object_type="user",
                    verb__in=ROLE_VERBS,
                    actor__isnull=False,
                    object_id=Cast("actor_id", models.CharField()),
                ),
                name="nobody_sets_their_own_role",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Delete),
            pgtrigger.Protect(name="seal_only", operation=pgtrigger.Update, condition=pgtrigger.Condition(_NOT_A_SEAL)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor or 'system'} {self.verb} {self.object_type} {self.object_id}"

    @property
    def verb_text(self) -> str:
        return done(self.object_type, self.verb)


class ChainHead(models.Model):
    """The one row that says how far the chain of events goes; who seals holds it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    place = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_chain_head")]

    def __str__(self) -> str:
        return f"{self.place}:{self.digest}"
