"""Chainable reads of people, their applications, statements and tokens, of events and notices."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import UserManager
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from knox.models import AuthTokenManager

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

    def untold(self) -> Self:
        """Decided within the last week, and the applicant has not been told yet."""
        return self.filter(told_at__isnull=True, decided_at__gte=timezone.now() - timedelta(days=7))


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


class EventQuerySet(models.QuerySet):
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
        """Neither mailed nor read, of the last week, to people whom a mail reaches; the oldest first."""
        lately = timezone.now() - timedelta(days=7)
        waiting = self.unread().filter(mailed_at__isnull=True, created_at__gte=lately, person__is_active=True)
        return waiting.exclude(person__email="").order_by("pk")
