"""What the schema says of parameters and answers, read from the filters themselves."""

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from apps.catalogue.filters import StrictFilterSet, ValuesFilter
from apps.catalogue.filters.fields import MomentField, NumberField, RangesField
from apps.catalogue.filters.listing import LARGEST_PAGE, PAGE_SIZE
from apps.catalogue.formats import STREAMS
from apps.core.problems import problem_responses

from ..serializers import Shape, list_of
from .wishes import COUNT, FIELDS

TAG = "Catalogue"
#: What any address may answer besides its document.
ALWAYS = (400, 401, 403, 406, 429)

_TEXT = {"type": "string"}
UNCHANGED = OpenApiResponse(description="Nothing has changed since the `ETag` or `Last-Modified` that you sent.")

#: What a single entry is served in besides.
ENTRY_STREAMS = (STREAMS["va"], STREAMS["trig"])


def _format(*names: str) -> OpenApiParameter:
    said = _TEXT | {"enum": ["json", "jsonld", "ndjson", "tsv", *names]}
    return OpenApiParameter("format", said, description="The answer's format; otherwise `Accept` chooses.")


FORMAT = _format()
ENTRY_FORMAT = _format(*(one.name for one in ENTRY_STREAMS))


def entry_answers(of: type[Shape], *statuses: int) -> dict[Any, Any]:
    """Those of an entry, in the formats that only entries have too."""
    return answers(of, *statuses) | {(200, one.media_type): _TEXT for one in ENTRY_STREAMS}


def answers(of: type[Shape], *statuses: int, tables: bool = True) -> dict[Any, Any]:
    """The document in its formats, 304, and the errors that may stand in its place."""
    found: dict[Any, Any] = {(200, "application/json"): of}
    if tables:
        found[200, "application/ld+json"] = {"type": "object"}
        found[200, "application/x-ndjson"] = _TEXT
        found[200, "text/tab-separated-values"] = _TEXT
    return found | {304: UNCHANGED} | problem_responses(*sorted({*ALWAYS, *statuses}))


def list_answers(of: type[Shape], *statuses: int) -> dict[Any, Any]:
    return answers(list_of(of), *statuses)


def order_parameter(filters: type[StrictFilterSet], *, but: str = "") -> OpenApiParameter:
    orders = [order.name for order in filters.orders if order.name != but]
    return OpenApiParameter(
        "ordering", _TEXT | {"enum": orders}, description=f"How to sort; `{orders[0]}` unless asked."
    )


def list_parameters(filters: type[StrictFilterSet]) -> list[OpenApiParameter]:
    return [
        *filter_parameters(filters),
        order_parameter(filters),
        OpenApiParameter(
            "page_size",
            {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
            description="Rows on a page.",
        ),
        OpenApiParameter("cursor", _TEXT, description="Where a page begins: taken from `next` or `previous`."),
        FIELDS,
        COUNT,
        FORMAT,
    ]


def filter_parameters(filters: type[StrictFilterSet]) -> list[OpenApiParameter]:
    return [_parameter(name, one) for name, one in filters.base_filters.items()]


def _parameter(name: str, one: django_filters.Filter) -> OpenApiParameter:
    note = str(one.extra.get("help_text") or one.label)
    if isinstance(one, ValuesFilter):
        known = one.extra.get("known")
        item = _TEXT | ({"enum": [*known, *(f"!{code}" for code in known)]} if known else {})
        schema = {"type": "array", "items": item}
        if issubclass(one.field_class, RangesField):
            note = f"{note}: a number or a range, such as `5`, `5..10`, `5..` or `..10`"
        if one.extra.get("negatable", True):
            note = f"{note}; several values by repetition or by commas, `!` before one that is not wanted."
        return OpenApiParameter(name, schema, explode=True, style="form", description=note)
    if one.field_class is MomentField:
        return OpenApiParameter(name, _TEXT, description=f"{note}: a date, or a date with time (ISO 8601).")
    if one.field_class is NumberField:
        return OpenApiParameter(name, {"type": "integer", "minimum": 0}, description=note)
    return OpenApiParameter(name, _TEXT | {"maxLength": 400}, description=note)
