"""Discussions through the API."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.authentication import signed_in
from apps.core.cursors import NewestFirst
from apps.core.problems import problem_responses, valid

from .. import services
from ..models import Comment, Submission, Thread
from ..querysets import CommentQuerySet, ThreadQuerySet
from ..serializers import (
    CommentSerializer,
    CommentTextSerializer,
    HideSerializer,
    NothingSerializer,
    ThreadListQuerySerializer,
    ThreadSerializer,
    ThreadStartSerializer,
    thing_named,
)
from .access import ALWAYS, CHANGE

_THREAD: dict[Any, Any] = {200: ThreadSerializer, **problem_responses(*CHANGE)}
_COMMENT: dict[Any, Any] = {200: CommentSerializer, **problem_responses(*CHANGE)}


@extend_schema(tags=["curation"])
class ThreadViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Discussions of entries and targets, and of the submissions that are open to you."""

    queryset = Thread.objects.none()
    serializer_class = ThreadSerializer
    pagination_class = NewestFirst
    parser_classes = [JSONParser]
    lookup_value_converter = "int"

    def get_queryset(self) -> ThreadQuerySet:
        return Thread.objects.visible_to(signed_in(self.request)).for_page().order_by("-pk")

    @extend_schema(
        operation_id="threads_list",
        parameters=[ThreadListQuerySerializer],
        filters=False,
        responses={200: ThreadSerializer(many=True), **problem_responses(*ALWAYS, 404)},
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The threads about one submission, entry or target, the newest first."""
        wanted = valid(ThreadListQuerySerializer(data=request.query_params.dict()))
        rows = self.get_queryset().about(thing_named(wanted, self._submissions()))
        if wanted["resolved"] is not None:
            rows = rows.filter(resolved_at__isnull=not wanted["resolved"])
        return self.get_paginated_response(ThreadSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(
        operation_id="threads_retrieve", responses={200: ThreadSerializer, **problem_responses(*ALWAYS, 404)}
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One thread with its comments."""
        return Response(ThreadSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="threads_create",
        request=ThreadStartSerializer,
        responses={201: OpenApiResponse(ThreadSerializer), **problem_responses(*CHANGE)},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Begin a thread with its first comment."""
        given = valid(ThreadStartSerializer(data=request.data))
        about = thing_named(given, self._submissions())
        comment = services.open_thread(actor=signed_in(request), about=about, text=given["text"])
        return self._answer(comment.thread_id, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="threads_reply",
        request=CommentTextSerializer,
        responses={201: OpenApiResponse(CommentSerializer), **problem_responses(*CHANGE)},
    )
    @action(detail=True, methods=["post"])
    def comments(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer in a thread."""
        given = valid(CommentTextSerializer(data=request.data))
        comment = services.reply(actor=signed_in(request), thread=self.get_object(), text=given["text"])
        return Response(CommentSerializer(comment).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="threads_resolve", request=NothingSerializer, responses=_THREAD)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Close a thread whose question is answered."""
        return self._settled(services.resolve)

    @extend_schema(operation_id="threads_reopen", request=NothingSerializer, responses=_THREAD)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Open a resolved thread again."""
        return self._settled(services.reopen)

    def _settled(self, verb: Callable[..., Thread]) -> Response:
        valid(NothingSerializer(data=self.request.data))
        thread = verb(actor=signed_in(self.request), thread=self.get_object())
        return self._answer(thread.pk, status.HTTP_200_OK)

    def _answer(self, pk: int, code: int) -> Response:
        return Response(ThreadSerializer(self.get_queryset().get(pk=pk)).data, status=code)

    def _submissions(self) -> Any:
        return Submission.objects.visible_to(signed_in(self.request))


@extend_schema(tags=["curation"])
class CommentViewSet(viewsets.GenericViewSet):
    """Single comments."""

    queryset = Comment.objects.none()
    serializer_class = CommentSerializer
    parser_classes = [JSONParser]
    lookup_value_converter = "int"

    def get_queryset(self) -> CommentQuerySet:
        visible = Thread.objects.visible_to(signed_in(self.request))
        return Comment.objects.with_thread().filter(thread__in=visible)

    @extend_schema(
        operation_id="comments_retrieve", responses={200: CommentSerializer, **problem_responses(*ALWAYS, 404)}
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One comment."""
        return Response(CommentSerializer(self.get_object()).data)

    @extend_schema(operation_id="comments_edit", request=CommentTextSerializer, responses=_COMMENT)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say your comment otherwise; what it said before stays readable."""
        return self._changed(services.edit_comment, CommentTextSerializer)

    @extend_schema(operation_id="comments_withdraw", request=NothingSerializer, responses=_COMMENT)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take your comment back."""
        return self._changed(services.withdraw_comment, NothingSerializer)

    @extend_schema(operation_id="comments_hide", request=HideSerializer, responses=_COMMENT)
    @action(detail=True, methods=["post"])
    def hide(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Hide somebody's comment, as an editor, for a reason that everyone sees."""
        return self._changed(services.hide_comment, HideSerializer)

    @extend_schema(operation_id="comments_show", request=NothingSerializer, responses=_COMMENT)
    @action(detail=True, methods=["post"])
    def show(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show a hidden comment again."""
        return self._changed(services.show_comment, NothingSerializer)

    def _changed(self, verb: Callable[..., Comment], shape: type[serializers.Serializer]) -> Response:
        given = valid(shape(data=self.request.data))
        return Response(CommentSerializer(verb(actor=signed_in(self.request), comment=self.get_object(), **given)).data)
