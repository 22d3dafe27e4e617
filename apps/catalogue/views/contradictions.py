"""What speaks for and against about a target, side by side, with what differs between the two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from ..contradictions import Claim, Difference
from ..models import Entry, Revision, TargetDossier
from ..querysets import Contradiction, Side, compared, contradictions_about, rivals_of, with_documents
from ..wording import WORDS, worded
from . import shaping

_PAGE_SIZE = 10
#: An entry's own page shows so many; the others are a click away.
MOST_ON_ENTRY = 3
_LABELS = {
    "species": "Species",
    "system": "Experimental system",
    "immune_competence": "Immune competence",
    "stage": "Development stage",
    "level": "Level",
    "cell_types": "Cell type",
    "cell_states": "Cell state",
    "cancers": "Cancer",
    "cancer_stage": "Cancer stage",
    "disease_setting": "Primary or metastatic",
    "compartment": "Compartment",
    "therapies": "Therapy",
    "therapy_relation": "Given as",
    "line_of_therapy": "Line of therapy",
    "comparator": "Compared with",
    "cohort": "Cohort",
    "trials": "Trial",
    "sample_size": "Sample size",
    "attribution": "Attribution",
    "change": "Change",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One side as the page shows it; ``differences`` are (respect, here, on the other side)."""

    row: shaping.Row
    change: str
    differences: list[tuple[str, str, str]]


@require_safe
def target_contradictions(request: HttpRequest, curie: str) -> HttpResponse:
    stored = TargetDossier.objects.only("document").filter(target=curie).first()
    if stored is None:
        heir = TargetDossier.objects.heir_of(curie)
        if heir is None:
            raise Http404
        return redirect("catalogue:target-contradictions", heir)
    wanted = request.GET.get("entry", "").strip()
    entry = (
        get_object_or_404(Entry.objects.current().about(curie).defer("search"), accession=wanted) if wanted else None
    )
    found = contradictions_about(Entry.objects.all(), curie, Revision.objects.latest_change(), entry=wanted)
    page = Paginator(found, _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "dossier": orjson.loads(stored.document),
        "entry": entry,
        "page_obj": page,
        "contradictions": [shown(one) for one in with_documents(list(page.object_list), Entry.objects.all())],
        "count": len(found),
    }
    return render(request, "catalogue/target_contradictions.html", context)


def on_entry(entry: Entry, document: dict[str, Any]) -> dict[str, Any]:
    """The entries in force that this one contradicts or is contradicted by, the weightiest, with what differs."""
    claim = Claim.of(
        document,
        target=entry.target,
        cell_types_within=entry.cell_types_within,
        cancers_within=entry.cancers_within,
    )
    return listed([compared(side, document) for side in rivals_of(Entry.objects.all(), claim)])


def listed(rivals: Sequence[Side]) -> dict[str, Any]:
    """The first of those that contradict something, and how many they are."""
    return {"rivals": [_shown(side) for side in rivals[:MOST_ON_ENTRY]], "rival_count": len(rivals)}


def shown(one: Contradiction) -> dict[str, Any]:
    """A contradiction for the template: one against, several for, in words."""
    document = one.against.document
    where = [worded("outcome", document["outcome"]["type"])]
    if document["intervention"] not in ("", "none"):
        where.append(worded("intervention", document["intervention"]).lower())
    return {
        "title": " · ".join(filter(None, where)),
        "against": _shown(one.against),
        "supporting": [_shown(side) for side in one.supporting],
        "more": one.count - len(one.supporting),
    }


def _shown(side: Side) -> Shown:
    return Shown(
        shaping.row_of(side.document, under_review=side.under_review),
        worded("change", side.document["outcome"]["change"]),
        [_worded(one) for one in side.differences],
    )


def _worded(one: Difference) -> tuple[str, str, str]:
    codes = WORDS.get(one.field, {})
    here, there = (", ".join(codes.get(text, text) for text in texts) or "not stated" for texts in (one.one, one.other))
    return _LABELS[one.field], here, there
