"""Targets with their dossiers, published references, published terms."""

from django.db import models
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from apps.catalogue.document import to_json
from apps.catalogue.filters import Listing, ReferenceFilter, TargetFilter, TermFilter
from apps.catalogue.models import PublishedReference, PublishedTerm, TargetCombination, TargetDossier

from ..renderers import JsonRenderer
from ..serializers import REFERENCE, TARGET, TERM, TIPPING, Shape, list_of
from .base import ListView, PublicView
from .describing import FORMAT, TAG, answers, list_answers, list_parameters
from .wishes import FIELDS, Wishes

CURIE = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9_]*:[^\s/]+$"}
_ID = {"type": "integer", "minimum": 0, "maximum": 2**53}


class StoredDetail(PublicView):
    """One stored document by its key."""

    follows_revision = True
    shape: type[Shape]
    rows: models.QuerySet
    key = ""

    def stored(self, request: Request, value: str | int) -> HttpResponse:
        self.refuse_parameters(request, but=("fields",))
        wishes = Wishes(request, of=self.shape.described(), allowed=("fields",))
        if wishes.problems:
            raise ValidationError(wishes.problems)
        if isinstance(value, str) and "\x00" in value:
            raise Http404
        row = self.rows.all().filter(**{self.key: value}).values_list("etag", "changed_at", "document").first()
        if row is None:
            raise Http404
        tags = self.tags(wishes.etag(row[0]), row[1])
        return self.unchanged(tags) or self.send(self.one(wishes.granted(row[2])), tags)


class TargetList(ListView):
    follows_revision = True
    kind, shape = "target", TARGET

    def listing(self, request: Request) -> Listing:
        return Listing(TargetFilter, TargetDossier.objects.all(), request.query_params)

    @extend_schema(
        operation_id="targets_list",
        tags=[TAG],
        summary="Targets with their dossiers",
        description="All targets, also those without entries yet; the score and what it rests on stand in each.",
        parameters=list_parameters(TargetFilter),
        responses=list_answers(TARGET),
    )
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)


class TargetDetail(StoredDetail):
    kind, shape, key = "target", TARGET, "target"
    rows = TargetDossier.objects.all()

    @extend_schema(
        operation_id="targets_retrieve",
        tags=[TAG],
        summary="One target's dossier",
        parameters=[OpenApiParameter("curie", CURIE, OpenApiParameter.PATH), FIELDS, FORMAT],
        description="The address of a target that was merged into another one leads to that one (301).",
        responses={301: OpenApiResponse(description="It was merged: see `Location`."), **answers(TARGET, 404)},
    )
    def get(self, request: Request, curie: str) -> HttpResponse:
        try:
            return self.stored(request, curie)
        except Http404:
            heir = None if "\x00" in curie else self.rows.heir_of(curie)
            if heir is None:
                raise
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(
            f"{reverse('api:target-detail', args=[heir])}{'?' if query else ''}{query}"
        )


class TippingList(PublicView):
    follows_revision = True
    renderer_classes = [JsonRenderer]

    @extend_schema(
        operation_id="targets_tipping",
        tags=[TAG],
        summary="What single record would change the tier of a target",
        description="For each tier within reach of one record more, the least one that suffices (`added`), and each "
        "record whose loss would change the tier (`lost`). Looked for in the best combination; all on one page.",
        parameters=[OpenApiParameter("curie", CURIE, OpenApiParameter.PATH)],
        responses=answers(list_of(TIPPING), 404, tables=False),
    )
    def get(self, request: Request, curie: str) -> HttpResponse:
        self.refuse_parameters(request)
        row = None
        if "\x00" not in curie:
            row = TargetDossier.objects.filter(target=curie).values_list("etag", "changed_at").first()
        if row is None:
            raise Http404
        tags = self.tags(f"{row[0]}.tipping", row[1])
        if same := self.unchanged(tags):
            return same
        found = TargetCombination.objects.about(curie).tippings()
        texts = (to_json(one) for one in found)
        return self.send(self.many(texts, following=None, previous=None), tags)


class ReferenceList(ListView):
    follows_revision = True
    kind, shape = "reference", REFERENCE

    def listing(self, request: Request) -> Listing:
        return Listing(ReferenceFilter, PublishedReference.objects.all(), request.query_params)

    @extend_schema(
        operation_id="references_list",
        tags=[TAG],
        summary="References that entries rest on",
        parameters=list_parameters(ReferenceFilter),
        responses=list_answers(REFERENCE),
    )
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)


class ReferenceDetail(StoredDetail):
    kind, shape, key = "reference", REFERENCE, "pk"
    rows = PublishedReference.objects.all()

    @extend_schema(
        operation_id="references_retrieve",
        tags=[TAG],
        summary="One reference with its entries",
        parameters=[OpenApiParameter("number", _ID, OpenApiParameter.PATH), FIELDS, FORMAT],
        responses=answers(REFERENCE, 404),
    )
    def get(self, request: Request, number: int) -> HttpResponse:
        return self.stored(request, number)


class TermList(ListView):
    follows_revision = True
    kind, shape = "term", TERM

    def listing(self, request: Request) -> Listing:
        return Listing(TermFilter, PublishedTerm.objects.all(), request.query_params)

    @extend_schema(
        operation_id="terms_list",
        tags=[TAG],
        summary="Terms that entries use, with counts",
        parameters=list_parameters(TermFilter),
        responses=list_answers(TERM),
    )
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)


class TermDetail(StoredDetail):
    kind, shape, key = "term", TERM, "curie"
    rows = PublishedTerm.objects.all()

    @extend_schema(
        operation_id="terms_retrieve",
        tags=[TAG],
        summary="One term with its counts",
        parameters=[OpenApiParameter("curie", CURIE, OpenApiParameter.PATH), FIELDS, FORMAT],
        responses=answers(TERM, 404),
    )
    def get(self, request: Request, curie: str) -> HttpResponse:
        return self.stored(request, curie)
