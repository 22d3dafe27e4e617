"""How far reviewers agree who decide independently of each other."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ..agreement import Row, agreement
from ..choices import Outcome
from ..forms.content import ContentForm
from ..models import Review
from .access import editors_only


@editors_only
@require_GET
def review_agreement(request: HttpRequest) -> HttpResponse:
    found = agreement(Review.objects.pairs())
    labels = {name: str(field.label) for name, field in ContentForm.base_fields.items()} | dict(Outcome.choices)
    context = {
        "agreement": found,
        "outcomes": [_shown(row, labels) for row in found.outcomes],
        "fields": [_shown(row, labels) for row in found.fields],
    }
    return render(request, "curation/review_agreement.html", context)


def _shown(row: Row, labels: dict[str, str]) -> dict[str, Any]:
    return {"label": labels.get(row.name, row.name), "row": row, "kappa": row.kappa}
