"""Releases, and the entries frozen in them."""

from typing import TYPE_CHECKING, Self, cast

from django.db import models
from django.db.models import Q

from .reads import EntryQuerySet

if TYPE_CHECKING:
    from ..models import Release


class ReleaseQuerySet(models.QuerySet):
    def published(self) -> Self:
        return self.filter(state="published")

    def being_written(self) -> "Release | None":
        """The one whose files are not all there yet."""
        return cast("Release | None", self.filter(state="writing").first())

    def before(self, release: "Release") -> "Release | None":
        return cast("Release | None", self.filter(number__lt=release.number).order_by("-number").first())


class ReleasedEntryQuerySet(EntryQuerySet):
    def in_release(self, number: int) -> Self:
        """The entries of one release, each once."""
        return self.filter(Q(last__isnull=True) | Q(last__gte=number), first__lte=number)

    def new_in(self, number: int) -> Self:
        """Those that stand in a release otherwise than in the one before, or did not stand there."""
        return self.filter(first=number)

    def left_after(self, number: int) -> Self:
        """Those whose state of that release is not in the next one."""
        return self.filter(last=number)

    def numbered(self, numbers: list[int]) -> Self:
        """Those whose accession has one of these numbers."""
        return self.filter(number__in=numbers)
