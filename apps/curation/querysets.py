"""Chainable reads of submissions."""

from typing import TYPE_CHECKING, Self

from django.db import models

from .workflow import Status

if TYPE_CHECKING:
    from apps.accounts.models import User


class SubmissionQuerySet(models.QuerySet):
    def awaiting_review(self) -> Self:
        return self.filter(status__in=[Status.SUBMITTED, Status.IN_REVIEW])

    def of_submitter(self, person: "User") -> Self:
        return self.filter(submitter=person)

    def for_queue(self) -> Self:
        """With what a row of a list shows, oldest submission first."""
        return (
            self.select_related("record", "target", "reference", "submitter", "claimed_by")
            .prefetch_related("cancers", "cell_types", "therapies")
            .order_by("submitted_at", "pk")
        )
