"""The feed of changes as one list: entries by their last change, and targets by their last score."""

from functools import cached_property

from django.db.models import QuerySet
from django.http import QueryDict

from apps.core.keyset import BadCursor, Page, merged_page

from ..models import Entry, GoneTarget, TargetDossier
from ..querysets import SOURCES
from .listing import Listing
from .sets import ChangeFilter, GoneFilter, RescoredFilter


class ChangeListing(Listing):
    """As every list; its rows are for ``change_of``."""

    def __init__(self, data: QueryDict) -> None:
        super().__init__(ChangeFilter, Entry.objects.all(), data)

    @cached_property
    def _targets(self) -> list[QuerySet]:
        rescored = RescoredFilter(self.data, queryset=TargetDossier.objects.rescored()).qs
        return [rescored, GoneFilter(self.data, queryset=GoneTarget.objects.all()).qs]

    def count(self) -> int:
        return sum(rows.count() for rows in (self.hits, *self._targets))

    def page(self, *fields: str) -> Page | None:
        sources = list(zip((self.rows, *self._targets), SOURCES, strict=True))
        try:
            return merged_page(
                sources, order=self.order, cursor=self.data.get("cursor", "").strip(), size=self.page_size
            )
        except BadCursor:
            self.note_bad_cursor()
            return None
