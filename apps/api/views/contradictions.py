"""Which entries about a target speak against which, and what differs between them."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from apps.catalogue.document import to_json
from apps.catalogue.filters.listing import PAGE_SIZE
from apps.catalogue.models import Entry, TargetDossier
from apps.catalogue.querysets import Contradiction, Side, contradictions_about, with_documents

from ..renderers import JsonRenderer
from ..serializers import CONTRADICTION, list_of
from .base import PublicView, list_etag, revision
from .collections import CURIE
from .describing import TAG, answers

LARGEST_PAGE = 100
_PARAMETERS = ("entry", "page_size", "cursor", "format")
_ACCESSION = re.compile(r"TMEE:[0-9]{7,18}")


class ContradictionList(PublicView):
    follows_revision = True
    renderer_classes = [JsonRenderer]

    @extend_schema(
        operation_id="targets_contradictions",
        tags=[TAG],
        summary="What contradicts what about a target",
        description="Every entry in force that speaks against others about the same intervention and outcome, in "
        "cells and cancers that overlap, by accession; with those others, the weightiest first and at most five, "
        "and what differs between the two. “No effect” counts only with an adequate sample size, as in the score.",
        parameters=[
            OpenApiParameter("curie", CURIE, OpenApiParameter.PATH),
            OpenApiParameter("entry", {"type": "string"}, description="Only what involves this entry."),
            OpenApiParameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
                description="Rows on a page.",
            ),
            OpenApiParameter("cursor", {"type": "string"}, description="Where a page begins: taken from `next`."),
        ],
        responses=answers(list_of(CONTRADICTION), 404, tables=False),
    )
    def get(self, request: Request, curie: str) -> HttpResponse:
        if "\x00" in curie or not TargetDossier.objects.filter(target=curie).exists():
            raise Http404
        state = revision(request)
        tags = self.tags(list_etag(request, state), state.changed_at if state else None)
        if same := self.unchanged(tags):
            return same
        entry, size, after = _asked(request)
        found = contradictions_about(Entry.objects.all(), curie, state, entry=entry)
        found = sorted((one for one in found if one.claim.accession > after), key=lambda one: one.claim.accession)
        shown = with_documents(found[:size], Entry.objects.all())
        query = request.query_params.copy()
        following = None
        if len(found) > size:
            query["cursor"] = found[size - 1].claim.accession
            following = f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"
        text = self.many((to_json(_contradiction(one)) for one in shown), following=following, previous=None)
        return self.send(text, tags, **({"Link": f'<{following}>; rel="next"'} if following else {}))


def _asked(request: Request) -> tuple[str, int, str]:
    """The entry, the size of the page, and the accession after which it begins; refused where one makes no sense."""
    given = request.query_params
    problems = {name[:100]: ["This address takes no such parameter."] for name in given if name not in _PARAMETERS}
    size = given.get("page_size", "").strip() or str(PAGE_SIZE)
    if not (size.isascii() and size.isdigit() and len(size) < 4 and 1 <= int(size) <= LARGEST_PAGE):
        problems["page_size"] = [f"“{size[:60]}” is not a whole number from 1 to {LARGEST_PAGE}."]
    for name in ("entry", "cursor"):
        if given.get(name) and not _ACCESSION.fullmatch(given[name]):
            problems[name] = [f"“{given[name][:60]}” is not an accession."]
    if problems:
        raise ValidationError(problems)
    return given.get("entry", ""), int(size), given.get("cursor", "")


def _contradiction(one: Contradiction) -> dict[str, Any]:
    document = one.against.document
    return {
        "intervention": document["intervention"],
        "outcome": document["outcome"]["type"],
        "against": _named(one.against),
        "supporting_count": one.count,
        "supporting": [_named(side) | {"differences": _differences(side)} for side in one.supporting],
    }


def _named(side: Side) -> dict[str, Any]:
    document: Mapping[str, Any] = side.document
    return {
        "accession": document["accession"],
        "version": document["version"],
        "statement": document["statement"],
        "direction": document["evidence"]["direction"],
        "change": document["outcome"]["change"],
        "level": document["evidence"]["level"],
        "under_review": side.under_review,
    }


def _differences(side: Side) -> list[dict[str, Any]]:
    return [{"field": one.field, "supporting": one.one, "against": one.other} for one in side.differences]
