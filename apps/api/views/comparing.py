"""What differs between two versions of an entry."""

from typing import Any

import orjson
from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from apps.catalogue.comparing import changed, compare
from apps.catalogue.document import to_json
from apps.catalogue.models import Entry, EntryVersion
from apps.core.differences import Difference

from ..renderers import JsonRenderer
from ..serializers import COMPARISON
from .base import PublicView
from .describing import TAG, answers
from .entries import IN_PATH, known_shape

_VERSION = {"type": "integer", "minimum": 1, "maximum": 10**6}
_FROM = OpenApiParameter(
    "from", _VERSION, description="The version to begin from; the one before the last unless asked."
)
_TO = OpenApiParameter("to", _VERSION, description="The version to compare with it; the last one unless asked.")


class Comparison(PublicView):
    renderer_classes = [JsonRenderer]

    @extend_schema(
        operation_id="entries_compare",
        tags=[TAG],
        summary="What differs between two versions",
        description="Field by field and by meaning: terms, targets and references by their ids, numbers by their "
        "value, prose word by word. Fields that are the same are left out. Also of an entry no longer in force.",
        parameters=[IN_PATH, _FROM, _TO],
        responses=answers(COMPARISON, 404, tables=False),
    )
    def get(self, request: Request, accession: str) -> HttpResponse:
        entry = (
            Entry.objects.filter(accession=known_shape(accession)).values_list("pk", "version", "changed_at").first()
        )
        if entry is None:
            raise Http404
        pk, last, changed_at = entry
        asked = _asked(request, last)
        tags = self.tags(f"{accession}.{asked['from']}-{asked['to']}", changed_at)
        if same := self.unchanged(tags):
            return same
        rows = EntryVersion.objects.filter(entry=pk, number__in=asked.values())
        documents = dict(rows.values_list("number", "document"))
        if missing := {name: [f"There is no version {n}."] for name, n in asked.items() if n not in documents}:
            raise ValidationError(missing)
        before, after = (orjson.loads(documents[number]) for number in asked.values())
        body = {
            "accession": accession,
            "from_version": asked["from"],
            "to_version": asked["to"],
            "differences": [_field(one) for group in changed(compare(before, after)) for one in group.differences],
        }
        return self.send(to_json(body), tags)


def _asked(request: Request, last: int) -> dict[str, int]:
    """The two numbers asked for; the last two versions where none is."""
    problems: dict[str, list[str]] = {}
    asked = {"from": max(last - 1, 1), "to": last}
    for name, text in request.query_params.dict().items():
        if name == "format":
            continue
        if name not in asked:
            problems[name[:100]] = ["This address takes no such parameter."]
        elif isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 7:
            asked[name] = int(text)
        else:
            problems[name] = ["This is not the number of a version."]
    if problems:
        raise ValidationError(problems)
    return asked


def _field(one: Difference) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "kind": one.kind.value,
        "removed": one.removed,
        "added": one.added,
        "kept": one.kept,
        "words": [{"how": how, "text": text} for how, text in one.words],
    }
