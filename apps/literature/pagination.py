"""Pages of lists that may have millions of rows."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from apps.core.cursors import NewestFirst
from apps.core.keyset import BadCursor, Order, Page, keyset_page

from .querysets import CandidateQuerySet

MOST_COUNTED = 10_000


class CappedPaginator(Paginator):
    """Counts, and turns pages, no further than ``MOST_COUNTED`` rows; then ``is_capped`` says that there are more.

    Counting every row that a common word finds would take longer than anybody waits.
    """

    @cached_property
    def _counted(self) -> int:
        rows: QuerySet = self.object_list  # type: ignore[assignment]
        return rows.order_by()[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST_COUNTED)

    @property
    def is_capped(self) -> bool:
        return self._counted > MOST_COUNTED


_BEST_FIRST = Order("-relevance", "relevance")


def best_first(rows: CandidateQuerySet, *, cursor: str, size: int) -> tuple[list[Any], Page]:
    """A page of candidates, the most promising first, with where to go on after it and before it.

    Raises ``BadCursor`` for a cursor that is none of this list.
    """
    page = keyset_page(rows, order=_BEST_FIRST, cursor=cursor, size=size, fields=("pk",))
    numbers = [pk for (pk,) in page.rows]
    found = {row.pk: row for row in rows.filter(pk__in=numbers)}
    return [found[pk] for pk in numbers if pk in found], page


class BestFirst(NewestFirst):
    """Candidates in the order of the queue. Many have the same relevance; none is missed for that."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri()
        cursor = request.query_params.get(self.cursor_query_param, "")
        try:
            rows, self.around = best_first(queryset, cursor=cursor, size=self.get_page_size(request) or self.page_size)
        except BadCursor:
            raise ValidationError({"cursor": self.NOT_OURS}) from None
        return rows

    def get_next_link(self) -> str | None:
        return self._link(self.around.next)

    def get_previous_link(self) -> str | None:
        return self._link(self.around.previous)

    def _link(self, cursor: str | None) -> str | None:
        return None if cursor is None else replace_query_param(self.address, self.cursor_query_param, cursor)
