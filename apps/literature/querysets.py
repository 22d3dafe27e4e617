"""Chainable reads of references and import runs."""

from typing import Self

from django.db import models


class ReferenceQuerySet(models.QuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-pk")


class ImportRunQuerySet(models.QuerySet):
    def for_list(self) -> Self:
        return self.select_related("requested_by").order_by("-pk")
