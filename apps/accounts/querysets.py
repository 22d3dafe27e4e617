"""Chainable reads of people and what is theirs, of events and notices, of mails and subscriptions."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import UserManager
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connections, models
from django.db.models.functions import Coalesce
from django.utils import timezone
from knox.models import AuthTokenManager

from .kinds import DIGESTS, Delivery
from .roles import Role

if TYPE_CHECKING:
    from .models import User


class PersonQuerySet(models.QuerySet):
    def search(self, text: str) -> Self:
        """People whose name, username, e-mail address, affiliation or ORCID iD contains every word of ``text``."""
        people = self
        for word in text.split():
            people = people.filter(
                models.Q(name__icontains=word)
                | models.Q(username__icontains=word)
                | models.Q(email__icontains=word)
                | models.Q(affiliation__icontains=word)
                | models.Q(orcid__icontains=word)
            )
        return people

    def by_name(self) -> Self:
        return self.order_by(Coalesce(models.functions.NullIf("name", models.Value("")), "username"), "pk")

    def administrators(self) -> Self:
        return self.filter(role=Role.ADMINISTRATOR, is_active=True)

    def editors(self) -> Self:
        """Everybody who may do what an editor may."""
        return self.filter(role__in=[role for role in Role if role.includes(Role.EDITOR)], is_active=True)


class PersonManager(UserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        """Django's ``createsuperuser``: an administrator who may also use every table of Django's admin."""
        fields.setdefault("role", Role.ADMINISTRATOR)
        return super().create_superuser(username, email, password, **fields)


class RoleApplicationQuerySet(models.QuerySet):
    def awaiting_decision(self) -> Self:
        return self.filter(state="open").select_related("applicant")


class ConflictStatementQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        now = timezone.now()
        return self.filter(made_at__lte=now, expires_at__gt=now)

    def of(self, person: "User") -> Self:
        return self.filter(person=person).order_by("-made_at", "-pk")


class ApiTokenManager(AuthTokenManager):
    """Knox's manager, whose ``create`` answers with the row and the token in plain text."""

    def of(self, owner: "User") -> models.QuerySet:
        return self.filter(user=owner).order_by("-created")


_SPARE = timedelta(days=1)
_HOPS = """
    WITH RECURSIVE hop (value) AS (
        (SELECT {column} FROM accounts_event ORDER BY {column} LIMIT 1)
        UNION ALL
        SELECT (SELECT {column} FROM accounts_event WHERE {column} > hop.value ORDER BY {column} LIMIT 1)
        FROM hop WHERE hop.value IS NOT NULL
    )
    SELECT value FROM hop WHERE value IS NOT NULL
"""


class EventQuerySet(models.QuerySet):
    def sealed(self) -> Self:
        return self.filter(place__isnull=False)

    def unsealed(self) -> Self:
        return self.filter(place__isnull=True)

    def within(self, since: datetime | None, until: datetime | None) -> Self:
        """From a moment on, and before another one.

        Lines are written in the order of their numbers, give or take how long a change takes. So numbers bound
        the days as well, with a day to spare, and a page of some day long ago costs what one of today does.
        """
        found = self
        if since:
            first = self.model._default_manager.filter(at__gte=since - _SPARE).order_by("at").values("pk")[:1]
            found = found.filter(at__gte=since, pk__gte=Coalesce(models.Subquery(first), 0))
        if until:
            last = self.model._default_manager.filter(at__lt=until + _SPARE).order_by("-at").values("pk")[:1]
            found = found.filter(at__lt=until, pk__lte=Coalesce(models.Subquery(last), 0))
        return found

    def saying(self, text: str) -> Self:
        """Whose reason has these words; ``"quoted phrase"``, ``or`` and ``-not`` are understood."""
        words = SearchVector("reason", config="simple")
        return self.annotate(words=words).filter(words=SearchQuery(text, config="simple", search_type="websearch"))

    def values_of(self, column: str) -> list[str]:
        """Every value that a column ever had: a hop through its index for each, and not a look at every line."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(_HOPS.format(column=connections[self.db].ops.quote_name(column)))
            return [value for (value,) in cursor.fetchall()]

    def of_object(self, obj: models.Model) -> Self:
        """The history of one object, oldest first."""
        return (
            self.filter(object_type=obj._meta.model_name, object_id=str(obj.pk)).select_related("actor").order_by("pk")
        )


class NoticeQuerySet(models.QuerySet):
    def of(self, person: "User") -> Self:
        return self.filter(person=person).order_by("-pk")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def to_mail(self) -> Self:
        """In no mail yet, not read, not too old, for people who want one and whom it reaches; the oldest first."""
        now = timezone.now()
        lately = models.Q(delivery=Delivery.AT_ONCE, created_at__gte=now - timedelta(days=7))
        lately |= models.Q(delivery__in=DIGESTS, created_at__gte=now - timedelta(days=15))
        waiting = self.unread().filter(lately, mail__isnull=True, mailed_at__isnull=True)
        return waiting.filter(person__is_active=True).exclude(person__email="").order_by("pk")

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind else self

    def told(self, people: Collection[int], keys: Collection[str]) -> set[tuple[int, str]]:
        """Which of these people were told of which of these events: pairs of person and key."""
        found = self.filter(person__in=people).filter(models.Q(key__in=keys) | models.Q(also__overlap=list(keys)))
        return {
            (person, one)
            for person, key, also in found.order_by().values_list("person", "key", "also")
            for one in (key, *also)
        }


class MailQuerySet(models.QuerySet):
    def due(self) -> Self:
        return self.filter(state="queued", due_at__lte=timezone.now()).order_by("due_at", "pk")

    def lost(self) -> Self:
        """Those whose worker has not been heard of in time."""
        return self.filter(state__in=["sending", "handed_over"], lease_until__lte=timezone.now())


class SubscriptionQuerySet(models.QuerySet):
    def of(self, person: "User") -> Self:
        return self.filter(person=person).order_by("subject", "-pk")

    def to(self, subject: str, keys: Collection[str]) -> Self:
        return self.filter(subject=subject, key__in=keys)

    def in_force(self) -> Self:
        """Not muted, and of people whose account is open."""
        return self.filter(muted=False, person__is_active=True)
