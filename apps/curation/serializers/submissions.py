"""The shapes of submissions in the API: what comes in is parsed here, what goes out is drawn here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.models import User
from apps.core.strictness import StrictSerializer
from apps.vocabularies.models import Target, Term

from .. import permissions, projection
from ..choices import Reason, SecondReview
from ..content import FIELD_NAMES, Content
from ..models import Decision, Review, Submission
from ..prefill import FIELDS, Suggestion
from ..rules import ANSWERABLE, Finding
from ..services.storing import NOTE_LIMIT
from ..services.versions import revision_of
from ..workflow import THIRD, Status, Verb
from .revisions import RevisionSerializer

_CURIE = 60
_MOST_ITEMS = 100
_LARGEST_ID = 2**63 - 1


class AnswersSerializer(StrictSerializer):
    """Written answers to warnings, by the rule that asks for them."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {rule: serializers.CharField(required=False, allow_blank=True, max_length=4000) for rule in ANSWERABLE}


def _content_field(name: str) -> serializers.Field:
    """The shape of one field of the content, by the column that holds it."""
    column: Any = Submission._meta.get_field(name)
    about: dict[str, Any] = {"required": False, "help_text": str(column.help_text or column.verbose_name)}
    if name == "answers":
        return AnswersSerializer(required=False)
    if column.many_to_many:
        ids = serializers.CharField(max_length=_CURIE)
        return serializers.ListField(child=ids, max_length=_MOST_ITEMS, **about)
    if column.related_model in {Term, Target}:
        return serializers.CharField(max_length=_CURIE, allow_blank=True, **about)
    if name == "reference":
        about["help_text"] = "The portal's number of the reference."
        return serializers.IntegerField(min_value=1, max_value=_LARGEST_ID, allow_null=True, **about)
    if isinstance(column, ArrayField):
        return serializers.ListField(child=_plain_field(column.base_field, {}), max_length=_MOST_ITEMS, **about)
    return _plain_field(column, about)


def _plain_field(column: Any, about: dict[str, Any]) -> serializers.Field:
    if isinstance(column, models.DecimalField):
        digits, places = column.max_digits, column.decimal_places
        return serializers.DecimalField(max_digits=digits, decimal_places=places, allow_null=True, **about)
    if isinstance(column, models.PositiveIntegerField):
        return serializers.IntegerField(min_value=1, max_value=2**31 - 1, allow_null=True, **about)
    blank = {"allow_blank": column.blank}
    if column.choices:
        return serializers.ChoiceField(choices=column.choices, **blank, **about)
    return serializers.CharField(max_length=column.max_length, **blank, **about)


class ContentSerializer(StrictSerializer):
    """The content of a submission. Terms and targets by id (``CL:0000235``), the reference by its number."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: _content_field(name) for name in FIELD_NAMES}

    def to_representation(self, instance: Content) -> dict[str, Any]:
        values = {name: getattr(instance, name) for name in FIELD_NAMES}
        return super().to_representation(values | {"answers": dict(instance.answers)})


def apply(changes: Mapping[str, Any], content: Content) -> Content:
    """``content`` with what ``ContentSerializer`` read put in; fields not named stay."""
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name == "answers":
            values[name] = tuple(sorted(value.items()))
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    return replace(content, **values)


def _note() -> serializers.Field:
    return serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=NOTE_LIMIT,
        help_text="Of a revision: what it changes and why. It needs one to be submitted.",
    )


class StartSerializer(StrictSerializer):
    """A new submission: empty, about a reference, as a revision of an entry, or as a copy of a submission."""

    reference = serializers.IntegerField(required=False, min_value=1, max_value=_LARGEST_ID)
    revises = serializers.RegexField(
        r"^TMEE:[0-9]{7,12}$", required=False, help_text="The accession of the entry to revise."
    )
    copies = serializers.IntegerField(
        required=False, min_value=1, max_value=_LARGEST_ID, help_text="The number of a submission to copy."
    )
    content = ContentSerializer(required=False)
    change_note = _note()


class EditSerializer(StrictSerializer):
    """New values for some fields; ``edit_count`` is the one last seen, so that nobody overwrites unseen work."""

    edit_count = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    content = ContentSerializer(required=False)
    change_note = _note()


class WithdrawSerializer(StrictSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")


class RemarksSerializer(StrictSerializer):
    """Remarks on single fields of the content, by their names."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: serializers.CharField(required=False, allow_blank=True, max_length=2000) for name in FIELD_NAMES}


class _VerdictSerializer(StrictSerializer):
    content_hash = serializers.CharField(max_length=64)
    reasons = serializers.ListField(
        child=serializers.ChoiceField(choices=Reason.choices), required=False, max_length=len(Reason)
    )
    remarks = RemarksSerializer(required=False)


class DecisionSerializer(_VerdictSerializer):
    """A verdict, bound to the content that was read by its hash."""

    reason = serializers.CharField(max_length=4000)


class ApprovalSerializer(_VerdictSerializer):
    """With ``fields``, of a revision: these are published, the rest goes back for the reason, which is needed then."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")
    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(max_length=40), required=False, min_length=1, max_length=len(FIELD_NAMES)
    )


class AssignSerializer(StrictSerializer):
    editor = serializers.IntegerField(min_value=1, max_value=_LARGEST_ID, help_text="The number of the editor.")


class SecondReviewSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=4000)


class ReviewerSuggestionSerializer(serializers.Serializer):
    """An editor who could take the vacant seat, with what speaks for it."""

    editor = serializers.IntegerField(source="person")
    name = serializers.CharField()
    points = serializers.IntegerField()
    reasons = serializers.ListField(child=serializers.CharField())


class ListQuerySerializer(StrictSerializer):
    """What a list may be asked for."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)
    mine = serializers.BooleanField(required=False, help_text="Only those that you submitted or co-edit.")
    claimed = serializers.BooleanField(required=False, help_text="Only those that you have claimed for review.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=100, default=25)
    cursor = serializers.CharField(required=False)


class NothingSerializer(StrictSerializer):
    """The body of a verb that needs none."""


class CuratorOrEditorSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    orcid = serializers.CharField()

    def to_representation(self, instance: User) -> dict[str, Any]:
        return {"id": instance.pk, "name": instance.get_full_name(), "orcid": instance.orcid}


class SubmissionRowSerializer(serializers.ModelSerializer):
    """A submission in a list."""

    accession = serializers.CharField(source="record.accession", allow_null=True)
    statement = serializers.SerializerMethodField(help_text="The claim as one sentence, as far as it goes.")
    target = serializers.CharField(source="target.curie", default=None, allow_null=True)
    submitter = CuratorOrEditorSerializer()
    co_editors = CuratorOrEditorSerializer(many=True)
    claimed_by = CuratorOrEditorSerializer(allow_null=True)
    claim_expires_at = serializers.SerializerMethodField(help_text="Told only where one reviewer decides.")
    second_review = serializers.ListField(
        child=serializers.ChoiceField(choices=SecondReview.choices), help_text="Why two reviewers decide on it."
    )

    class Meta:
        model = Submission
        fields: tuple[str, ...] = (
            "id", "status", "accession", "based_on", "published_version", "statement", "target", "reference",
            "submitter", "co_editors", "claimed_by", "claim_expires_at", "second_review", "created_at", "changed_at",
            "submitted_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_claim_expires_at(self, submission: Submission) -> Any:
        """A verdict given keeps its seat from expiring: where others wait for it, the day would tell."""
        return None if submission.second_review else submission.claim_expires_at

    def get_statement(self, submission: Submission) -> str:
        return projection.statement(submission)


class FindingSerializer(serializers.Serializer):
    """What a rule says about a field; ``stops`` names the verbs that it stands in the way of."""

    rule = serializers.CharField()
    field = serializers.CharField()
    message = serializers.CharField()
    mend = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning"])
    stops = serializers.ListField(child=serializers.ChoiceField(choices=[Verb.SUBMIT.value, Verb.APPROVE.value]))
    needs_answer = serializers.BooleanField()
    answer = serializers.CharField(allow_blank=True)


def _may_rebase(user: User, submission: Submission) -> bool:
    if not permissions.may_rebase(user, submission):
        return False
    revision = revision_of(submission)
    return revision is not None and revision.moved_on


_MAY: dict[Verb, Callable[[User, Submission], Any]] = {
    Verb.EDIT: permissions.may_edit,
    Verb.SUBMIT: permissions.may_submit,
    Verb.WITHDRAW: permissions.may_withdraw,
    Verb.REBASE: _may_rebase,
    Verb.CLAIM: permissions.may_claim,
    Verb.RELEASE: permissions.may_release,
    Verb.ASSIGN: permissions.may_assign,
    Verb.ASK_SECOND: permissions.may_ask_second,
    Verb.REQUEST_CHANGES: permissions.may_decide,
    Verb.REJECT: permissions.may_decide,
    Verb.APPROVE: permissions.may_decide,
}


class VerdictSerializer(serializers.ModelSerializer):
    """What a reviewer said."""

    editor = CuratorOrEditorSerializer()
    reasons = serializers.ListField(child=serializers.ChoiceField(choices=Reason.choices))
    remarks = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = Decision
        fields = ("round", "editor", "outcome", "reasons", "reason", "remarks", "content_hash", "made_at")
        read_only_fields = fields


class SeatSerializer(serializers.Serializer):
    """A reviewer in the round that goes on. ``expires_at`` and ``decided`` are told to that reviewer alone."""

    seat = serializers.IntegerField(source="number")
    editor = CuratorOrEditorSerializer()
    expires_at = serializers.DateTimeField(allow_null=True)
    decided = serializers.BooleanField(allow_null=True)

    def to_representation(self, instance: Review) -> dict[str, Any]:
        own = instance.editor_id == self.context["request"].user.pk
        return {
            "seat": instance.number,
            "editor": CuratorOrEditorSerializer(instance.editor).data,
            "expires_at": instance.expires_at if own and instance.is_open else None,
            "decided": instance.decision_id is not None if own else None,
        }


class SubmissionSerializer(SubmissionRowSerializer):
    """A submission in full. ``content_hash`` is what a decision has to name; empty until it is submitted."""

    content = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()
    verbs = serializers.SerializerMethodField(help_text="What you may do with it now.")
    revision = serializers.SerializerMethodField(
        help_text="Of a revision: what it changes in the version that it is based on, and what was published since."
    )
    unread = serializers.DictField(child=serializers.CharField(), help_text="Typed text that could not be read yet.")

    reviewers = serializers.SerializerMethodField(help_text="Who reviews it now, as far as you may know.")
    verdicts = serializers.SerializerMethodField(
        help_text="What reviewers said, as far as you may know: of a review that goes on, others’ only after your own."
    )

    class Meta(SubmissionRowSerializer.Meta):
        fields = (
            *SubmissionRowSerializer.Meta.fields,
            "edit_count", "content_hash", "content", "unread", "findings", "verbs", "change_note", "revision",
            "round", "reviewers", "verdicts",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ContentSerializer)
    def get_content(self, submission: Submission) -> dict[str, Any]:
        return ContentSerializer(submission.content()).data

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, submission: Submission) -> Any:
        findings: list[Finding] = self.context["findings"]
        return FindingSerializer(findings, many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=[verb.value for verb in _MAY])))
    def get_verbs(self, submission: Submission) -> list[str]:
        user = self.context["request"].user
        return [verb.value for verb, may in _MAY.items() if may(user, submission)]

    @extend_schema_field(RevisionSerializer(allow_null=True))
    def get_revision(self, submission: Submission) -> Any:
        revision = revision_of(submission)
        return RevisionSerializer(revision).data if revision else None

    @extend_schema_field(SeatSerializer(many=True))
    def get_reviewers(self, submission: Submission) -> Any:
        if submission.status != Status.IN_REVIEW:
            return []
        hidden = THIRD if permissions.is_party(self.context["request"].user, submission) else 0
        shown = [seat for seat in submission.panel if seat.number != hidden]
        return SeatSerializer(shown, many=True, context=self.context).data

    @extend_schema_field(VerdictSerializer(many=True))
    def get_verdicts(self, submission: Submission) -> Any:
        readable = submission.decisions.open_to(self.context["request"].user).select_related("editor")
        return VerdictSerializer(readable, many=True).data


class MarkSerializer(serializers.Serializer):
    """A piece of the sentence: from the character ``start`` up to ``end``."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()


class SuggestionSerializer(serializers.Serializer):
    """Something that title or abstract of the paper name, and that the content may hold."""

    field = serializers.CharField(help_text="Where in the content it belongs, such as cell_types.")
    kind = serializers.CharField(help_text=f"One of {', '.join(FIELDS)}.")
    value = serializers.CharField(help_text="What to put there: the id of a target, a term or a trial.")
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField(help_text="How often it is named; 0 for a trial only listed with the paper.")
    in_title = serializers.BooleanField()
    sentence = serializers.CharField(help_text="The first of the abstract that names it, else the title.")
    marks = serializers.SerializerMethodField(help_text="Where in the sentence it is named.")
    taken = serializers.SerializerMethodField(help_text="Whether the content holds it already.")

    @extend_schema_field(MarkSerializer(many=True))
    def get_marks(self, suggestion: Suggestion) -> list[dict[str, int]]:
        return [{"start": start, "end": end} for start, end in suggestion.marks]

    def get_taken(self, suggestion: Suggestion) -> bool:
        return suggestion.is_in(self.context["content"])
