"""The root and the schema."""

import hashlib
from functools import cache

import yaml
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from apps.catalogue.document import to_json
from apps.catalogue.formats.jsonld import context
from apps.core.problems import problem_responses

from ..renderers import JsonRenderer, LinkedRenderer, YamlRenderer
from ..serializers import ROOT
from .base import PublicView, list_etag, revision
from .describing import ALWAYS, TAG, UNCHANGED, answers

_PLACES = {
    "entries": "entry-list",
    "targets": "target-list",
    "references": "reference-list",
    "terms": "term-list",
    "changes": "change-list",
    "facets": "facet-list",
    "download": "download",
    "releases": "release-list",
    "schema": "schema",
    "docs": "docs",
}


class Root(PublicView):
    renderer_classes = [JsonRenderer]

    @extend_schema(
        operation_id="root_retrieve",
        tags=[TAG],
        summary="Where everything is",
        description="`sequence` rises with every change: as long as it stays, no answer has changed.",
        responses=answers(ROOT, tables=False),
    )
    def get(self, request: Request) -> HttpResponse:
        self.refuse_parameters(request)
        state = revision(request)
        tags = self.tags(list_etag(request, state), state.changed_at if state else None)
        if same := self.unchanged(tags):
            return same
        body = {
            "name": f"{settings.SITE_NAME} API",
            "version": "v1",
            "sequence": state.sequence if state else 0,
            "changed_at": state.changed_at if state else None,
            "entry_count": state.entry_count if state else 0,
        }
        places = {name: request.build_absolute_uri(reverse(f"api:{view}")) for name, view in _PLACES.items()}
        return self.send(to_json(body | places), tags)


class Context(PublicView):
    """What the members of a document mean, for readers of JSON-LD."""

    renderer_classes = [LinkedRenderer]

    @extend_schema(
        operation_id="context_retrieve",
        tags=[TAG],
        summary="The context of JSON-LD",
        description="It only ever gains members, so it may be kept.",
        parameters=[OpenApiParameter("format", {"type": "string", "enum": ["jsonld"]})],
        responses={(200, "application/ld+json"): {"type": "object"}, 304: UNCHANGED, **problem_responses(*ALWAYS)},
    )
    def get(self, request: Request) -> HttpResponse:
        self.refuse_parameters(request)
        text = to_json(context(settings.SITE_URL))
        tags = self.tags(hashlib.sha256(text.encode()).hexdigest()[:20], None, cache="public, max-age=86400")
        return self.unchanged(tags) or self.send(text, tags)


@extend_schema(exclude=True)
class Schema(PublicView):
    """The OpenAPI schema, the same for everybody; ``?format=yaml`` for YAML."""

    renderer_classes = [JsonRenderer, YamlRenderer]

    def get(self, request: Request) -> HttpResponse:
        self.refuse_parameters(request)
        text = _schema_text(self.format_name)
        tags = self.tags(hashlib.sha256(text.encode()).hexdigest()[:20], None)
        return self.unchanged(tags) or self.send(text, tags)


@cache
def _schema_text(format_name: str) -> str:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    if format_name == "yaml":
        return yaml.safe_dump(schema, sort_keys=False, allow_unicode=True)
    return to_json(schema)
