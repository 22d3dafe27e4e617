"""One reading of a list's address: which rows, in which order, which page."""

from functools import cached_property
from typing import cast

from django.db.models import QuerySet
from django.http import QueryDict

from apps.core.keyset import BadCursor, Order, Page, keyset_page

from ..querysets import EntryQuerySet
from .sets import RELEVANCE, StrictFilterSet

PAGE_SIZE, LARGEST_PAGE = 25, 1000


class Listing:
    """A list as asked for. Read ``problems`` first: ``rows`` and ``page`` are for right parameters only.

    ``whole``: with all filters, for whoever shows them.
    """

    def __init__(
        self,
        filters: type[StrictFilterSet],
        rows: QuerySet,
        data: QueryDict,
        *,
        order: str = "",
        whole: bool = False,
    ) -> None:
        self.filterset = filters(data, queryset=rows, whole=whole)
        self.data = data
        self._orders = {one.name: one for one in filters.orders}
        self._order_unless_asked = order or filters.orders[0].name

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        found = dict(self.filterset.problems)
        if (name := self._order_name) not in self._orders:
            found["ordering"] = [f"“{name[:60]}” is no order of this list: choose {', '.join(self._orders)}."]
        elif name == RELEVANCE and not self._words:
            found["ordering"] = ["Relevance is relevance to words: say which with “q”."]
        size = self.data.get("page_size", "").strip()
        if read_size(size) is None:
            found["page_size"] = [f"“{size[:60]}” is not a whole number from 1 to {LARGEST_PAGE}."]
        return found

    @property
    def _order_name(self) -> str:
        return self.data.get("ordering", "").strip() or self._order_unless_asked

    @property
    def order(self) -> Order:
        return self._orders[self._order_name]

    @property
    def page_size(self) -> int:
        """For right parameters only."""
        return read_size(self.data.get("page_size", "").strip()) or PAGE_SIZE

    @property
    def _words(self) -> str:
        return self.data.get("q", "").strip()

    @property
    def hits(self) -> QuerySet:
        """All that the filters leave."""
        return self.filterset.qs

    def count(self) -> int:
        return self.hits.count()

    @property
    def rows(self) -> QuerySet:
        """What the pages are cut from: the hits, or those of them that are ranked."""
        if self._order_name != RELEVANCE:
            return self.hits
        return cast("EntryQuerySet", self.hits).ranked(self._words)

    @property
    def ordered(self) -> QuerySet:
        """All the hits in the order asked for. By relevance only the best are ranked, so not by that."""
        return self.hits.order_by(*self.order.columns(falling=self.order.descending))

    def page(self, *fields: str) -> Page | None:
        """The page asked for, as tuples of ``fields``; ``None``, and a problem noted, for a bad cursor."""
        try:
            cursor = self.data.get("cursor", "").strip()
            return keyset_page(self.rows, order=self.order, cursor=cursor, size=self.page_size, fields=fields)
        except BadCursor:
            self.note_bad_cursor()
            return None

    def note_bad_cursor(self) -> None:
        self.problems["cursor"] = ["This is not a cursor of this list in this order: begin at its first page."]

    def query(self, *, without: tuple[str, ...] = ("cursor",), **extra: str) -> str:
        """The address's parameters with some left out and others put in, ready for a link."""
        return changed_query(self.data, without=without, **extra)


def read_size(text: str) -> int | None:
    """How many rows a page shall have; ``None`` where the text says nothing that can be."""
    if not text:
        return PAGE_SIZE
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return int(text) if is_number and 1 <= int(text) <= LARGEST_PAGE else None


def changed_query(data: QueryDict, *, without: tuple[str, ...] = ("cursor",), **extra: str) -> str:
    """Parameters with some left out and others put in, ready for a link; those without a value are left out."""
    data = data.copy()
    for name in [*without, *extra]:
        data.pop(name, None)
    for name in [name for name in data if not any(data.getlist(name))]:
        del data[name]
    for name, value in extra.items():
        data[name] = value
    return data.urlencode()
