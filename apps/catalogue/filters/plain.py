"""Pages of entries without the cost of asking: the SQL is compiled once for all lists of one shape.

Django's filters, forms and queries stay the one home of what a parameter means. What they make of a *shape* (which
filters, how many values each, which order, which side of a cursor) is kept here with a slot for each value, so that a
further page of that shape is values put into slots. Whatever is not plain, a mistake too, is left to ``Listing``.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.http import QueryDict

from apps.core.keyset import BadCursor, Page, Place, cut, page_of, read_cursor
from apps.core.straight import fetch_all

from ..models import Entry
from .fields import Chosen
from .listing import read_size
from .sets import RELEVANCE, EntryFilter, ExactTermsFilter, ValuesFilter

_ORDERS = {one.name: one for one in EntryFilter.orders if one.name != RELEVANCE}
_USUAL = EntryFilter.orders[0].name
_FILTERS = {
    name: one for name, one in EntryFilter.base_filters.items() if type(one) in (ValuesFilter, ExactTermsFilter)
}
_CONTROLS = {"ordering", "page_size", "cursor"}
#: Begins the text that stands for a value while a query is compiled; no code and no id has it.
_MARK = "\x02"


@dataclass(frozen=True, slots=True)
class Shape:
    """What two lists have in common whose queries differ in nothing but values."""

    filters: tuple[tuple[str, int, int], ...]
    order: str
    size: int
    backwards: bool
    keys: tuple[type, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A query, and from where in the list of values each of its parameters is; constants stand as they are."""

    sql: str
    parameters: tuple[Any, ...]
    sources: tuple[int | None, ...]

    def filled(self, values: list[Any]) -> list[Any]:
        return [
            constant if source is None else values[source]
            for constant, source in zip(self.parameters, self.sources, strict=True)
        ]


def plain_page(data: QueryDict, state: object, *fields: str) -> Page | None:
    """The page that ``Listing`` would give for these parameters; ``None`` where they are not plain, or not right.

    What terms and targets are called is looked up once for each ``state`` of the catalogue.
    """
    order = _ORDERS.get(data.get("ordering", "").strip() or _USUAL)
    size = read_size(data.get("page_size", "").strip())
    if order is None or size is None or any(name not in _FILTERS and name not in _CONTROLS for name in data):
        return None
    try:
        place = read_cursor(data.get("cursor", "").strip(), Entry.objects.all(), order)
        chosen, proven = _chosen(data, state)
    except (BadCursor, ValidationError):
        return None
    shape = Shape(
        tuple((name, len(one.wanted), len(one.unwanted)) for name, one in chosen),
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
    found = fetch_all(plan.sql, plan.filled([*values, *place.keys]))
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
    sql, parameters = _entry_query(fields)
    found = fetch_all(sql, [accession if one == _MARK else one for one in parameters])
    return found[0] if found else None


@lru_cache
def _entry_query(fields: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    return Entry.objects.current().filter(accession=_MARK).order_by().values_list(*fields).query.sql_with_params()


@lru_cache(20_000)
def _resolved(name: str, values: tuple[str, ...], state: object) -> Chosen:
    found = _FILTERS[name].field.clean(list(values))
    assert isinstance(found, Chosen)
    return found


@lru_cache(2_000)
def _planned(shape: Shape) -> Plan | None:
    """The query of this shape; ``None`` if a value does not stand in it as it was given."""
    stand_ins: list[Any] = []

    def stand_in(count: int) -> tuple[str, ...]:
        names = tuple(f"{_MARK}{len(stand_ins) + number}" for number in range(count))
        stand_ins.extend(names)
        return names

    rows = Entry.objects.current()
    for name, wanted, unwanted in shape.filters:
        rows = _FILTERS[name].filter(rows, Chosen(stand_in(wanted), stand_in(unwanted)))
    keys = tuple(f"{_MARK}key {number}" if kind is str else -(10**15) - number for number, kind in enumerate(shape.keys))
    stand_ins.extend(keys)
    page = cut(rows, _ORDERS[shape.order], Place(shape.backwards, keys), size=shape.size, fields=shape.fields)
    try:
        sql, parameters = page.query.sql_with_params()
    except EmptyResultSet:
        return None
    sources = {value: number for number, value in enumerate(stand_ins)}
    plan = Plan(sql, tuple(parameters), tuple(sources.get(one) for one in parameters))
    return plan if set(plan.sources) - {None} == set(sources.values()) else None
