"""The shapes of the import API."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from apps.core.cursors import LARGEST_PAGE
from apps.core.strictness import StrictSerializer

from .. import formats
from ..models import ImportIssue, ImportRun, SavedSearch


class OptionsSerializer(StrictSerializer):
    """What becomes of references that an import brings."""

    to_triage = serializers.BooleanField(default=False, help_text="New references become candidates for curation.")
    two_person = serializers.BooleanField(default=False, help_text="Those are screened by two people.")


class UploadSerializer(OptionsSerializer):
    """One file of citations, as a part of a form (``multipart/form-data``)."""

    file = serializers.FileField(
        allow_empty_file=True,  # refused with all other unreadable files, in better words
        help_text="Citations, or identifiers, plain or compressed with gzip or zip; its content tells what it is.",
    )
    format = serializers.ChoiceField(
        choices=formats.names(), default=formats.AUTO, help_text="Only to insist on one; `auto` looks at the content."
    )


class ListRequestSerializer(OptionsSerializer):
    """The publications with these identifiers; services are asked for them."""

    identifiers = serializers.ListField(
        child=serializers.CharField(max_length=600, allow_blank=True),
        allow_empty=False,
        help_text="PMIDs, DOIs and PMCIDs, spelt as you like; what is none of them is told among the issues.",
    )


class SearchRequestSerializer(OptionsSerializer):
    """The publications that a service finds for a query."""

    source = serializers.ChoiceField(choices=SavedSearch.Service.choices)  # type: ignore[assignment]  # a name of the API, not of a field
    query = serializers.CharField(max_length=4000, help_text="In the service's own language.")
    since = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Only what the service took up from that day on."
    )


class PageQuerySerializer(StrictSerializer):
    """Which page of a list is asked for."""

    page_size = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE)
    cursor = serializers.CharField(required=False)


class ListQuerySerializer(PageQuerySerializer):
    state = serializers.ChoiceField(choices=ImportRun.State.choices, required=False)
    origin = serializers.ChoiceField(choices=ImportRun.Origin.choices, required=False)


class RequesterSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(source="get_full_name")


class ImportRunSerializer(serializers.ModelSerializer):
    """An import and how far it is. The counters are of records; `failed` ones are listed by `issues`."""

    requested_by = RequesterSerializer(allow_null=True)
    issues = serializers.SerializerMethodField(help_text="The address of what could not be read.")
    is_over = serializers.BooleanField(help_text="Nothing changes any more; until then ask again after a while.")
    checkpoint = serializers.IntegerField(help_text="How many records are dealt with.")
    seconds_left = serializers.FloatField(allow_null=True, help_text="At the present pace; null where it is not known.")

    class Meta:
        model = ImportRun
        fields = (
            "id", "state", "is_over", "origin", "query", "since", "saved_search", "retry_of",
            "to_triage", "two_person",
            "file_name", "file_sha256", "format", "bytes_total", "bytes_read", "wanted", "checkpoint",
            "created", "updated", "unchanged", "failed", "error", "pause_requested", "cancel_requested",
            "seconds_worked", "pace", "seconds_left",
            "requested_by", "requested_at", "started_at", "finished_at", "issues",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.URLField())
    def get_issues(self, run: ImportRun) -> str:
        return reverse("literature-api:import-issues", kwargs={"pk": run.pk}, request=self.context.get("request"))


class ImportIssueSerializer(serializers.ModelSerializer):
    """What could not be read or stored, and why."""

    class Meta:
        model = ImportIssue
        fields = ("position", "identifier", "reason")
        read_only_fields = fields
