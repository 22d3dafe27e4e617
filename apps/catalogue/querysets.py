"""Chainable reads of published entries, dossiers, references and terms."""

from typing import Self

from django.db import models


class EntryQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Entries in force: no tombstones."""
        return self.filter(status="current")

    def tombstones(self) -> Self:
        return self.exclude(status="current")
