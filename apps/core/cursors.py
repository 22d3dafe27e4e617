"""Lists of REST framework by cursor, in the order of the rows' numbers."""

from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

LARGEST_PAGE = 100


class NewestFirst(CursorPagination):
    """25 rows a page, at most ``LARGEST_PAGE`` by ``page_size``; a cursor of another list is a 400 that says so."""

    NOT_OURS = "This cursor is none of ours: take the address of the next page as it is."

    ordering = "-pk"
    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except NotFound:
            raise ValidationError({"cursor": self.NOT_OURS}) from None


class OldestFirst(NewestFirst):
    ordering = "pk"
