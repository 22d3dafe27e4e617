"""Entries after their publication, and flags, through the API: the same verbs as the pages."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.authentication import signed_in
from apps.catalogue.models import Entry
from apps.core.cursors import NewestFirst
from apps.core.exceptions import Refused
from apps.core.problems import problem_responses

from .. import services
from ..models import Flag, Record, ReReview
from ..querysets import FlagQuerySet
from ..serializers import (
    FlagQuerySerializer,
    FlagSerializer,
    MergeSerializer,
    PublicReasonSerializer,
    RaiseFlagSerializer,
    ResolveFlagSerializer,
    StandingSerializer,
)
from .access import ALWAYS, CHANGE, IsCurator, IsEditor

_CHANGED: dict[Any, Any] = {200: StandingSerializer, **problem_responses(*CHANGE)}


@extend_schema(tags=["curation"])
class EntryViewSet(viewsets.GenericViewSet):
    """Published entries: flag one, look at it again, retract or merge it."""

    queryset = Record.objects.filter(accession__isnull=False)
    lookup_field = "accession"
    lookup_value_converter = "str"
    serializer_class = StandingSerializer
    permission_classes = [IsCurator]
    parser_classes = [JSONParser]
    pagination_class = None

    @extend_schema(
        operation_id="entries_flag",
        request=RaiseFlagSerializer,
        responses={200: FlagSerializer, **problem_responses(*CHANGE)},
    )
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def flag(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say that something is wrong with an entry; open to everyone signed in."""
        given = _read(RaiseFlagSerializer, request)
        flag = services.raise_flag(actor=signed_in(request), record=self.get_object(), **given)
        return Response(FlagSerializer(flag).data)

    @extend_schema(operation_id="entries_re_review", request=PublicReasonSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"], url_path="re-review")
    def re_review(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put an entry under re-review, on your own ground."""
        return self._verb(services.re_review, PublicReasonSerializer)

    @extend_schema(operation_id="entries_uphold", request=PublicReasonSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def uphold(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """End the re-review of an entry that stands as it is."""
        record = self.get_object()
        re_review = ReReview.objects.of_records().filter(record=record).last()
        if re_review is None:
            raise Refused(f"{record.accession} is not under re-review.", code="state")
        services.uphold(actor=signed_in(request), re_review=re_review, **_read(PublicReasonSerializer, request))
        return self._standing(record)

    @extend_schema(operation_id="entries_retract", request=PublicReasonSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def retract(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take an entry out of force for good."""
        return self._verb(services.retract, PublicReasonSerializer)

    @extend_schema(operation_id="entries_merge", request=MergeSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take an entry out of force in favour of another one."""
        return self._verb(services.merge, MergeSerializer)

    def _verb(self, verb: Callable[..., Any], shape: type[serializers.Serializer]) -> Response:
        record = self.get_object()
        verb(actor=signed_in(self.request), record=record, **_read(shape, self.request))
        return self._standing(record)

    def _standing(self, record: Record) -> Response:
        entry = Entry.objects.select_related("successor").defer("document", "search").get(accession=record.accession)
        return Response(StandingSerializer(entry).data)


@extend_schema(tags=["curation"])
class FlagViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The flags on entries, for editors."""

    queryset = Flag.objects.none()
    serializer_class = FlagSerializer
    permission_classes = [IsEditor]
    pagination_class = NewestFirst
    parser_classes = [JSONParser]
    lookup_value_converter = "int"

    def get_queryset(self) -> FlagQuerySet:
        return Flag.objects.for_list()

    @extend_schema(
        operation_id="flags_list",
        parameters=[FlagQuerySerializer],
        filters=False,
        responses={200: FlagSerializer(many=True), **problem_responses(*ALWAYS)},
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The flags, the newest first."""
        query = FlagQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        wanted, flags = query.validated_data, self.get_queryset()
        if "open" in wanted:
            flags = flags.open() if wanted["open"] else flags.answered()
        if "entry" in wanted:
            flags = flags.on(wanted["entry"])
        page = self.paginate_queryset(flags)
        return self.get_paginated_response(FlagSerializer(page, many=True).data)

    @extend_schema(operation_id="flags_retrieve", responses={200: FlagSerializer, **problem_responses(*ALWAYS, 404)})
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One flag, with its answer where there is one."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        operation_id="flags_resolve",
        request=ResolveFlagSerializer,
        responses={200: FlagSerializer, **problem_responses(*CHANGE)},
    )
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer a flag."""
        flag = self.get_object()
        services.resolve_flag(actor=signed_in(request), flag=flag, **_read(ResolveFlagSerializer, request))
        return Response(FlagSerializer(self.get_object()).data)


def _read(shape: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
