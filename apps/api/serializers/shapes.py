"""The shapes of answers, for the schema. Answers are stored text, so these only describe.

A shape is a dataclass: the published document describes itself, and cannot differ from what is said
about it. Lists are made by ``list_of``.
"""

import types
from collections.abc import Container
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers

from apps.catalogue.document import Person

Schema = dict[str, Any]

_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
}

#: Components whose plain name means something else in the API that curators use.
_NAMES = {Person: "CreditedPerson"}


class Shape(serializers.Serializer):
    """Names a component of the schema; ``of`` is the dataclass, ``item`` what a list holds."""

    component = ""
    of: type | None = None
    item: "type[Shape] | None" = None

    @classmethod
    def described(cls) -> type:
        """The dataclass that this describes."""
        if cls.of is None:
            raise TypeError(f"{cls.component} is a list")
        return cls.of


@cache
def shape(of: type, component: str = "") -> type[Shape]:
    return type(f"{of.__name__}Shape", (Shape,), {"of": of, "component": component or of.__name__})


@cache
def list_of(item: type[Shape]) -> type[Shape]:
    name = f"{item.component}List"
    return type(f"{name}Shape", (Shape,), {"item": item, "component": name})


class ShapeExtension(OpenApiSerializerExtension):
    target_class = Shape
    match_subclasses = True

    def get_name(self, auto_schema: Any, direction: Any) -> str:
        return self.target.component

    def map_serializer(self, auto_schema: Any, direction: Any) -> Schema:
        def ref(kind: type[Shape]) -> Schema:
            return auto_schema.resolve_serializer(kind, direction).ref

        if item := self.target.item:
            link = {"type": "string", "format": "uri", "nullable": True}
            results = {"type": "array", "items": ref(item)}
            count: Schema = {"type": "integer", "description": "All that the filters leave; only with `count=exact`."}
            listed: dict[str, Schema] = {"count": count, "next": link, "previous": link, "results": results}
            return _object(listed, optional={"count"})
        of = self.target.of
        hints = get_type_hints(of)
        optional = {each.name for each in fields(of) if each.metadata.get("optional")}
        properties = {each.name: _schema(hints[each.name], ref) for each in fields(of)}
        return _object(properties, doc=of.__doc__, optional=optional)


def _object(properties: dict[str, Schema], doc: str | None = None, optional: Container[str] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    described: Schema = {"type": "object", "properties": properties, "required": required}
    if doc and not doc.startswith("_"):
        described["description"] = " ".join(doc.split())
    return described


def _schema(kind: Any, ref: Any) -> Schema:
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (only,) = [one for one in inner if one is not type(None)]
        schema = _schema(only, ref)
        return {"allOf": [schema], "nullable": True} if "$ref" in schema else schema | {"nullable": True}
    if origin in (tuple, list):
        return {"type": "array", "items": _schema(inner[0], ref)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(inner[1], ref)}
    if is_dataclass(kind):
        return ref(shape(cast("type", kind)))
    raise TypeError(f"{kind} has no place in the schema")
