"""Triage for programs."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.authentication import signed_in
from apps.core.problems import problem_responses

from .. import services
from ..filters import TriageFilter
from ..models import Candidate
from ..pagination import BestFirst
from ..querysets import CandidateQuerySet
from ..serializers import (
    CandidateInFullSerializer,
    CandidateQuerySerializer,
    CandidateSerializer,
    NothingSerializer,
    PostponeSerializer,
    RejectionSerializer,
)
from .access import ALWAYS, IsCurator

_CHANGED: dict[Any, Any] = {200: CandidateSerializer, **problem_responses(*ALWAYS, 404, 409, 415, 422)}


@extend_schema(tags=["triage"])
class CandidateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """References that may be worth curating, and what people decided about them."""

    queryset = Candidate.objects.none()
    serializer_class = CandidateSerializer
    permission_classes = [IsCurator]
    pagination_class = BestFirst
    parser_classes = [JSONParser]
    lookup_value_converter = "int"
    lookup_field = "pk"

    def get_queryset(self) -> CandidateQuerySet:
        return Candidate.objects.for_list(signed_in(self.request))

    @extend_schema(
        operation_id="candidates_list",
        parameters=[CandidateQuerySerializer],
        filters=False,
        responses={200: CandidateSerializer(many=True), **problem_responses(*ALWAYS)},
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The queue, the most promising first."""
        CandidateQuerySerializer(data=request.query_params.dict()).is_valid(raise_exception=True)
        filtered = TriageFilter(request.query_params, queryset=self.get_queryset(), request=request)
        if filtered.form.errors:
            raise ValidationError(filtered.form.errors)
        page = self.paginate_queryset(filtered.qs)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="candidates_retrieve",
        responses={200: CandidateInFullSerializer, **problem_responses(*ALWAYS, 404)},
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One candidate, with its notes."""
        candidate = self.get_object()
        return Response(CandidateInFullSerializer(candidate, context=self.get_serializer_context()).data)

    @extend_schema(operation_id="candidates_claim", request=NothingSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a candidate up."""
        return self._verb(services.claim_candidate, NothingSerializer)

    @extend_schema(operation_id="candidates_release", request=NothingSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a claimed candidate back to the queue."""
        return self._verb(services.release_candidate, NothingSerializer)

    @extend_schema(operation_id="candidates_reject", request=RejectionSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say that a candidate will not be curated, and why."""
        return self._verb(services.reject_candidate, RejectionSerializer)

    @extend_schema(operation_id="candidates_later", request=PostponeSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def later(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put a candidate off."""
        return self._verb(services.postpone_candidate, PostponeSerializer)

    @extend_schema(operation_id="candidates_reopen", request=NothingSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put what was decided back into the queue."""
        return self._verb(services.reopen_candidate, NothingSerializer)

    def _verb(self, verb: Callable[..., Any], shape: type[serializers.Serializer]) -> Response:
        candidate = self.get_object()
        body = shape(data=self.request.data)
        body.is_valid(raise_exception=True)
        verb(actor=signed_in(self.request), candidate=candidate, **body.validated_data)
        return Response(self.get_serializer(self.get_object()).data)
