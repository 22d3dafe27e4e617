"""The reference of the API as a page: the generated schema, arranged for reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator

_VERBS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: str
    values: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb at one address; ``anchor`` names it within the page."""

    anchor: str
    verb: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    fields: tuple[str, ...]
    statuses: tuple[tuple[str, str], ...]

    @property
    def can_be_opened(self) -> bool:
        return self.verb == "GET" and "{" not in self.path


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    operations: tuple[Operation, ...]


class Docs(TemplateView):
    """Every address, its parameters and answers; works without JavaScript."""

    template_name = "api/docs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sections=sections(), **kwargs)


@cache
def sections() -> tuple[Section, ...]:
    """The operations by tag, the public ones first."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    by_tag: dict[str, list[Operation]] = {}
    for tag, operation in _operations(schema):
        by_tag.setdefault(tag, []).append(operation)
    return tuple(Section(tag.capitalize(), tuple(by_tag[tag])) for tag in sorted(by_tag))


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, verbs in schema["paths"].items():
        for verb in _VERBS:
            if said := verbs.get(verb):
                yield said["tags"][0], _operation(path, verb, said, schema)


def _operation(path: str, verb: str, said: dict[str, Any], schema: dict[str, Any]) -> Operation:
    return Operation(
        anchor=said["operationId"],
        verb=verb.upper(),
        path=path,
        summary=said.get("summary") or said["operationId"].replace("_", " ").capitalize(),
        description=said.get("description", ""),
        parameters=tuple(_parameter(one) for one in said.get("parameters", ())),
        fields=tuple(_fields(said.get("requestBody", {}), schema)),
        statuses=tuple((status, one.get("description", "")) for status, one in sorted(said["responses"].items())),
    )


def _parameter(said: dict[str, Any]) -> Parameter:
    shape = said.get("schema", {})
    values = shape.get("enum") or shape.get("items", {}).get("enum") or ()
    plain = tuple(str(value) for value in values if not str(value).startswith("!"))
    return Parameter(said["name"], said["in"], plain, said.get("description", ""))


def _fields(body: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    """The names of the fields that a request's body takes."""
    for content in list(body.get("content", {}).values())[:1]:
        shape = content["schema"]
        if reference := shape.get("$ref"):
            shape = schema["components"]["schemas"][reference.rpartition("/")[2]]
        yield from shape.get("properties", {})
