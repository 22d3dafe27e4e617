"""The columns of a table of records: the fields of the form, in its order, with its words and its choices.

Template, upload, download and the API take them from here, and this takes them from the form; so none of
them can tell of a field that is not there, or miss one that is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from django import forms

from ..content import GROUPS
from ..rules import ANSWERABLE
from ..tables import Table, UnreadableTable, column_letters
from . import fields as reads
from .content import ANSWER_PREFIX, ContentForm

#: A column for the curator's own words; a row whose note begins so is an example, and not read.
NOTE, EXAMPLE = "note", "example"
#: The column that a download adds; not read.
ERRORS = "errors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``codes``: its values with their wording, where nothing else may stand there; ``several``: of them a list."""

    name: str
    label: str
    help: str
    group: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    several: bool = False

    @property
    def wordings(self) -> tuple[str, ...]:
        return tuple(wording for _, wording in self.codes)


def _columns() -> Iterator[Column]:
    for group, names in GROUPS.items():
        for name in names:
            field = ContentForm.base_fields[name]
            yield Column(
                name=name,
                label=str(field.label),
                help=str(field.help_text),
                group=group,
                codes=tuple(_codes(getattr(field, "choices", ()))),
                several=isinstance(field, (forms.MultipleChoiceField, reads.TrialIds, reads.Accessions))
                or bool(getattr(field, "many", False)),
            )
    for rule in ANSWERABLE:
        yield Column(
            name=f"{ANSWER_PREFIX}{rule}",
            label=f"Answer to “{rule}”",
            help="Where the portal asks a question about the row: your answer. The editor reads it.",
        )


def _codes(choices: Iterable) -> Iterator[tuple[str, str]]:
    """The choices, those in groups too, without the empty one."""
    for code, wording in choices:
        if isinstance(wording, (list, tuple)):
            yield from _codes(wording)
        elif code:
            yield str(code), str(wording)


COLUMNS: tuple[Column, ...] = tuple(_columns())
BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with the field of each of its columns (empty: none), and what there is to say of the columns."""

    table: Table
    fields: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def rows(self) -> list[tuple[int, list[str], dict[int, str]]]:
        """The rows that are no examples: number, texts, and what is wrong with cells as cells."""
        noted = self.fields.index(NOTE) if NOTE in self.fields else None
        return [
            (row.number, list(row.cells), dict(row.faults))
            for row in self.table.rows
            if noted is None or not _at(row.cells, noted).strip().lower().startswith(EXAMPLE)
        ]


def recognised(table: Table) -> Sheet:
    """Which column is which field, by name or label. Raises ``UnreadableTable`` where that cannot be told."""
    known = {_plain(column.name): column.name for column in COLUMNS}
    known |= {_plain(column.label): column.name for column in COLUMNS} | {NOTE: NOTE, ERRORS: ""}
    fields: list[str] = []
    remarks: list[str] = []
    for place, head in enumerate(table.header):
        name = known.get(_plain(head))
        if name is None and head:
            remarks.append(_unknown(place, head, known))
        if name and name in fields:
            first = column_letters(fields.index(name))
            raise UnreadableTable(
                f"Two columns, {first} and {column_letters(place)}, are both “{BY_NAME[name].label}”: keep one of them."
                if name in BY_NAME
                else f"Two columns, {first} and {column_letters(place)}, are both notes: keep one of them."
            )
        fields.append(name or "")
    if not any(name in BY_NAME for name in fields):
        raise UnreadableTable(
            "The first row names none of the columns of a record, such as reference, target and cell_types. "
            "Download the template and copy its first row."
        )
    widest = max(len(row.cells) for row in table.rows)
    if widest > len(fields):
        remarks.append(f"Cells from column {column_letters(len(fields))} on have no head and are not read.")
    return Sheet(table, tuple(fields), tuple(remarks))


def _unknown(place: int, head: str, known: dict[str, str]) -> str:
    near = get_close_matches(_plain(head), known, n=1, cutoff=0.75)
    meant = f" Did you mean “{known[near[0]]}”?" if near and known[near[0]] else ""
    return f"Column {column_letters(place)}, “{head[:60]}”, is none of a record and is not read.{meant}"


def _plain(head: str) -> str:
    """A head row’s word without what people change in it: “Cell types” and “cell_types”."""
    return "_".join("".join(letter if letter.isalnum() else " " for letter in head.lower()).split())


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
