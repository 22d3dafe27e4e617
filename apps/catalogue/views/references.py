"""A published reference, with the entries that rest on it."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ..models import Entry, PublishedReference
from ..wording import WORDS, citation
from . import shaping

MOST_ENTRIES = 100


@require_safe
def reference_detail(request: HttpRequest, pk: int) -> HttpResponse:
    stored = get_object_or_404(PublishedReference, pk=pk)
    reference = orjson.loads(stored.document)
    found = Entry.objects.current().resting_on([pk]).order_by("number").values_list(*shaping.ROW)
    context = {
        "reference": reference,
        "citation": citation(reference),
        "retraction": WORDS["retraction_state"].get(reference["retraction_state"], ""),
        "reference_type": reference["reference_type"].replace("_", " "),
        "rows": shaping.rows_of(found[:MOST_ENTRIES]),
        "more": reference["entry_count"] - MOST_ENTRIES,
        "more_url": shaping.entries_with(reference=str(reference["pmid"] or reference["doi"] or "")),
    }
    return render(request, "catalogue/reference_detail.html", context)
