"""Spreadsheets of every kind are read as rows of text, and nothing in one can hurt."""

import io
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from apps.curation.tables import UnreadableTable, base, cell_name, clean, read_table, workbook, writing

HEAD, BODY = ["reference", "target", "summary"], ["PMID:1", "CSF1R", "größer; “so”"]


def read(content):
    return read_table(io.BytesIO(content))


def rows(table):
    return [list(row.cells) for row in table.rows]


def book_of(*lines, title="Sheet") -> bytes:
    book = Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(content: bytes, name: str, text: str | bytes) -> bytes:
    """A workbook with one more part, or another one in the place of one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, text)
    return stream.getvalue()


def part_of(content: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_text_is_read_whatever_wrote_it(separator, encoding, ends):
    quoted = '"größer; “so”"'
    text = ends.join([separator.join(HEAD), separator.join([*BODY[:2], quoted])]) + ends
    table = read(text.encode(encoding))
    assert (list(table.header), rows(table)) == (HEAD, [BODY])


def test_a_line_that_says_the_separator_is_no_row():
    table = read(b"sep=;\nreference;target\nPMID:1;A,B\n")
    assert (table.header, rows(table), table.rows[0].number) == (("reference", "target"), [["PMID:1", "A,B"]], 2)


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    table = read(b'a,b\n1,"two\nlines"\n\n,\n2,x\n')
    assert [row.number for row in table.rows] == [2, 5]


def test_a_quotation_mark_that_is_not_closed_is_told_with_its_row():
    with pytest.raises(UnreadableTable, match="Row 3 cannot be told apart"):
        read(b'a,b\n1,2\n3,"four\n5,6\n')


def test_a_workbook_is_read_as_it_shows():
    table = read(book_of([*HEAD, "n"], [*BODY, 25428505], [None, 0.1 + 0.2, True, 2.0]))
    assert rows(table) == [[*BODY, "25428505"], ["", "0.3", "TRUE", "2"]]


def test_the_sheet_of_the_template_is_read_wherever_it_stands():
    book = Workbook()
    book.active.append(["Instructions"])
    sheet = book.create_sheet(workbook.RECORDS)
    sheet.append(HEAD)
    sheet.append(BODY)
    stream = io.BytesIO()
    book.save(stream)
    assert read(stream.getvalue()).header == tuple(HEAD)


def test_per_cent_is_read_as_it_is_shown():
    book = Workbook()
    book.active.append(["effect_value"])
    book.active.append([0.58])
    book.active["A2"].number_format = "0%"
    stream = io.BytesIO()
    book.save(stream)
    assert rows(read(stream.getvalue())) == [["58%"]]


def test_formulas_dates_and_errors_are_named_and_not_computed():
    row = read(book_of(["a", "b", "c"], ["=1+1", date(2024, 3, 1), "#N/A"])).rows[0]
    assert row.cells[0] == "=1+1"
    assert [row.faults[place].split(",")[0] for place in (0, 1)] == [
        "The cell holds a formula",
        "The cell holds a date",
    ]
    assert row.faults[2] == "The cell holds the error #N/A."
    assert "formula" in read(b"a,b\n=cmd|' /C calc'!A0,1\n").rows[0].faults[0]


def test_a_text_that_looks_like_a_formula_goes_out_and_comes_back_as_text():
    for written in (
        writing.written_csv([["a"], ["@SUM(A1)"]]),
        writing.written_workbook([["a"], ["@SUM(A1)"]], [None]),
    ):
        assert rows(read(written)) == [["@SUM(A1)"]]
    assert b"'@SUM" in writing.written_csv([["@SUM(A1)"]])
    assert b"'" not in writing.written_csv([["-0.58"], ["+1,5%"]])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"reference,target\n", "no rows below"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "old kind"),
        (b"%PDF-1.4\x00\x01\x02binary", "neither CSV nor"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"a,b\n" + b"1,2\n" * (base.MOST_ROWS + 1), "more than 5,000 rows"),
        (b"a," * 300 + b"\n1\n", "more than 200 cells"),
    ],
    ids=range(8),
)
def test_what_is_no_table_is_refused_in_words(content, reason):
    with pytest.raises(UnreadableTable, match=reason):
        read(content)


def test_a_file_beyond_the_limit_is_refused():
    with pytest.raises(UnreadableTable, match="larger than 20 MB"):
        read(b"a" * (base.MOST_BYTES + 1))


def test_archives_that_are_no_workbooks_are_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("records.csv", "a,b\n")
    with pytest.raises(UnreadableTable, match="no XLSX workbook"):
        read(stream.getvalue())


SHEET = "xl/worksheets/sheet1.xml"


def test_workbooks_with_macros_are_refused():
    with pytest.raises(UnreadableTable, match="macros"):
        read(with_part(book_of(HEAD, BODY), "xl/vbaProject.bin", b"x"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_anything_expands(encoding):
    content = book_of(HEAD, BODY)
    declared = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
    bomb = part_of(content, SHEET).replace("<worksheet", f"{declared}<worksheet", 1)
    with pytest.raises(UnreadableTable, match="for safety"):
        read(with_part(content, SHEET, bomb.encode(encoding)))


def test_bombs_are_refused_by_what_they_expand_to():
    with pytest.raises(UnreadableTable, match="expands"):
        read(with_part(book_of(HEAD, BODY), "xl/media/image1.bin", b"\x00" * (workbook.EXPANDED_LIMIT + 1)))


def test_a_sheet_of_nothing_but_tags_is_refused():
    content = book_of(HEAD, BODY)
    many = part_of(content, SHEET).replace("</sheetData>", "<row/>" * workbook.MOST_TAGS + "</sheetData>")
    with pytest.raises(UnreadableTable, match="expands"):
        read(with_part(content, SHEET, many))


def test_a_cell_in_the_last_corner_costs_nothing():
    content = book_of(HEAD, BODY)
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    assert rows(read(with_part(content, SHEET, part_of(content, SHEET).replace("</sheetData>", far)))) == [BODY]


def test_a_damaged_workbook_is_told():
    content = book_of(HEAD, BODY)
    for broken in (content[: len(content) // 2], with_part(content, SHEET, "<worksheet><sheetData><row")):
        with pytest.raises(UnreadableTable, match="damaged"):
            read(broken)


def test_a_cell_that_is_too_long_is_cut_and_named():
    row = read(b"a,b\n" + b"x" * (base.LONGEST_CELL + 5) + b",y\n").rows[0]
    assert (len(row.cells[0]), row.faults) == (base.LONGEST_CELL, {0: base.TOO_LONG})


@pytest.mark.parametrize(("place", "name"), [(0, "A7"), (25, "Z7"), (26, "AA7"), (701, "ZZ7"), (702, "AAA7")])
def test_cells_are_named_as_spreadsheets_name_them(place, name):
    assert cell_name(place, 7) == name


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_whatever_is_written_is_read_back(lines):
    lines = [[" ".join(clean(cell).split()) for cell in line] for line in lines]
    lines = [["" if cell.startswith(("'", "=")) or not cell.isprintable() else cell for cell in line] for line in lines]
    kept = [line for line in lines if any(line)]
    if not kept:
        return
    for written in (writing.written_csv([HEAD, *lines]), writing.written_workbook([HEAD, *lines], [None] * 3)):
        assert [[*row, *[""] * (3 - len(row))] for row in rows(read(written))] == kept


def reads_or_refuses(content):
    """Any other exception fails the test."""
    with suppress(UnreadableTable):
        assert read(content).rows


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=400))
def test_whatever_bytes_come_they_are_read_or_refused(content):
    reads_or_refuses(content)
    reads_or_refuses(b"reference,target\n" + content)


WHOLE = book_of(HEAD, BODY, ["=A1", date(2024, 3, 1), 1.5])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=20))
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(place, change):
    reads_or_refuses(WHOLE[:place] + change + WHOLE[place + len(change) :])
    sheet = part_of(WHOLE, SHEET).encode()
    place %= len(sheet)
    reads_or_refuses(with_part(WHOLE, SHEET, sheet[:place] + change + sheet[place:]))
