"""Chainable reads of terms and targets."""

from typing import Self

from django.db import models

from .choices import TermStatus


class TermQuerySet(models.QuerySet):
    def usable(self) -> Self:
        """Approved and not obsolete: what a picker offers."""
        return self.filter(status=TermStatus.APPROVED, obsolete=False)

    def in_vocabulary(self, vocabulary: str) -> Self:
        return self.filter(vocabulary=vocabulary)


class TargetQuerySet(models.QuerySet):
    def usable(self) -> Self:
        """Approved and not merged into another: what a picker offers."""
        return self.filter(status=TermStatus.APPROVED, merged_into__isnull=True)
