"""The import API: the same verbs as the pages, through the same services."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.accounts.authentication import signed_in
from apps.core.cursors import NewestFirst, OldestFirst
from apps.core.problems import problem_responses, valid

from .. import services
from ..models import ImportRun
from ..querysets import ImportRunQuerySet
from ..serializers import (
    ImportIssueSerializer,
    ImportRunSerializer,
    ListQuerySerializer,
    ListRequestSerializer,
    PageQuerySerializer,
    SearchRequestSerializer,
    UploadSerializer,
)
from ..tasks import ring
from .access import ALWAYS, IsCurator

_VERB: dict[Any, Any] = {200: ImportRunSerializer, **problem_responses(*ALWAYS, 404, 409, 415)}


@extend_schema(tags=["imports"])
class ImportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Imports of references. A file is read in the background: send it, then ask how far it is."""

    queryset = ImportRun.objects.none()
    serializer_class = ImportRunSerializer
    permission_classes = [IsCurator]
    pagination_class = NewestFirst
    parser_classes = [MultiPartParser, JSONParser]
    lookup_value_converter = "int"
    lookup_field = "pk"

    def get_queryset(self) -> ImportRunQuerySet:
        return ImportRun.objects.for_list()

    @extend_schema(
        operation_id="imports_list",
        parameters=[ListQuerySerializer],
        filters=False,
        responses={200: ImportRunSerializer(many=True), **problem_responses(*ALWAYS)},
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Everybody's imports, the newest first."""
        query = ListQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        narrowed = {name: query.validated_data[name] for name in ("state", "origin") if name in query.validated_data}
        page = self.paginate_queryset(self.get_queryset().filter(**narrowed))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="imports_retrieve",
        responses={200: ImportRunSerializer, **problem_responses(*ALWAYS, 404)},
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One import: its state, how much of the file is read, and what came of its records."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        operation_id="imports_create",
        request={
            "multipart/form-data": UploadSerializer,
            "application/json": PolymorphicProxySerializer(
                "ImportRequest", [ListRequestSerializer, SearchRequestSerializer], resource_type_field_name=None
            ),
        },
        responses={
            201: OpenApiResponse(ImportRunSerializer, description="Queued; `Location` is where to ask how far it is."),
            **problem_responses(*ALWAYS, 415, 422),
            # Told by the size announced, before anything of the body is read.
            (413, "text/plain"): OpenApiTypes.STR,
        },
        parameters=[OpenApiParameter("Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[201])],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send a file of citations, or, as JSON, identifiers or a query; it is imported in the background."""
        run = self._requested(request)
        ring(run)
        return self._made(request, run)

    @staticmethod
    def _requested(request: Request) -> ImportRun:
        person, data = signed_in(request), request.data
        if request.content_type.startswith(MultiPartParser.media_type):
            body = valid(UploadSerializer(data=data))
            file = body.pop("file")
            return services.request_import(requested_by=person, file=file, file_name=file.name, **body)
        if isinstance(data, dict) and "identifiers" in data:
            return services.request_identifiers(requested_by=person, **valid(ListRequestSerializer(data=data)))
        body = valid(SearchRequestSerializer(data=data))
        return services.request_search(requested_by=person, origin=body.pop("source"), **body)

    @extend_schema(
        operation_id="imports_issues",
        parameters=[PageQuerySerializer],
        filters=False,
        responses={200: ImportIssueSerializer(many=True), **problem_responses(*ALWAYS, 404)},
    )
    @action(detail=True, pagination_class=OldestFirst, serializer_class=ImportIssueSerializer)
    def issues(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What could not be read of one import, in the order found."""
        PageQuerySerializer(data=request.query_params.dict()).is_valid(raise_exception=True)
        page = self.paginate_queryset(self.get_object().issues.all())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="imports_pause", request=None, responses=_VERB)
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def pause(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let your import rest: at once while it waits, else after the records it is at."""
        return self._steer(request, services.pause_import)

    @extend_schema(operation_id="imports_resume", request=None, responses=_VERB)
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def resume(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let your paused import go on after the last record it dealt with."""
        return self._steer(request, services.resume_import)

    @extend_schema(operation_id="imports_cancel", request=None, responses=_VERB)
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def cancel(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Stop your import: at once while it waits, else after the records it is at. What it stored stays."""
        return self._steer(request, services.cancel_import)

    @extend_schema(operation_id="imports_retry", request=None, responses=_VERB)
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def retry(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let your failed or cancelled import go on after the last record it dealt with."""
        return self._steer(request, services.retry_import)

    @extend_schema(
        operation_id="imports_retry_failed",
        request=None,
        responses={
            201: OpenApiResponse(ImportRunSerializer, description="A new import, of those rows alone."),
            **problem_responses(*ALWAYS, 404, 409, 415),
        },
        parameters=[OpenApiParameter("Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[201])],
    )
    @action(
        detail=True, methods=["post"], parser_classes=[JSONParser], url_path="retry-failed", url_name="retry-failed"
    )
    def retry_failed(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read the rows that failed in your import once more, as an import of their own.

        Asked again while that is not over, this gives the same one.
        """
        run = services.retry_failed_rows(actor=signed_in(request), run=self.get_object())
        ring(run)
        return self._made(request, run)

    def _steer(self, request: Request, verb: Callable[..., ImportRun]) -> Response:
        run = verb(actor=signed_in(request), run=self.get_object())
        ring(run)
        return Response(self.get_serializer(run).data)

    def _made(self, request: Request, run: ImportRun) -> Response:
        address = reverse("literature-api:import-detail", kwargs={"pk": run.pk}, request=request)
        return Response(self.get_serializer(run).data, status.HTTP_201_CREATED, headers={"Location": address})
