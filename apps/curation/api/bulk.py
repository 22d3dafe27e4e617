"""Tables of records through the API: many records in one call, each taken or refused by itself."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.accounts.authentication import signed_in
from apps.core.cursors import NewestFirst, OldestFirst
from apps.core.exceptions import Refused
from apps.core.problems import problem_responses, valid
from apps.literature import tasks as literature_tasks

from .. import services
from ..forms.bulk import sent, table_of
from ..forms.columns import recognised
from ..models import BulkRow, BulkUpload
from ..querysets import BulkUploadQuerySet
from ..serializers import (
    BulkDraftSerializer,
    BulkRowQuerySerializer,
    BulkRowSerializer,
    BulkSerializer,
    RecordsSerializer,
    TableSerializer,
)
from ..tables import UnreadableTable, read_table
from ..tasks import begin
from .access import ALWAYS, CHANGE, IsCurator

_CHANGED: dict[Any, Any] = {200: BulkSerializer, **problem_responses(*CHANGE)}
_LOCATION = OpenApiParameter("Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[201])


@extend_schema(tags=["curation"])
class BulkViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Tables of records. A large one is checked in the background: send it, then ask how far it is."""

    queryset = BulkUpload.objects.none()
    serializer_class = BulkSerializer
    permission_classes = [IsCurator]
    pagination_class = NewestFirst
    parser_classes = [MultiPartParser, JSONParser]
    lookup_value_converter = "int"
    lookup_field = "pk"

    def get_queryset(self) -> BulkUploadQuerySet:
        lacking = Prefetch("rows", BulkRow.objects.exclude(to_import="").only("upload", "to_import"), to_attr="lacking")
        return BulkUpload.objects.of(signed_in(self.request)).counted().prefetch_related(lacking)

    @extend_schema(
        operation_id="bulk_list",
        filters=False,
        responses={200: BulkSerializer(many=True), **problem_responses(*ALWAYS)},
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The tables that you sent, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(operation_id="bulk_retrieve", responses={200: BulkSerializer, **problem_responses(*ALWAYS, 404)})
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One table: how far the portal is with it, and how many of its rows can be taken."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        operation_id="bulk_create",
        request={"multipart/form-data": TableSerializer, "application/json": RecordsSerializer},
        responses={
            201: OpenApiResponse(BulkSerializer, description="Kept; `Location` is where to ask how far it is."),
            **problem_responses(*ALWAYS, 415, 422),
            (413, "text/plain"): OpenApiTypes.STR,
        },
        parameters=[_LOCATION],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send records to be checked. Nothing is made of them yet, and the same ones sent again are those here."""
        upload = self._sent(request)
        begin(upload)
        address = reverse("curation-api:bulk-detail", kwargs={"pk": upload.pk}, request=request)
        return Response(self._drawn(upload), status.HTTP_201_CREATED, headers={"Location": address})

    @staticmethod
    def _sent(request: Request) -> BulkUpload:
        is_file = request.content_type.startswith(MultiPartParser.media_type)
        try:
            if is_file:
                file = valid(TableSerializer(data=request.data))["file"]
                name, sheet = file.name, recognised(read_table(file))
            else:
                body = valid(RecordsSerializer(data=request.data))
                name, sheet = body["name"], recognised(table_of(body["records"]))
                if sheet.remarks:  # a program’s typing error is never passed over
                    raise UnreadableTable(sheet.remarks[0])
        except UnreadableTable as error:
            raise Refused(error.reason, field="file" if is_file else "records") from None
        return services.send_bulk(actor=signed_in(request), file_name=name, **sent(sheet))

    @extend_schema(
        operation_id="bulk_rows",
        parameters=[BulkRowQuerySerializer],
        filters=False,
        responses={200: BulkRowSerializer(many=True), **problem_responses(*ALWAYS, 404)},
    )
    @action(detail=True, pagination_class=OldestFirst, serializer_class=BulkRowSerializer)
    def rows(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What becomes of each row, what is wrong with it by field, and the draft that was made of it."""
        wanted = valid(BulkRowQuerySerializer(data=request.query_params.dict()))
        rows = BulkRow.objects.filter(upload=self.get_object())
        page = self.paginate_queryset(rows.filter(state=wanted["state"]) if "state" in wanted else rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="bulk_check", request=None, responses=_CHANGED)
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def check(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Check again what no draft came of: publications, terms and other records may have come since."""
        return self._begun(services.check_bulk_again(actor=signed_in(request), upload=self.get_object()))

    @extend_schema(operation_id="bulk_drafts", request=BulkDraftSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def drafts(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make drafts of the rows that can be taken, each once, or submit those that are complete."""
        options = valid(BulkDraftSerializer(data=request.data))
        return self._begun(services.draft_bulk(actor=signed_in(request), upload=self.get_object(), **options))

    @extend_schema(operation_id="bulk_references", request=None, responses=_CHANGED)
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def references(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Import the publications that its rows name and that are not here; then check again."""
        upload = self.get_object()
        literature_tasks.ring(services.import_for_bulk(actor=signed_in(request), upload=upload))
        return Response(self._drawn(upload))

    def _begun(self, upload: BulkUpload) -> Response:
        begin(upload)
        return Response(self._drawn(upload))

    def _drawn(self, upload: BulkUpload) -> Any:
        """The table as it is now."""
        return BulkSerializer(self.get_queryset().get(pk=upload.pk)).data
