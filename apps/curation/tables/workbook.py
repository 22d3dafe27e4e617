"""XLSX workbooks, read as what they show: formulas are named and not computed, macros and entities refused."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl

from .base import FORMULA, LONGEST_CELL, MOST_COLUMNS, Table, TableRow, UnreadableTable, gathered

MAGIC = b"PK\x03\x04"
#: The sheet of the template that the records stand in; of other workbooks it is the first.
RECORDS = "Records"
MOST_PARTS = 500
EXPANDED_LIMIT = 64 * 1024**2
#: Of all parts: a full table has half as many; time goes with them more than with the size.
MOST_TAGS = 3_000_000
LAST_ROW = 1_048_576
_BLOCK = 1024 * 1024
_DAMAGED = "The workbook is damaged: save it again as XLSX, or as CSV."
_TOO_MUCH = "The workbook expands to far more than a table of records: please split it."
_DATE = "The cell holds a date, into which spreadsheets turn some texts. Format the cell as text and type it again."
#: A document type comes with entities, which may expand without end; workbooks have none.
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_UTF8 = re.compile(rb"(\xef\xbb\xbf)?\s*<[^\x00]")
_MACROS = ("vbaproject.bin", "macrosheets/", "activex/")


def read(content: bytes) -> Table:
    _look_through(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book[RECORDS] if RECORDS in book.sheetnames else book.worksheets[0]
        return gathered("xlsx", _rows(sheet))
    except UnreadableTable:
        raise
    # The library raises whatever comes of what it meets: of a damaged workbook, all sorts of errors.
    except Exception:
        raise UnreadableTable(_DAMAGED) from None


def _look_through(content: bytes) -> None:
    """Refuse what is no workbook, what would run, and what is larger or other than it looks."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
        names = {part.filename.lower() for part in parts}
        if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise UnreadableTable("This is an archive and no XLSX workbook: save the table as XLSX or CSV.")
        if any(name.endswith(_MACROS[0]) or _MACROS[1] in name or _MACROS[2] in name for name in names):
            raise UnreadableTable("The workbook holds macros: save it as XLSX, which has none.")
        if any(part.flag_bits & 1 for part in parts):
            raise UnreadableTable("The workbook is locked with a password: save it without one.")
        # What a part says of its size is all that is ever read of it.
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > EXPANDED_LIMIT:
            raise UnreadableTable(_TOO_MUCH)
        written = [part for part in parts if part.filename.lower().endswith((".xml", ".rels", ".vml"))]
        if sum(_tags(archive, part) for part in written) > MOST_TAGS:
            raise UnreadableTable(_TOO_MUCH)
    except UnreadableTable:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, struct.error):
        raise UnreadableTable(_DAMAGED) from None


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many tags a part has; refused where it declares anything, or hides that by its encoding."""
    tags, tail = 0, b""
    with archive.open(part) as file:
        while block := file.read(_BLOCK):
            if (not tail and not _UTF8.match(block)) or _DECLARATION.search(tail + block):
                raise UnreadableTable(
                    "The workbook holds parts that no spreadsheet writes; it is not read, for safety."
                )
            tail = block[-16:]
            tags += block.count(b"<")
    return tags


def _rows(sheet: Any) -> Iterator[TableRow]:
    # What a sheet says of its own size may be wrong.
    sheet.reset_dimensions()
    blank = None
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=LAST_ROW), start=1):
        # For each of the rows that a sheet leaves out, and there may be a million, comes the same one.
        if row is blank:
            continue
        cells, faults = [], {}
        for place, cell in enumerate(row):
            text, fault = _shown(cell)
            cells.append(text)
            if fault:
                faults[place] = fault
        blank = row if not any(cells) else blank
        yield TableRow(number, tuple(cells), faults)


def _shown(cell: Any) -> tuple[str, str]:
    """What a cell shows, and what is wrong with it."""
    value, fault = cell.value, ""
    if cell.data_type == "f":
        value, fault = getattr(value, "text", None) or value, FORMULA
    elif cell.data_type == "e":
        fault = f"The cell holds the error {str(value)[:20]}."
    elif isinstance(value, (datetime, date, time, timedelta)):
        fault = _DATE
    elif isinstance(value, bool):
        value = str(value).upper()
    elif isinstance(value, (int, float)):
        value = _number(value, str(cell.number_format or ""))
    return "" if value is None else str(value)[: LONGEST_CELL + 1], fault


def _number(value: float, shown_as: str) -> str:
    """Fifteen digits, as many as a spreadsheet keeps; per cent as it is shown."""
    if shown_as.endswith("%"):
        return f"{value * 100:.15g}%"
    return f"{value:.15g}"
