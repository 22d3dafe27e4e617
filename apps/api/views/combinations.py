"""The score of a target in full: every combination with every contribution."""

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from apps.catalogue.document import to_json
from apps.catalogue.filters import CombinationFilter, Listing
from apps.catalogue.models import PublishedTerm, TargetCombination, TargetDossier
from apps.catalogue.scoring import combine, described, unpacked
from apps.core.keyset import Page

from ..serializers import COMBINATION
from .base import ListView
from .collections import CURIE
from .describing import TAG, list_answers, list_parameters

_TERMS = ("cell_type", "cancer")


class CombinationList(ListView):
    follows_revision = True
    kind, shape = "combination", COMBINATION
    fields = (*_TERMS, "intervention", "records")

    def listing(self, request: Request) -> Listing:
        curie = self.kwargs["curie"]
        if "\x00" in curie or not TargetDossier.objects.filter(target=curie).exists():
            raise Http404
        return Listing(CombinationFilter, TargetCombination.objects.about(curie), request.query_params)

    def texts(self, page: Page, *_: Any) -> list[str]:
        curies = {curie for cell_type, cancer, *_ in page.rows for curie in (cell_type, cancer)}
        labels = dict(PublishedTerm.objects.filter(curie__in=curies).values_list("curie", "label"))
        return [to_json(_combination(row, labels)) for row in page.rows]

    @extend_schema(
        operation_id="targets_combinations",
        tags=[TAG],
        summary="What the score of a target is made of",
        description="Every combination of cell type, cancer and intervention with all its contributions, the best "
        "first. The dossier itself has the first of them.",
        parameters=[OpenApiParameter("curie", CURIE, OpenApiParameter.PATH), *list_parameters(CombinationFilter)],
        responses=list_answers(COMBINATION, 404),
    )
    def get(self, request: Request, **_: str) -> HttpResponse:
        return super().get(request)


def _combination(row: tuple[str, str, str, str], labels: dict[str, str]) -> dict[str, Any]:
    *place, records = row
    found = described(combine((place[0], place[1], place[2]), unpacked(records)))
    named = {
        name: {"id": found[name], "label": labels.get(found[name], found[name])} if found[name] else None
        for name in _TERMS
    }
    return found | named
