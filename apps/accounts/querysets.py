"""Chainable reads of people's applications, statements and events."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from .models import User


class RoleApplicationQuerySet(models.QuerySet):
    def awaiting_decision(self) -> Self:
        return self.filter(state="open").select_related("applicant")


class ConflictStatementQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        now = timezone.now()
        return self.filter(made_at__lte=now, expires_at__gt=now)

    def of(self, person: "User") -> Self:
        return self.filter(person=person).order_by("-made_at")


class EventQuerySet(models.QuerySet):
    def of_object(self, obj: models.Model) -> Self:
        """The history of one object, oldest first."""
        return self.filter(object_type=obj._meta.model_name, object_id=str(obj.pk)).select_related("actor").order_by("pk")
