"""Pages of entries without the cost of asking: the SQL is compiled once for all lists of one shape.

Django's filters, forms and queries stay the one home of what a parameter means. What they make of a *shape* (which
filters, how many values each, which order, which side of a cursor) is kept here with a slot for each value, so that a
further page of that shape is values put into slots. Whatever is not plain, a mistake too, is left to ``Listing``.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from apps.core.compiled import Compiled, compiled, mark, number_mark
from apps.core.keyset import BadCursor, Order, Page, Place, cut, page_of, read_cursor
from apps.core.straight import fetch_all

from ..models import Entry, Revision
from ..querysets import EntryQuerySet
from .fields import Chosen
from .listing import read_size
from .sets import RELEVANCE, EntryFilter, ExactTermsFilter, ValuesFilter

_ORDERS = {one.name: one for one in EntryFilter.orders}
_USUAL = EntryFilter.orders[0].name
_FILTERS = {
    name: one for name, one in EntryFilter.base_filters.items() if type(one) in (ValuesFilter, ExactTermsFilter)
}
_CONTROLS = {"ordering", "page_size", "cursor", "q"}
_WORDS = mark("words")


@dataclass(frozen=True, slots=True)
class Shape:
    """What two lists have in common whose queries differ in nothing but values."""

    filters: tuple[tuple[str, int, int], ...]
    has_words: bool
    order: str
    size: int
    backwards: bool
    keys: tuple[type, ...]
    fields: tuple[str, ...]


def plain_page(data: QueryDict, state: object, *fields: str) -> Page | None:
    """The page that ``Listing`` would give for these parameters; ``None`` where they are not plain, or not right.

    What terms and targets are called is looked up once for each ``state`` of the catalogue.
    """
    order = _ORDERS.get(data.get("ordering", "").strip() or _USUAL)
    size = read_size(data.get("page_size", "").strip())
    if order is None or size is None or any(name not in _FILTERS and name not in _CONTROLS for name in data):
        return None
    try:
        words = EntryFilter.base_filters["q"].field.clean(data.get("q"))
        if order.name == RELEVANCE and not words:
            return None
        place = read_cursor(data.get("cursor", "").strip(), _all_in(order), order)
        chosen, proven = _chosen(data, state)
    except (BadCursor, ValidationError):
        return None
    shape = Shape(
        tuple((name, len(one.wanted), len(one.unwanted)) for name, one in chosen),
        bool(words),
        order.name,
        size,
        place.backwards,
        tuple(map(type, place.keys)),
        fields,
    )
    plan = _planned(shape)
    if plan is None:
        return None
    values = [value for _, one in chosen for value in (*one.wanted, *one.unwanted)]
    slots = dict(zip(_slots(shape), [*values, *place.keys, *([words] if words else [])], strict=True))
    found = fetch_all(plan.sql, plan.filled(slots))
    if not (found or proven):
        return None
    return page_of(found, order, place, size=size, width=len(fields))


def _chosen(data: QueryDict, state: object) -> tuple[list[tuple[str, Chosen]], bool]:
    """What each filter leaves; and whether every value is known to be one, also where nothing is found."""
    chosen, proven = [], True
    for name in data:
        if name in _CONTROLS:
            continue
        values = tuple(_FILTERS[name].field.widget.value_from_datadict(data, {}, name))
        if name == "target" and len(values) == 1 and ":" in values[0] and values[0][0] != "!":
            # Entries about a target with this id are the proof that it is one.
            chosen.append((name, Chosen(values)))
            proven = False
        elif values:
            chosen.append((name, _resolved(name, values, state)))
    return chosen, proven


def plain_entry(accession: str, *fields: str) -> tuple[Any, ...] | None:
    """These columns of an entry in force."""
    plan = _entry_planned(fields)
    found = fetch_all(plan.sql, plan.filled({mark("accession"): accession}), prepared=True)
    return found[0] if found else None


def catalogue_state() -> tuple[int, datetime, int] | None:
    """How far the catalogue has come, as ``Revision.TOLD``; ``None`` before anything was published."""
    plan = _state_planned()
    found = fetch_all(plan.sql, plan.parameters, prepared=True)
    return (found[0][0], found[0][1], found[0][2]) if found else None


@lru_cache
def _state_planned() -> Compiled:
    plan = compiled(Revision.objects.filter(pk=1).values_list(*Revision.TOLD), [])
    assert plan is not None  # it has no marks
    return plan


@lru_cache
def _entry_planned(fields: tuple[str, ...]) -> Compiled:
    one = mark("accession")
    plan = compiled(Entry.objects.current().filter(accession=one).order_by().values_list(*fields), [one])
    assert plan is not None  # an accession is a text
    return plan


@lru_cache(20_000)
def _resolved(name: str, values: tuple[str, ...], state: object) -> Chosen:
    found = _FILTERS[name].field.clean(list(values))
    assert isinstance(found, Chosen)
    return found


@lru_cache(2_000)
def _planned(shape: Shape) -> Compiled | None:
    """The query of this shape; ``None`` if a value does not stand in it as it was given."""
    slots = _slots(shape)
    texts = iter(slots)
    rows = Entry.objects.current()
    for name, wanted, unwanted in shape.filters:
        chosen = Chosen(tuple(islice(texts, wanted)), tuple(islice(texts, unwanted)))
        rows = _FILTERS[name].filter(rows, chosen)
    if shape.has_words:
        rows = rows.matching(_WORDS)
    order, place = _ORDERS[shape.order], Place(shape.backwards, tuple(islice(texts, len(shape.keys))))
    return compiled(cut(_in_order(rows, order), order, place, size=shape.size, fields=shape.fields), slots)


@lru_cache
def _all_in(order: Order) -> EntryQuerySet:
    """Whose columns a cursor names."""
    return _in_order(Entry.objects.all(), order)


def _in_order(rows: EntryQuerySet, order: Order) -> EntryQuerySet:
    """With what the order goes by."""
    return rows.ranked(_WORDS) if order.name == RELEVANCE else rows


def _slots(shape: Shape) -> list[Any]:
    """A mark for each value of a list of this shape: those of its filters, of its cursor, and its words."""
    values = sum(wanted + unwanted for _, wanted, unwanted in shape.filters)
    keys = [mark(f"key {number}") if kind is str else number_mark(number) for number, kind in enumerate(shape.keys)]
    return [*map(mark, range(values)), *keys, *([_WORDS] if shape.has_words else [])]
