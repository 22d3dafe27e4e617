"""The file of a table of records, read as soon as it is sent: what is no table is refused at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from ..tables import Table, TableRow, UnreadableTable, gathered, read_table
from .columns import NOTE, Sheet, recognised


class BulkForm(forms.Form):
    file = forms.FileField(
        label="Table of records",
        allow_empty_file=True,  # refused with all other unreadable files, in better words
        error_messages={"required": "Choose the table that you filled in."},
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    sheet: Sheet

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            self.sheet = recognised(read_table(file))  # type: ignore[arg-type]  # it has all that is asked of it
        except UnreadableTable as error:
            raise forms.ValidationError(error.reason) from None
        return file

    def for_service(self) -> dict[str, Any]:
        """What ``services.send_bulk`` takes."""
        return {"file_name": self.cleaned_data["file"].name or "", **sent(self.sheet)}


def sent(sheet: Sheet) -> dict[str, Any]:
    """A table as ``services.send_bulk`` takes it."""
    return {
        "kind": sheet.table.kind,
        "header": sheet.table.header,
        "fields": ["" if name == NOTE else name for name in sheet.fields],
        "rows": sheet.rows,
        "remarks": sheet.remarks,
    }


def table_of(records: Sequence[Mapping[str, Any]]) -> Table:
    """Records with their fields by name or label as the table that they would be; lists are joined."""
    header = tuple(dict.fromkeys(str(name) for record in records for name in record))
    rows = (
        TableRow(number, tuple(_cell(record.get(name)) for name in header)) for number, record in enumerate(records, 1)
    )
    return gathered("json", [TableRow(0, header), *rows])


def _cell(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(str(item).replace(";", ",") for item in value)
    return "" if value is None else str(value)
