"""The shapes of tables of records in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.cursors import LARGEST_PAGE
from apps.core.strictness import StrictSerializer

from ..models import BulkRow, BulkUpload
from ..tables import LONGEST_CELL, MOST_ROWS

_MOST_ITEMS = 100
_COUNTED = ("complete", "unfinished", "known", "refused", "waiting", "drafted")


class TableSerializer(StrictSerializer):
    """One table of records, as a part of a form (``multipart/form-data``)."""

    file = serializers.FileField(
        allow_empty_file=True,  # refused with all other unreadable files, in better words
        help_text="CSV or XLSX with the columns of the template; its content tells what it is.",
    )


_CELL = [{"type": "string"}, {"type": "number"}, {"type": "array", "items": {"type": "string"}}]


@extend_schema_field({"oneOf": _CELL})
class CellField(serializers.Field):
    """A text, a number, a list of texts, or null; as people would write it in a cell."""

    default_error_messages = {"invalid": "Give a text, a number, a list of texts, or null."}

    def to_internal_value(self, data: Any) -> Any:
        items = data if isinstance(data, list) else [data]
        plain = all(
            item is None or (isinstance(item, (str, int, float)) and not isinstance(item, bool)) for item in items
        )
        if not plain or len(items) > _MOST_ITEMS or sum(len(str(item)) for item in items) > LONGEST_CELL:
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class RecordsSerializer(StrictSerializer):
    """Records, each with its fields by name, spelt as in the template: ``{"target": "CSF1R", "level": "D1", …}``."""

    name = serializers.CharField(max_length=255, default="records", help_text="What to call the table.")
    records = serializers.ListField(
        child=serializers.DictField(child=CellField(allow_null=True), allow_empty=False),
        allow_empty=False,
        max_length=MOST_ROWS,
    )


class BulkDraftSerializer(StrictSerializer):
    """``submit``: make drafts of the complete rows only, and submit those."""

    submit = serializers.BooleanField(default=False)


class BulkSerializer(serializers.ModelSerializer):
    """A table of records that you sent: how far it is, and how many of its rows became what."""

    rows = serializers.IntegerField(source="row_count")
    counts = serializers.SerializerMethodField(help_text="Rows by state, and how many have a draft (`drafted`).")
    missing_publications = serializers.SerializerMethodField(
        help_text="What its rows name that is not here: `references/` imports them."
    )

    class Meta:
        model = BulkUpload
        fields = (
            "id",
            "file_name",
            "kind",
            "state",
            "remarks",
            "rows",
            "counts",
            "missing_publications",
            "uploaded_at",
        )
        read_only_fields = fields

    def get_counts(self, upload: BulkUpload) -> dict[str, int]:
        return {name: getattr(upload, f"{name}_rows") for name in _COUNTED}

    def get_missing_publications(self, upload: BulkUpload) -> list[str]:
        return list(dict.fromkeys(row.to_import for row in upload.lacking))  # type: ignore[attr-defined]


class CellProblemSerializer(serializers.Serializer):
    """What is wrong with one field of a row. ``cell``: where in the spreadsheet, such as D7."""

    field = serializers.CharField(allow_blank=True)
    cell = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class RowFindingSerializer(serializers.Serializer):
    """What a rule says of a row."""

    rule = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    mend = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning"])


class BulkRowSerializer(serializers.ModelSerializer):
    """One row, and what becomes of it. ``number`` is the spreadsheet's; of records sent as JSON their place, from 1."""

    problems = CellProblemSerializer(many=True)
    findings = RowFindingSerializer(many=True)

    class Meta:
        model = BulkRow
        fields = ("number", "state", "problems", "findings", "submission")
        read_only_fields = fields


class BulkRowQuerySerializer(StrictSerializer):
    """Which rows are asked for."""

    state = serializers.ChoiceField(choices=BulkRow.State.choices, required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE)
    cursor = serializers.CharField(required=False)
