"""Tables as text: whatever separates their cells, and in whatever encoding."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from apps.literature.formats.lines import UNDECIDED, encoding_beyond_ascii, encoding_of

from .base import FORMULA, LONGEST_CELL, Table, TableRow, UnreadableTable, gathered

_SEPARATORS = ",;\t"
#: What Excel writes and reads as a first line; it does not show it.
_SAID = re.compile(r"sep=([,;\t])\n")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
#: A quotation mark that is never closed takes in everything up to here.
_LONGEST_FIELD = 10 * LONGEST_CELL


def read(content: bytes) -> Table:
    text = _decoded(content)
    if _CONTROLS.search(text[:4096]):
        raise UnreadableTable("This is neither CSV nor an XLSX workbook: save the table as one of them.")
    if said := _SAID.match(text):
        text = text[said.end() :]
    return gathered("csv", _rows(text, said[1] if said else _separator(text)))


def _decoded(content: bytes) -> str:
    encoding, mark = encoding_of(content)
    content = content[len(mark) :]
    if encoding == UNDECIDED:
        encoding = encoding_beyond_ascii(content)
    text = codecs.decode(content, encoding, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _separator(text: str) -> str:
    """The one that cuts the first row into the most cells."""
    head = text.lstrip("\n")[:100_000]
    return max(_SEPARATORS, key=lambda separator: len(_first(head, separator)))


def _first(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text), delimiter=separator), [])
    except csv.Error:
        return []


def _rows(text: str, separator: str) -> Iterator[TableRow]:
    # The limit is one for the whole process; nothing else here needs a smaller one.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    lines = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(lines, None)
        except csv.Error:
            raise UnreadableTable(
                f"Row {number:,} cannot be told apart into cells: a quotation mark in it is not closed, or followed "
                "by more text. Quotation marks within a cell are written twice."
            ) from None
        if cells is None:
            return
        faults = {place: FORMULA for place, cell in enumerate(cells) if cell.startswith("=") and len(cell) > 1}
        yield TableRow(number, tuple(cells), faults)
