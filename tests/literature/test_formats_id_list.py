"""Identifiers as people list them: pasted, prefixed, in tables, among words."""

import io
import tracemalloc

import pytest

from apps.literature.formats import Citation, Problem, Reader, Unreadable
from tests.literature import shared_files


def read(text: str | bytes, format: str = "auto") -> tuple[list[tuple[object, ...]], list[Problem]]:
    content = text.encode() if isinstance(text, str) else text
    items = list(Reader(io.BytesIO(content), format))
    ids = [(each.pmid, each.doi, each.pmcid) for each in items if isinstance(each, Citation)]
    return ids, [each for each in items if isinstance(each, Problem)]


def pmid(number: int) -> tuple[object, ...]:
    return number, None, None


def doi(text: str) -> tuple[object, ...]:
    return None, text, None


def pmcid(text: str) -> tuple[object, ...]:
    return None, None, text


def test_says_nothing_but_the_identifier():
    assert list(Reader(io.BytesIO(b"33474827\n"))) == [Citation(position=1, pmid=33474827)]


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ("33474827", [pmid(33474827)]),
        ("\ufeff  PMID: 33474827 ", [pmid(33474827)]),
        ("pmid33474827", [pmid(33474827)]),
        ("PMID-33474827", [pmid(33474827)]),
        ("PMID - 33474827", [pmid(33474827)]),
        ("PubMed ID: 33474827", [pmid(33474827)]),
        ("30271887.2", [pmid(30271887)]),
        ("12. 33474827", [pmid(33474827)]),
        ("• 33474827", [pmid(33474827)]),
        ("https://pubmed.ncbi.nlm.nih.gov/33474827/?dopt=Abstract", [pmid(33474827)]),
        ("http://www.ncbi.nlm.nih.gov/pubmed/33474827", [pmid(33474827)]),
        ("https://europepmc.org/article/MED/33474827", [pmid(33474827)]),
        ("33474827[pmid] OR 36825522[uid]", [pmid(33474827), pmid(36825522)]),
        ("33474827, 36825522; 38513076,38513077", [pmid(33474827), pmid(36825522), pmid(38513076), pmid(38513077)]),
        ("10.1000/ABC.", [doi("10.1000/abc")]),
        ("<doi: 10.1000/abc>", [doi("10.1000/abc")]),
        ("(https://doi.org/10.1000/a(b)c)", [doi("10.1000/a(b)c")]),
        ("https://publisher.example/doi/full/10.1000/abc/full?x=1", [doi("10.1000/abc")]),
        ("10.1890/0012-9615(1999)069[0569:E]2.0.CO;2", [doi("10.1890/0012-9615(1999)069[0569:e]2.0.co;2")]),
        ("10.1000/a,10.1000/b;10.1000/c,d", [doi("10.1000/a"), doi("10.1000/b"), doi("10.1000/c,d")]),
        ("10.1000/a,33474827,PMC42", [doi("10.1000/a"), pmid(33474827), pmcid("PMC42")]),
        ("PMCID: PMC42.1", [pmcid("PMC42.1")]),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC42/", [pmcid("PMC42")]),
        ("Noe U. Stroma. 2001;7:10-18. doi:10.1000/abc. PMID: 33474827.", [doi("10.1000/abc"), pmid(33474827)]),
    ],
)
def test_reads_what_stands_on_a_line(line, ids):
    assert read(f"33474820\n{line}\n") == ([pmid(33474820), *ids], [])


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("not-an-id", "not-an-id"),
        ("0", "0"),
        ("12345678901", "12345678901"),
        ("Noe U. Stroma. 2001", "Noe U. Stroma. 2001"),
        ("PMID: none", "PMID: none"),
        ("x" * 200, "x" * 80 + "…"),
    ],
)
def test_what_is_no_identifier_is_told_with_its_line(line, shown):
    ids, problems = read(f"# A comment\n\n33474827\n{line}\n36825522\n")
    assert ids == [pmid(33474827), pmid(36825522)]
    assert problems == [Problem(2, shown, f"Line 4: “{shown}” is no PMID, DOI or PMCID.")]


def test_a_number_that_is_none_does_not_hide_its_neighbours():
    ids, problems = read("33474827, 0, 36825522")
    assert ids == [pmid(33474827), pmid(36825522)]
    assert [each.identifier for each in problems] == ["0"]


def test_a_list_in_which_each_number_is_called_a_pmid_is_no_medline_text():
    assert read("PMID- 33474827\nPMID- 36825522\n") == ([pmid(33474827), pmid(36825522)], [])


def test_a_heading_over_one_column_is_no_problem():
    assert read("PMID\n33474827\n") == ([pmid(33474827)], [])


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_reads_the_columns_of_a_table(delimiter):
    rows = [
        ["PMID", "Title", "Year", "PMC ID", "DOI"],
        ["33474827", "Stroma", "2021", "PMC42", "10.1000/a"],
        ["", "Niche", "2001", "", "https://doi.org/10.1000/B"],
        ["36825522.0", "Margin", "1999", "43", ""],
        ["n/a", "Lost", "1999", "", ""],
        ["38513076|38513077", "Two", "2020", "", ""],
    ]
    ids, problems = read("\n".join(delimiter.join(row) for row in rows))
    assert ids == [
        (33474827, "10.1000/a", "PMC42"),
        doi("10.1000/b"),
        (36825522, None, "PMC43"),
        pmid(38513076),
        pmid(38513077),
    ]
    assert [(each.position, each.reason[:7]) for each in problems] == [(4, "Line 5:")]


def test_a_cell_of_a_table_may_hold_separators_and_lines():
    text = 'pmid,title\n33474827,"Stroma, the\nmargin ""and"" more"\n36825522,x\nnone,y\n'
    ids, problems = read(text)
    assert ids == [pmid(33474827), pmid(36825522)]
    assert problems[0].reason.startswith("Line 5: “none,y”")


def test_a_quotation_mark_that_is_not_closed_is_told_and_costs_little():
    rows = "".join(f"{number},Title {number}\n" for number in range(33_000_000, 33_040_000))
    file = io.BytesIO(f'pmid,title\n1234567,"open\n{rows}'.encode())
    tracemalloc.start()
    items = list(Reader(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(items[0], Problem)
    assert len(items) > 30_000
    assert peak < 25_000_000


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3\n4,5,6\n",
        "Dear all,\nplease read this\nand that\nhttps://doi.org/10.1000/a\nBest wishes\n",
        "<a href='https://doi.org/10.1000/a'>A</a>\n",
        '{"doi": "10.1000/a"}',
        "gene,score\nCSF1R,12345\nKDR,23456\n",
    ],
)
def test_other_texts_are_no_lists(text):
    with pytest.raises(Unreadable):
        Reader(io.BytesIO(text.encode()))


def test_a_text_with_few_identifiers_is_refused_with_the_way_out():
    with pytest.raises(Unreadable, match="Of the first 3 lines only 1 hold"):
        Reader(io.BytesIO(b"One\nTwo\nsee doi:10.1000/a\n"))


def test_a_list_of_any_length_is_read_in_flat_memory():
    file = io.BytesIO(b"".join(b"%d\n" % number for number in range(30_000_000, 30_050_000)))
    tracemalloc.start()
    count = sum(1 for _ in Reader(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 6_000_000


@shared_files.needed
def test_reads_the_real_files():
    fields, right, files, said = shared_files.score("id_lists")
    # One list has three PMIDs on one line, which are three references here and one record there.
    assert fields > 98, said
    assert right >= files - 1, said
