"""Spreadsheets as rows of text, whatever wrote them. Pure; nothing that stands in a file is ever run."""

from typing import BinaryIO

from . import text, workbook
from .base import (
    LONGEST_CELL,
    MOST_BYTES,
    MOST_ROWS,
    Table,
    TableRow,
    UnreadableTable,
    cell_name,
    clean,
    column_letters,
    gathered,
)
from .writing import Choice, written_csv, written_workbook

__all__ = [
    "LONGEST_CELL",
    "MOST_BYTES",
    "MOST_ROWS",
    "Choice",
    "Table",
    "TableRow",
    "UnreadableTable",
    "cell_name",
    "clean",
    "column_letters",
    "gathered",
    "read_table",
    "written_csv",
    "written_workbook",
]

#: Of the files that Excel wrote until 2003, and of workbooks locked with a password.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read_table(file: BinaryIO) -> Table:
    """The rows of a CSV file or of an XLSX workbook; what it is, its content tells. Raises ``UnreadableTable``."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableTable(f"The file is larger than {MOST_BYTES // 1024**2} MB: please split it.")
    if not content.strip():
        raise UnreadableTable("The file is empty.")
    if content.startswith(workbook.MAGIC):
        return workbook.read(content)
    if content.startswith(_OLD_OFFICE):
        raise UnreadableTable(
            "This is a workbook of an old kind, or one locked with a password: save it as XLSX without a password, "
            "or as CSV."
        )
    return text.read(content)
