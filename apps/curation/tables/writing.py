"""Tables for spreadsheets: CSV, and XLSX with drop-downs and a sheet that explains them."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from .base import MOST_ROWS
from .workbook import RECORDS

_NUMBER = re.compile(r"[-+]?[\d.,]+%?")
# What a spreadsheet would take for the beginning of a formula (and run).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What XML cannot hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_VALUES = "Values"
_WIDTH = 26
_PROMPT = 250
_TITLE = 32
_HEAD = PatternFill("solid", fgColor="E8E3F0")


@dataclass(frozen=True, slots=True)
class Choice:
    """What one column of a workbook says when a cell of it is chosen, and what it offers.

    ``strict``: nothing but what is offered; else one may type other things too, such as several of them.
    """

    title: str
    help: str
    values: tuple[str, ...] = ()
    strict: bool = True


def inert(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula; ``base.clean`` takes the mark off again."""
    stripped = text.lstrip(" ")
    return f"'{text}" if stripped.startswith(_FORMULA) and not _NUMBER.fullmatch(stripped) else text


def written_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with the mark at the start that tells spreadsheets so."""
    text = io.StringIO()
    csv.writer(text).writerows([inert(cell) for cell in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode("utf-8", "replace")


def written_workbook(
    rows: Iterable[Sequence[str]], choices: Sequence[Choice | None], instructions: Iterable[Sequence[str]] = ()
) -> bytes:
    """A workbook: the rows as text with the head row fixed, the drop-downs of ``choices``, the instructions."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(RECORDS)
    sheet.freeze_panes = "A2"
    for place in range(1, len(choices) + 1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = _WIDTH
        # Text, or a spreadsheet would make dates and numbers of what is typed.
        dimension.number_format = "@"
    lists = [choice.values for choice in choices if choice and choice.values]
    for place, choice in enumerate(choices, start=1):
        if choice:
            sheet.data_validations.append(_validation(choice, get_column_letter(place), lists))
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, text, head=number == 0) for text in row])
    _explain(book, instructions)
    _offer(book, lists)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: object, text: str, *, head: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, None)
    cell.value = _NO_XML.sub("", text)
    # Whatever it begins with, it is text.
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(vertical="top", wrap_text=len(text) > 2 * _WIDTH)
    if head:
        cell.font = Font(bold=True)
        cell.fill = _HEAD
    return cell


def _validation(choice: Choice, column: str, lists: list[tuple[str, ...]]) -> DataValidation:
    where = f"{column}2:{column}{MOST_ROWS + 1}"
    rule = DataValidation(
        type="list" if choice.values else None,
        allow_blank=True,
        showInputMessage=True,
        showErrorMessage=bool(choice.values) and choice.strict,
        promptTitle=choice.title[:_TITLE],
        prompt=choice.help[:_PROMPT],
        errorTitle=choice.title[:_TITLE],
        error="Choose one of the values that are offered.",
        sqref=where,
    )
    if choice.values:
        letters = get_column_letter(lists.index(choice.values) + 1)
        rule.formula1 = f"{quote_sheetname(_VALUES)}!${letters}$1:${letters}${len(choice.values)}"
    return rule


def _explain(book: Workbook, instructions: Iterable[Sequence[str]]) -> None:
    told = list(instructions)
    if not told:
        return
    sheet = book.create_sheet("Instructions")
    for place, width in enumerate((24, 28, 70, 60), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row in told:
        sheet.append([_cell(sheet, text) for text in row])


def _offer(book: Workbook, lists: list[tuple[str, ...]]) -> None:
    if not lists:
        return
    sheet = book.create_sheet(_VALUES)
    sheet.sheet_state = "hidden"
    for place in range(max(map(len, lists))):
        sheet.append([_cell(sheet, values[place]) if place < len(values) else None for values in lists])
