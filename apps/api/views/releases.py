"""Releases as the API tells of them."""

from django.db.models import F
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from apps.catalogue.filters import Listing, ReleaseListFilter
from apps.catalogue.models import Release

from ..serializers import RELEASE
from .base import ListView
from .collections import StoredDetail
from .describing import FORMAT, TAG, answers, list_answers, list_parameters
from .wishes import FIELDS

_NAME = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}(\.[0-9]{1,4})?$"}


class ReleaseList(ListView):
    kind, shape = "release", RELEASE

    def listing(self, request: Request) -> Listing:
        return Listing(ReleaseListFilter, Release.objects.published(), request.query_params)

    @extend_schema(
        operation_id="releases_list",
        tags=[TAG],
        summary="Releases, the newest first",
        description="Dated, frozen sets of all entries. `entries/?release=` and `download/?release=` ask within one.",
        parameters=list_parameters(ReleaseListFilter),
        responses=list_answers(RELEASE),
    )
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)


class ReleaseDetail(StoredDetail):
    kind, shape, key = "release", RELEASE, "name"
    rows = Release.objects.published().annotate(changed_at=F("published_at"))

    @extend_schema(
        operation_id="releases_retrieve",
        tags=[TAG],
        summary="One release with its files",
        description="Its files are served with range requests, by the `url` of each; `sha256` is the digest of each.",
        parameters=[OpenApiParameter("name", _NAME, OpenApiParameter.PATH), FIELDS, FORMAT],
        responses=answers(RELEASE, 404),
    )
    def get(self, request: Request, name: str) -> HttpResponse:
        return self.stored(request, name)
