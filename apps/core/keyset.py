"""Pages by key, not by number: the millionth row costs what the first one does, and none is missed.

A cursor is opaque text that says where the page before ended. It is checked, not signed: it can
only say where to go on in a list that everyone may read.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

_LONGEST_CURSOR = 1000
_BIGGEST = 2**63 - 1
#: What JSON may hold for a column; for every other column it is a whole number.
_KINDS: dict[str, tuple[type, ...]] = {"CharField": (str,), "TextField": (str,), "FloatField": (int, float)}


class BadCursor(ValueError):
    """The text is not a cursor of this list."""


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort a list: by ``field``, then by ``tie``, which is unique and not null."""

    name: str
    field: str
    tie: str = "pk"

    @property
    def descending(self) -> bool:
        return self.name.startswith("-")

    def columns(self, *, falling: bool) -> tuple[str, ...]:
        """What ``order_by`` takes."""
        keys = (self.field,) if self.field == self.tie else (self.field, self.tie)
        return tuple(f"{'-' if falling else ''}{key}" for key in keys)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after the row with these keys, or before it; without keys, at the list's beginning."""

    backwards: bool = False
    keys: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[tuple[Any, ...]]
    next: str | None
    previous: str | None


def keyset_page(rows: QuerySet, *, order: Order, cursor: str, size: int, fields: tuple[str, ...]) -> Page:
    """At most ``size`` rows as tuples of ``fields``, after (or before) where ``cursor`` points."""
    place = read_cursor(cursor, rows, order)
    found = list(cut(rows, order, place, size=size, fields=fields))
    return page_of(found, order, place, size=size, width=len(fields))


def merged_page(sources: Sequence[tuple[QuerySet, tuple[str, ...]]], *, order: Order, cursor: str, size: int) -> Page:
    """As ``keyset_page`` over several lists as one, in an order that tells all their rows apart.

    Each list has fields of its own; its number stands first in each of its rows.
    """
    place = read_cursor(cursor, sources[0][0], order)
    width = len(order.columns(falling=False))
    found = [
        ((number, *row[:-width]), row[-width:])
        for number, (rows, fields) in enumerate(sources)
        for row in cut(rows, order, place, size=size, fields=fields)
    ]
    found.sort(key=lambda one: one[1], reverse=order.descending != place.backwards)
    page = page_of([keys for _, keys in found[: size + 1]], order, place, size=size, width=0)
    rows = [row for row, _ in found[:size]]
    return Page(rows=rows[::-1] if place.backwards else rows, next=page.next, previous=page.previous)


def cut(rows: QuerySet, order: Order, place: Place, *, size: int, fields: tuple[str, ...]) -> QuerySet:
    """The rows that come next, each with its keys at the end; one more than asked for where there are more."""
    falling = order.descending != place.backwards
    if place.keys:
        rows = rows.filter(_beyond(order, place.keys, falling=falling))
    keys = order.columns(falling=False)
    return rows.order_by(*order.columns(falling=falling)).values_list(*fields, *keys)[: size + 1]


def page_of(found: list[tuple[Any, ...]], order: Order, place: Place, *, size: int, width: int) -> Page:
    """What ``cut`` found as a page, of ``width`` fields a row."""
    more = len(found) > size
    found = found[:size]
    if place.backwards:
        found.reverse()
    has_next = place.backwards or more
    has_previous = more if place.backwards else bool(place.keys)
    return Page(
        rows=[row[:width] for row in found],
        next=_write(order, found[-1][width:], backwards=False) if found and has_next else None,
        previous=_write(order, found[0][width:], backwards=True) if found and has_previous else None,
    )


def _beyond(order: Order, keys: tuple[Any, ...], *, falling: bool) -> Q:
    step = "lt" if falling else "gt"
    if order.field == order.tie:
        return Q(**{f"{order.field}__{step}": keys[0]})
    value, tie = keys
    # The first condition follows from the second, but an index can begin with it.
    return Q(**{f"{order.field}__{step}e": value}) & (
        Q(**{f"{order.field}__{step}": value}) | Q(**{order.field: value, f"{order.tie}__{step}": tie})
    )


def _write(order: Order, keys: tuple[Any, ...], *, backwards: bool) -> str:
    text = json.dumps([order.name, int(backwards), *keys], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, rows: QuerySet, order: Order) -> Place:
    """Where it points in these rows in this order. ``BadCursor`` where it points nowhere."""
    if not cursor:
        return Place()
    if len(cursor) > _LONGEST_CURSOR:
        raise BadCursor
    try:
        text = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        name, backwards, *keys = json.loads(text)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise BadCursor from None
    names = [order.field] if order.field == order.tie else [order.field, order.tie]
    if name != order.name or backwards not in (0, 1) or len(keys) != len(names):
        raise BadCursor
    return Place(bool(backwards), tuple(_value(rows, field, key) for field, key in zip(names, keys, strict=True)))


def _value(rows: QuerySet, field: str, key: Any) -> Any:
    """``key`` as a value of the column; nothing else comes near the database."""
    if isinstance(key, bool) or not isinstance(key, (int, float, str)):
        raise BadCursor
    computed = rows.query.annotations.get(field)
    if computed is not None:
        column = computed.output_field
    else:
        column = rows.model._meta.pk if field == "pk" else rows.model._meta.get_field(field)
    if not isinstance(key, _KINDS.get(column.get_internal_type(), (int,))):
        raise BadCursor
    if not (_is_storable(key) if isinstance(key, str) else abs(key) <= _BIGGEST):
        raise BadCursor
    return key


def _is_storable(text: str) -> bool:
    """Whether PostgreSQL could hold the text: JSON can say half a character, and no character at all."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
