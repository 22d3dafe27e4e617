"""Submissions through the API."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.authentication import signed_in
from apps.accounts.models import User
from apps.core.cursors import NewestFirst
from apps.core.exceptions import Refused
from apps.core.problems import problem_responses
from apps.literature.models import Reference

from .. import permissions, services
from ..models import Submission
from ..prefill import found_in
from ..querysets import SubmissionQuerySet
from ..serializers import (
    ApprovalSerializer,
    AssignSerializer,
    DecisionSerializer,
    EditSerializer,
    ListQuerySerializer,
    NothingSerializer,
    RebaseSerializer,
    ReviewerSuggestionSerializer,
    SecondReviewSerializer,
    StartSerializer,
    SubmissionRowSerializer,
    SubmissionSerializer,
    SuggestionSerializer,
    WithdrawSerializer,
    apply,
)
from .access import ALWAYS, CHANGE, IsCurator

_CHANGED: dict[Any, Any] = {200: SubmissionSerializer, **problem_responses(*CHANGE)}


@extend_schema(tags=["curation"])
class SubmissionViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Submissions that are open to you: your own, and for editors whatever was ever submitted."""

    queryset = Submission.objects.none()
    serializer_class = SubmissionSerializer
    permission_classes = [IsCurator]
    pagination_class = NewestFirst
    parser_classes = [JSONParser]
    lookup_value_converter = "int"

    def get_queryset(self) -> SubmissionQuerySet:
        return Submission.objects.visible_to(signed_in(self.request)).with_content()

    @extend_schema(
        operation_id="submissions_list",
        parameters=[ListQuerySerializer],
        filters=False,
        responses={200: SubmissionRowSerializer(many=True), **problem_responses(*ALWAYS)},
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The submissions that you may see, the newest first."""
        query = ListQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        wanted = query.validated_data
        rows = self.get_queryset()
        if "status" in wanted:
            rows = rows.filter(status=wanted["status"])
        if wanted.get("mine"):
            rows = rows.written_by(signed_in(request))
        if wanted.get("claimed"):
            rows = rows.claimed_by(signed_in(request))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(SubmissionRowSerializer(page, many=True).data)

    @extend_schema(
        operation_id="submissions_retrieve",
        responses={200: SubmissionSerializer, **problem_responses(*ALWAYS, 404)},
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One submission with its content, what the rules say of it, and what you may do with it."""
        return self._answer(self.get_object())

    @extend_schema(
        operation_id="submissions_create",
        request=StartSerializer,
        responses={201: OpenApiResponse(SubmissionSerializer), **problem_responses(*CHANGE)},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Start a draft, and fill it in with ``content`` at once where that is given."""
        given = _read(StartSerializer, request)
        with transaction.atomic():
            submission = services.start(
                actor=signed_in(request),
                reference=_reference(given.get("reference")),
                revises=given.get("revises"),
                copies=self._copied(given.get("copies")),
            )
            if "content" in given or "change_note" in given:
                submission = self._saved(submission, given, submission.edit_count)
        return self._answer(submission, status.HTTP_201_CREATED)

    @extend_schema(operation_id="submissions_edit", request=EditSerializer, responses=_CHANGED)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change some fields of a draft; those not named stay as they are."""
        submission = self.get_object()
        given = _read(EditSerializer, request)
        return self._answer(self._saved(submission, given, given["edit_count"]))

    @extend_schema(
        operation_id="submissions_suggestions",
        filters=False,
        responses={200: SuggestionSerializer(many=True), **problem_responses(*ALWAYS, 404)},
    )
    @action(detail=True, pagination_class=None)
    def suggestions(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the paper of the submission names, by field, the best first. Nothing is filled in by asking."""
        submission = self.get_object()
        found = found_in(submission.paper).suggestions if submission.paper else []
        context = {**self.get_serializer_context(), "content": submission.content()}
        return Response(SuggestionSerializer(found, many=True, context=context).data)

    @extend_schema(operation_id="submissions_submit", request=NothingSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Hand a draft to the editors."""
        return self._verb(services.submit, NothingSerializer)

    @extend_schema(operation_id="submissions_withdraw", request=WithdrawSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take your submission back."""
        return self._verb(services.withdraw, WithdrawSerializer)

    @extend_schema(operation_id="submissions_rebase", request=RebaseSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def rebase(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Bring a revision up to date with an entry that moved on: what only one side changed is merged by itself."""
        return self._verb(services.rebase, RebaseSerializer)

    @extend_schema(operation_id="submissions_claim", request=NothingSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a vacant seat of a submission."""
        return self._verb(services.claim, NothingSerializer)

    @extend_schema(operation_id="submissions_release", request=NothingSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give your seat back; the submission returns to the queue when nobody else reviews it."""
        return self._verb(services.release, NothingSerializer)

    @extend_schema(operation_id="submissions_assign", request=AssignSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a vacant seat to another editor, who is told."""
        submission = self.get_object()
        number = _read(AssignSerializer, request)["editor"]
        editor = User.objects.filter(pk=number).first()
        if editor is None:
            raise Refused(f"There is no editor {number}.", field="editor")
        services.assign(actor=signed_in(request), submission=submission, editor=editor)
        return self._answer(submission)

    @extend_schema(
        operation_id="submissions_reviewers",
        filters=False,
        responses={200: ReviewerSuggestionSerializer(many=True), **problem_responses(*ALWAYS, 404)},
    )
    @action(detail=True, pagination_class=None)
    def reviewers(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who could review it, the best first; none where you may not assign."""
        submission = self.get_object()
        may_assign = permissions.may_assign(signed_in(request), submission)
        found = services.suggest_reviewers(submission) if may_assign else []
        return Response(ReviewerSuggestionSerializer(found, many=True).data)

    @extend_schema(operation_id="submissions_second_review", request=SecondReviewSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"], url_path="second-review", url_name="second-review")
    def second_review(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Have two reviewers decide on it, in this round and all that follow."""
        return self._verb(services.ask_second_review, SecondReviewSerializer)

    @extend_schema(operation_id="submissions_request_changes", request=DecisionSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"], url_path="request-changes")
    def request_changes(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send a submission back to its submitter, with a reason."""
        return self._verb(services.request_changes, DecisionSerializer)

    @extend_schema(operation_id="submissions_reject", request=DecisionSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Decline a submission for good, with a reason."""
        return self._verb(services.reject, DecisionSerializer)

    @extend_schema(operation_id="submissions_approve", request=ApprovalSerializer, responses=_CHANGED)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Approve and publish the content with this hash. With `fields`, these of a revision; the rest goes back."""
        accepts_parts = isinstance(self.request.data, dict) and "fields" in self.request.data
        return self._verb(services.accept_parts if accepts_parts else services.approve, ApprovalSerializer)

    def _verb(self, verb: Callable[..., Any], shape: type[serializers.Serializer]) -> Response:
        submission = self.get_object()
        verb(actor=signed_in(self.request), submission=submission, **_read(shape, self.request))
        return self._answer(submission)

    def _saved(self, submission: Submission, given: dict[str, Any], edit_count: int) -> Submission:
        """What is given is put into the content as stored; text that could not be read gives way to it."""
        if submission.edit_count != edit_count:
            # The content to merge into is not the one that the caller means.
            raise services.stale_draft()
        changes = given.get("content", {})
        return services.save_draft(
            actor=signed_in(self.request),
            submission=submission,
            content=apply(changes, submission.content()),
            unread={name: text for name, text in submission.unread.items() if name not in changes},
            edit_count=edit_count,
            change_note=given.get("change_note"),
        )

    def _copied(self, number: int | None) -> Submission | None:
        if number is None:
            return None
        source = Submission.objects.visible_to(signed_in(self.request)).filter(pk=number).first()
        if source is None:
            raise Refused(f"There is no submission {number} that you could copy.", field="copies")
        return source

    def _answer(self, submission: Submission, code: int = status.HTTP_200_OK) -> Response:
        """The submission as it is now, in full."""
        fresh = Submission.objects.with_content().filter(pk=submission.pk).first()
        if fresh is None:
            raise Http404
        context = {**self.get_serializer_context(), "findings": services.findings(fresh)}
        return Response(SubmissionSerializer(fresh, context=context).data, status=code)


def _read(shape: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _reference(number: int | None) -> Reference | None:
    if number is None:
        return None
    reference = Reference.objects.standing_for(number)
    if reference is None:
        raise Refused(f"There is no reference {number}. Import it first.", field="reference")
    return reference
