"""Targets with their dossiers, published references, published terms."""

from django.db import models
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from apps.catalogue.filters import Listing, ReferenceFilter, TargetFilter, TermFilter
from apps.catalogue.models import PublishedReference, PublishedTerm, TargetDossier

from ..serializers import REFERENCE, TARGET, TERM
from .base import ListView, PublicView
from .describing import FORMAT, TAG, answers, list_answers, list_parameters

CURIE = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9_]*:[^\s/]+$"}
_ID = {"type": "integer", "minimum": 0, "maximum": 2**53}


class StoredDetail(PublicView):
    """One stored document by its key."""

    follows_revision = True
    rows: models.QuerySet
    key = ""

    def stored(self, request: Request, value: str | int) -> HttpResponse:
        self.refuse_parameters(request)
        if isinstance(value, str) and "\x00" in value:
            raise Http404
        row = self.rows.all().filter(**{self.key: value}).values_list("etag", "changed_at", "document").first()
        if row is None:
            raise Http404
        tags = self.tags(row[0], row[1])
        return self.unchanged(tags) or self.send(self.one(row[2]), tags)


class TargetList(ListView):
    follows_revision = True
    kind = "target"

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
    kind, key = "target", "target"
    rows = TargetDossier.objects.all()

    @extend_schema(
        operation_id="targets_retrieve",
        tags=[TAG],
        summary="One target's dossier",
        parameters=[OpenApiParameter("curie", CURIE, OpenApiParameter.PATH), FORMAT],
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


class ReferenceList(ListView):
    follows_revision = True
    kind = "reference"

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
    kind, key = "reference", "pk"
    rows = PublishedReference.objects.all()

    @extend_schema(
        operation_id="references_retrieve",
        tags=[TAG],
        summary="One reference with its entries",
        parameters=[OpenApiParameter("number", _ID, OpenApiParameter.PATH), FORMAT],
        responses=answers(REFERENCE, 404),
    )
    def get(self, request: Request, number: int) -> HttpResponse:
        return self.stored(request, number)


class TermList(ListView):
    follows_revision = True
    kind = "term"

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
    kind, key = "term", "curie"
    rows = PublishedTerm.objects.all()

    @extend_schema(
        operation_id="terms_retrieve",
        tags=[TAG],
        summary="One term with its counts",
        parameters=[OpenApiParameter("curie", CURIE, OpenApiParameter.PATH), FORMAT],
        responses=answers(TERM, 404),
    )
    def get(self, request: Request, curie: str) -> HttpResponse:
        return self.stored(request, curie)
