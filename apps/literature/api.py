"""The import API: the same verbs as the pages, through the same services."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from apps.accounts.authentication import signed_in
from apps.accounts.models import User
from apps.core.cursors import NewestFirst, OldestFirst
from apps.core.problems import problem_responses

from . import permissions, services
from .models import ImportRun
from .querysets import ImportRunQuerySet
from .serializers import (
    ImportIssueSerializer,
    ImportRunSerializer,
    ListQuerySerializer,
    PageQuerySerializer,
    UploadSerializer,
)
from .tasks import ring

_ALWAYS = (400, 401, 403, 406, 429)
_VERB: dict[Any, Any] = {200: ImportRunSerializer, **problem_responses(*_ALWAYS, 404, 409, 415)}


class IsCurator(BasePermission):
    """Everything here is for curators and above."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.user, User):
            return False
        verdict = permissions.may_import(request.user)
        self.message = verdict.reason
        return bool(verdict)


@extend_schema(tags=["imports"])
class ImportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Imports of references. A file is read in the background: send it, then ask how far it is."""

    queryset = ImportRun.objects.none()
    serializer_class = ImportRunSerializer
    permission_classes = [IsCurator]
    pagination_class = NewestFirst
    parser_classes = [MultiPartParser]
    lookup_value_converter = "int"
    lookup_field = "pk"

    def get_queryset(self) -> ImportRunQuerySet:
        return ImportRun.objects.for_list()

    @extend_schema(
        operation_id="imports_list",
        parameters=[ListQuerySerializer],
        filters=False,
        responses={200: ImportRunSerializer(many=True), **problem_responses(*_ALWAYS)},
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Everybody's imports, the newest first."""
        query = ListQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        runs = self.get_queryset()
        if "state" in query.validated_data:
            runs = runs.filter(state=query.validated_data["state"])
        page = self.paginate_queryset(runs)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="imports_retrieve",
        responses={200: ImportRunSerializer, **problem_responses(*_ALWAYS, 404)},
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One import: its state, how much of the file is read, and what came of its records."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": UploadSerializer},
        responses={
            201: OpenApiResponse(ImportRunSerializer, description="Queued; `Location` is where to ask how far it is."),
            **problem_responses(*_ALWAYS, 415, 422),
            # Told by the size announced, before anything of the body is read.
            (413, "text/plain"): OpenApiTypes.STR,
        },
        parameters=[OpenApiParameter("Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[201])],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send a file of citations; it is imported in the background."""
        body = UploadSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        file = body.validated_data["file"]
        run = services.request_import(
            requested_by=signed_in(request), file=file, file_name=file.name, format=body.validated_data["format"]
        )
        ring(run)
        address = reverse("literature-api:import-detail", kwargs={"pk": run.pk}, request=request)
        return Response(self.get_serializer(run).data, status.HTTP_201_CREATED, headers={"Location": address})

    @extend_schema(
        operation_id="imports_issues",
        parameters=[PageQuerySerializer],
        filters=False,
        responses={200: ImportIssueSerializer(many=True), **problem_responses(*_ALWAYS, 404)},
    )
    @action(detail=True, pagination_class=OldestFirst, serializer_class=ImportIssueSerializer)
    def issues(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What could not be read of one import, in the order found."""
        PageQuerySerializer(data=request.query_params.dict()).is_valid(raise_exception=True)
        page = self.paginate_queryset(self.get_object().issues.all())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="imports_cancel", request=None, responses=_VERB)
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def cancel(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Stop your import: at once while it waits, else after the records it is at. What it stored stays."""
        run = services.cancel_import(actor=signed_in(request), run=self.get_object())
        return Response(self.get_serializer(run).data)

    @extend_schema(operation_id="imports_retry", request=None, responses=_VERB)
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def retry(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let your failed or cancelled import go on after the last record it dealt with."""
        run = services.retry_import(actor=signed_in(request), run=self.get_object())
        ring(run)
        return Response(self.get_serializer(run).data)
