"""What every kind of spreadsheet is read into, and how much of it is taken."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MOST_BYTES = 20 * 1024**2
MOST_ROWS = 5_000
MOST_COLUMNS = 200
#: Characters: of one cell (a draft keeps no longer text), and of all together.
LONGEST_CELL = 20_000
MOST_TEXT = 40_000_000

FORMULA = "The cell holds a formula, which is not computed here. Put the value in its place."
TOO_LONG = f"The cell holds more than {LONGEST_CELL:,} characters. Shorten it."
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
#: What keeps a spreadsheet from taking a text for a formula (``writing.inert``), taken off again.
_INERT = re.compile(r"'(?=\s*[=+\-@])")


class UnreadableTable(Exception):
    """The file is no table that can be read; ``reason`` is a sentence for the person who sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: ``number`` as a spreadsheet counts it, and by place what is wrong with a cell as a cell."""

    number: int
    cells: tuple[str, ...]
    faults: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """The first row that is not empty, and the rows below it that are not. ``kind``: csv, xlsx or json."""

    kind: str
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


def gathered(kind: str, rows: Iterable[TableRow]) -> Table:
    """A table of these rows, trailing empty cells cut off; raises ``UnreadableTable`` beyond the limits."""
    header: tuple[str, ...] = ()
    kept: list[TableRow] = []
    length = 0
    for row in rows:
        cells = _cut(row.cells)
        if not cells:
            continue
        length += sum(map(len, cells))
        if length > MOST_TEXT:
            raise UnreadableTable("The file holds too much text for one table of records: please split it.")
        if not header:
            if len(cells) > MOST_COLUMNS:
                raise UnreadableTable(f"The first row has more than {MOST_COLUMNS} cells: this is no table of records.")
            header = tuple(cell.strip() for cell in cells)
            continue
        if len(kept) == MOST_ROWS:
            raise UnreadableTable(f"The file has more than {MOST_ROWS:,} rows: please split it.")
        kept.append(_checked(row.number, cells, row.faults))
    if not header:
        raise UnreadableTable("The file holds no rows.")
    if not kept:
        raise UnreadableTable("The file has a head row and no rows below it.")
    return Table(kind, header, tuple(kept))


def clean(text: str) -> str:
    """A text that the database can keep, without the mark that kept a spreadsheet from running it."""
    return _INERT.sub("", _UNSTORABLE.sub("", text), count=1) if text.startswith("'") else _UNSTORABLE.sub("", text)


def column_letters(place: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(place: int, number: int) -> str:
    return f"{column_letters(place)}{number}"


def _cut(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return tuple(map(clean, cells[:end]))


def _checked(number: int, cells: tuple[str, ...], faults: Mapping[int, str]) -> TableRow:
    found = dict(faults)
    for place, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            found[place] = TOO_LONG
    return TableRow(number, tuple(cell[:LONGEST_CELL] for cell in cells), found)
