"""The shapes of discussions in the API."""

from typing import Any

from rest_framework import serializers

from apps.core.exceptions import Refused
from apps.core.strictness import StrictSerializer
from apps.vocabularies.choices import TermStatus
from apps.vocabularies.models import Target

from ..models import Comment, Record, Submission, Thread
from ..prose import LONGEST
from .submissions import CuratorOrEditorSerializer

_LARGEST_ID = 2**63 - 1


class AboutSerializer(StrictSerializer):
    """What a discussion is about: exactly one of these."""

    submission = serializers.IntegerField(required=False, min_value=1, max_value=_LARGEST_ID)
    entry = serializers.CharField(required=False, max_length=20, help_text="The accession of a published entry.")
    target = serializers.CharField(required=False, max_length=60, help_text="The stable id of a target.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(name in attrs for name in ("submission", "entry", "target")) != 1:
            raise serializers.ValidationError("Name one submission, entry or target.")
        return attrs


def thing_named(given: dict[str, Any], visible: Any) -> Submission | Record | Target:
    """What is named; ``visible`` are the submissions that whoever asks may see."""
    found: Submission | Record | Target | None
    if "submission" in given:
        name, found = "submission", visible.filter(pk=given["submission"]).prefetch_related("co_editors").first()
    elif "entry" in given:
        name, found = "entry", Record.objects.filter(accession=given["entry"]).first()
    else:
        targets = Target.objects.filter(status=TermStatus.APPROVED).select_related("merged_into")
        name, target = "target", targets.filter(curie=given["target"]).first()
        found = (target.merged_into or target) if target else None
    if found is None:
        raise Refused(f"There is no such {name}.", field=name, code="missing")
    return found


class ThreadListQuerySerializer(AboutSerializer):
    """What a list of threads may be asked for."""

    resolved = serializers.BooleanField(required=False, allow_null=True, default=None)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=100, default=25)
    cursor = serializers.CharField(required=False)


class CommentTextSerializer(StrictSerializer):
    text = serializers.CharField(max_length=LONGEST, help_text="Markdown.")


class ThreadStartSerializer(AboutSerializer):
    """A thread begins with its first comment."""

    text = serializers.CharField(max_length=LONGEST, help_text="Markdown.")


class HideSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=4000, help_text="Everyone who reads there sees it.")


class CommentSerializer(serializers.ModelSerializer):
    """A comment. Of one that was withdrawn or hidden the text is empty."""

    author = CuratorOrEditorSerializer()
    thread = serializers.IntegerField(source="thread_id")
    text = serializers.SerializerMethodField(help_text="As it was written, in Markdown.")
    html = serializers.SerializerMethodField(help_text="As pages show it.")

    class Meta:
        model = Comment
        fields = (
            "id", "thread", "author", "text", "html",
            "made_at", "edited_at", "withdrawn_at", "hidden_at", "hidden_reason",
        )  # fmt: skip
        read_only_fields = fields

    def get_text(self, comment: Comment) -> str:
        return "" if comment.is_gone else comment.text

    def get_html(self, comment: Comment) -> str:
        return "" if comment.is_gone else comment.html


class ThreadSerializer(serializers.ModelSerializer):
    """A thread with its comments, the oldest first."""

    entry = serializers.CharField(source="record.accession", default=None, allow_null=True)
    target = serializers.CharField(source="target.curie", default=None, allow_null=True)
    opened_by = CuratorOrEditorSerializer()
    resolved_by = CuratorOrEditorSerializer(allow_null=True)
    comments = CommentSerializer(many=True)

    class Meta:
        model = Thread
        fields = (
            "id", "submission", "entry", "target", "opened_by", "opened_at", "latest_at", "resolved_at", "resolved_by",
            "comments",
        )  # fmt: skip
        read_only_fields = fields
