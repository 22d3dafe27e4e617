"""Pages of lists that may have millions of rows."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

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
