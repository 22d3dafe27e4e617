"""What the curation API takes and gives of entries after their publication, and of flags."""

from rest_framework import serializers

from apps.catalogue.models import Entry
from apps.core.strictness import StrictSerializer
from apps.vocabularies.choices import FlagReason

from ..models import Flag
from ..services import ANSWERS


class PublicReasonSerializer(StrictSerializer):
    """Why: everyone may read it."""

    reason = serializers.CharField(max_length=4000)


class MergeSerializer(PublicReasonSerializer):
    successor = serializers.CharField(max_length=20, help_text="The accession of another entry in force.")


class RaiseFlagSerializer(StrictSerializer):
    reason = serializers.ChoiceField(choices=FlagReason.choices, help_text="Everyone sees it.")
    text = serializers.CharField(max_length=4000, help_text="For editors.")


class ResolveFlagSerializer(StrictSerializer):
    outcome = serializers.ChoiceField(choices=[(one.value, one.label) for one in ANSWERS])
    answer = serializers.CharField(max_length=4000, help_text="Whoever raised the flag reads it.")


class FlagQuerySerializer(StrictSerializer):
    """What the list may be asked for."""

    open = serializers.BooleanField(
        required=False, help_text="Only those that are not answered; or only those that are."
    )
    entry = serializers.CharField(required=False, max_length=20, help_text="Only those on this entry.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=100, default=25)
    cursor = serializers.CharField(required=False)


class FlagSerializer(serializers.ModelSerializer):
    entry = serializers.CharField(source="record.accession")
    raised_by = serializers.CharField(source="raised_by.get_full_name")
    answered_by = serializers.SerializerMethodField()

    class Meta:
        model = Flag
        fields = [
            "id", "entry", "version", "reason", "text", "raised_by", "raised_at",
            "outcome", "answer", "answered_by", "answered_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_answered_by(self, flag: Flag) -> str:
        return str(flag.answered_by or "")


class StandingSerializer(serializers.ModelSerializer):
    """How an entry stands after the verb."""

    successor = serializers.SerializerMethodField()
    open_flags = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Entry
        fields = [
            "accession", "version", "status", "under_review_since", "review_reason", "upheld_at", "upheld_reason",
            "open_flags", "tombstone_reason", "successor",
        ]  # fmt: skip
        read_only_fields = fields

    def get_successor(self, entry: Entry) -> str | None:
        return entry.successor.accession if entry.successor else None
