"""The shapes of triage in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.strictness import StrictSerializer

from .. import permissions
from ..choices import RejectionReason, Verdict
from ..filters import Tab
from ..models import Candidate, CandidateNote, Reference
from ..workflow import CandidateVerb
from .imports import PageQuerySerializer, RequesterSerializer

_CURIE: dict[str, Any] = {"required": False, "max_length": 60}
_YEAR: dict[str, Any] = {"required": False, "min_value": 1500, "max_value": 2999}


class CandidateQuerySerializer(PageQuerySerializer):
    """What narrows the list; the same as on the page of the queue."""

    state = serializers.ChoiceField(
        choices=Tab.choices, required=False, help_text="A state, your own claims (`mine`), or `conflict`; else `new`."
    )
    q = serializers.CharField(required=False, max_length=300, help_text="Words, a PMID, a DOI or a PMCID.")
    target = serializers.CharField(**_CURIE, help_text="Names this target, such as HGNC:2433.")
    cell = serializers.CharField(**_CURIE, help_text="Names this cell type or cell state.")
    cancer = serializers.CharField(**_CURIE, help_text="Names this cancer.")
    therapy = serializers.CharField(**_CURIE, help_text="Names this therapy.")
    year_from = serializers.IntegerField(**_YEAR)
    year_to = serializers.IntegerField(**_YEAR)
    search = serializers.IntegerField(required=False, min_value=1, help_text="Came with this saved search.")
    run = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="Came with this import.")
    unscreened = serializers.BooleanField(required=False, help_text="You have not voted on it.")


class RejectionSerializer(StrictSerializer):
    reason = serializers.ChoiceField(choices=RejectionReason.choices)
    text = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="Needed where the reason is `other`."
    )


class PostponeSerializer(StrictSerializer):
    until = serializers.DateField(
        required=False, allow_null=True, help_text="It comes back on this day; without one, when it is reopened."
    )


class NothingSerializer(StrictSerializer):
    """The body of a verb that needs none."""


class CandidateReferenceSerializer(serializers.ModelSerializer):
    """The paper that may be worth curating."""

    class Meta:
        model = Reference
        fields = (
            "id", "pmid", "doi", "pmcid", "title", "abstract", "journal", "year", "reference_type", "retraction_state",
        )  # fmt: skip
        read_only_fields = fields


class ReasonSerializer(serializers.Serializer):
    """What a part of the relevance rests on."""

    text = serializers.CharField()
    points = serializers.FloatField()


class FoundSerializer(serializers.Serializer):
    """A target or term that the paper names, how often, and whether in its title."""

    kind = serializers.CharField()
    curie = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field named as an attribute of fields
    count = serializers.IntegerField()
    title = serializers.BooleanField()


class NoteSerializer(serializers.ModelSerializer):
    author = RequesterSerializer()

    class Meta:
        model = CandidateNote
        fields = ("author", "text", "at")
        read_only_fields = fields


class CandidateSerializer(serializers.ModelSerializer):
    """A candidate as you see it: of the votes of two people your own, of the other's only that it was given."""

    reference = CandidateReferenceSerializer()
    claimed_by = RequesterSerializer(allow_null=True)
    decided_by = RequesterSerializer(allow_null=True)
    reasons = serializers.SerializerMethodField()
    mentions = FoundSerializer(many=True)
    votes_given = serializers.IntegerField()
    own_vote = serializers.ChoiceField(choices=Verdict.choices, allow_blank=True)
    note_count = serializers.IntegerField()
    may = serializers.SerializerMethodField(help_text="The verbs that you may use now.")

    class Meta:
        model = Candidate
        fields: tuple[str, ...] = (
            "id", "reference", "state", "relevance", "reasons", "mentions", "scored_at", "claimed_by", "claimed_at",
            "decided_by", "decided_at", "reason", "reason_text", "later_until", "votes_needed", "votes_given",
            "own_vote", "screening", "note_count", "run", "added_at", "may",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ReasonSerializer(many=True))
    def get_reasons(self, candidate: Candidate) -> list[dict[str, Any]]:
        return [{"text": text, "points": points} for text, points in candidate.reasons]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=CandidateVerb.choices)))
    def get_may(self, candidate: Candidate) -> list[str]:
        person = self.context["request"].user
        return [verb.value for verb in CandidateVerb if permissions.may_step(person, candidate, verb)]


class CandidateInFullSerializer(CandidateSerializer):
    """A candidate with its notes."""

    notes = NoteSerializer(many=True)

    class Meta(CandidateSerializer.Meta):
        fields: tuple[str, ...] = (*CandidateSerializer.Meta.fields, "notes")
        read_only_fields = fields
