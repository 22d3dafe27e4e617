"""Reading the table of Retraction Watch: every row is a report, a problem, or names nobody."""

import gzip
import io
import tracemalloc
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.literature.choices import RetractionState, Source
from apps.literature.formats import Problem, Unreadable
from apps.literature.formats.retraction_watch import reports
from apps.literature.formats.retractions import RetractionReport
from tests.factories.retractions import COLUMNS, retracted, table


def test_a_row_says_who_when_and_why():
    (report,) = reports(table(retracted("22658127", "10.1056/NEJMoa1200690")))
    assert report == RetractionReport(
        position=2,
        pmid=22658127,
        doi="10.1056/nejmoa1200690",
        state=RetractionState.RETRACTED,
        source=Source.RETRACTION_WATCH,
        notice_pmid=33333333,
        notice_doi="10.1000/notice.1",
        noticed_on=date(2021, 5, 3),
        reason="Falsification of Image; Unreliable Results",
    )


@pytest.mark.parametrize(
    ("nature", "state"),
    [
        ("Retraction", "retracted"),
        ("Expression of concern", "expression_of_concern"),
        ("Correction", "corrected"),
        ("REINSTATEMENT", "none"),
    ],
)
def test_each_nature_is_a_state(nature, state):
    (report,) = reports(table(retracted(1, nature=nature)))
    assert report.state == state


def test_rows_that_name_nobody_or_say_nonsense_are_told_apart():
    rows = [retracted(), retracted("x17"), retracted(5, nature="Gossip"), {}, retracted(6)]
    unnamed, no_id, no_nature, report = reports(table(*rows))
    assert unnamed is None
    assert (no_id.position, no_id.identifier) == (3, "x17")
    assert "neither a PMID nor a DOI" in no_id.reason
    assert no_nature.identifier == "5"
    assert "“Gossip” is no nature" in no_nature.reason
    assert (report.pmid, report.position) == (6, 6)


@pytest.mark.parametrize("text", ["", "soon", "13/45/2021 0:00"])
def test_a_day_that_is_none_is_left_out(text):
    (report,) = reports(table(retracted(1, RetractionDate=text)))
    assert report.noticed_on is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_encoding_is_read(encoding):
    (report,) = reports(table(retracted(1, Reason="+Daten gefälscht – “schön”"), encoding=encoding))
    assert report.reason == "Daten gefälscht – “schön”"


def test_cells_hold_line_breaks_and_markup():
    first, second = reports(table(retracted(1, Notes="one\r\ntwo\n\nthree", Reason="+<b>Plagiarism</b>"), retracted(2)))
    assert (first.reason, second.pmid, second.position) == ("Plagiarism", 2, 3)


def test_the_columns_may_stand_in_any_order():
    (report,) = reports(table(retracted(7), columns=[*reversed(COLUMNS), "More"]))
    assert report.pmid == 7


@pytest.mark.parametrize("content", [b"", b"PMID\n1\n", b"\x00\xff" * 500, b"<html>", b'"' + b"x" * 300_000])
def test_another_file_is_refused_with_the_columns_it_lacks(content):
    with pytest.raises(Unreadable, match="no column RetractionNature"):
        next(reports(io.BytesIO(content)))


def test_a_damaged_file_is_read_up_to_the_damage():
    whole = gzip.compress(table(*(retracted(n, Notes=str(n**9) * 9) for n in range(1, 3000))).getvalue())
    *read, last = reports(io.BytesIO(whole[: len(whole) // 2]))
    assert len(read) > 500
    assert isinstance(last, Problem)
    assert last.fatal
    assert "ends too early" in last.reason


def test_memory_does_not_grow_with_the_file():
    class Endless(io.RawIOBase):
        """Sixty thousand rows that are never all there at once."""

        def __init__(self):
            self.head = table().getvalue()
            self.row = table(retracted(4_000_001, Notes="n" * 500)).getvalue()[len(self.head) :]
            self.at, self.left = 0, 60_000

        def seek(self, offset, whence=0):
            self.at += offset if whence else 0
            return self.at

        def tell(self):
            return self.at

        def read(self, size=-1):
            if self.at < 4 and size == 4:
                self.at = 4
                return self.head[:4]
            if self.head:
                head, self.head = self.head, b""
                return head
            rows = min(self.left, max(1, size // len(self.row)))
            self.left -= rows
            return self.row * rows

    tracemalloc.start()
    count = sum(1 for _ in reports(Endless()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 60_000
    assert peak < 8 * 1024**2


@given(st.binary(max_size=400), st.integers(0, 300))
def test_whatever_stands_in_the_file_ends_in_words(noise, at):
    good = table(retracted(1), retracted(2), retracted(3)).getvalue()
    for content in (noise, good[:at] + noise + good[at:]):
        try:
            found = list(reports(io.BytesIO(content)))
        except Unreadable as error:
            found = [Problem(None, "", error.reason)]
        assert all(one is None or isinstance(one, (Problem, RetractionReport)) for one in found)
