"""What EndNote XML says, as citations."""

import io

import pytest

from apps.literature.choices import ReferenceType
from apps.literature.formats import Problem, Reader, Unreadable
from apps.literature.formats.citation import Author, Citation


def style(text: str) -> str:
    return f'<style face="normal" font="default" size="100%">{text}</style>'


def record(*, kind: str = "Journal Article", title: str = "On stroma", inside: str = "") -> str:
    return (
        f'<record><database name="a.enl">a.enl</database><ref-type name="{kind}">17</ref-type>'
        f"<titles><title>{style(title)}</title></titles>{inside}</record>"
    )


def library(*records: str, between: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" ?><xml><records>{between.join(records)}</records></xml>'.encode()


def read(content: bytes) -> tuple[list[Citation], list[Problem]]:
    items = list(Reader(io.BytesIO(content)))
    return [each for each in items if isinstance(each, Citation)], [each for each in items if isinstance(each, Problem)]


def one(markup: str) -> Citation:
    citations, problems = read(library(markup))
    assert problems == []
    return citations[0]


def test_reads_every_field_of_a_record():
    parts = {
        "volume": "7",
        "number": "2",
        "pages": "10-18",
        "accession-num": "123",
        "custom2": "PMC42",
        "electronic-resource-num": "10.1000/ABC",
        "remote-database-provider": "NLM",
        "language": "eng",
    }
    inside = (
        f"<contributors><authors><author>{style('Noe, U. N.')}</author><author>{style('Ex, Ada, Jr.')}</author>"
        f"<author>{style('The Stroma Group,')}</author></authors>"
        f"<secondary-authors><author>{style('Editor, E.')}</author></secondary-authors></contributors>"
        f"<periodical><full-title>{style('Journal of Examples')}</full-title></periodical>"
        f"<dates><year>{style('2020')}</year></dates><abstract>{style('AIMS: To&#xD;look at ')}{style('x')}.</abstract>"
    )
    inside += "".join(f"<{name}>{style(value)}</{name}>" for name, value in parts.items())
    assert one(record(title="Growth &amp; <b>H</b>&lt;sub&gt;2&lt;/sub&gt;O", inside=inside)) == Citation(
        position=1,
        pmid=123,
        doi="10.1000/abc",
        pmcid="PMC42",
        title="Growth & H2O",
        abstract="AIMS: To look at x.",
        journal="Journal of Examples",
        year=2020,
        volume="7",
        issue="2",
        pages="10-18",
        language="eng",
        authors=(Author("Noe", "U. N."), Author("Ex", "Ada Jr."), Author(collective="The Stroma Group")),
        reference_type=ReferenceType.ARTICLE,
    )


@pytest.mark.parametrize(
    ("origin", "pmid"),
    [
        ("<remote-database-provider>NLM</remote-database-provider>", 123),
        ("<remote-database-name>PubMed</remote-database-name>", 123),
        ("<urls><related-urls><url>http://www.ncbi.nlm.nih.gov/pubmed/123</url></related-urls></urls>", 123),
        ("<urls><related-urls><url>http://www.ncbi.nlm.nih.gov/pubmed/1234</url></related-urls></urls>", None),
        ("<remote-database-name>CINAHL</remote-database-name>", None),
        ("", None),
    ],
)
def test_an_accession_number_is_a_pmid_only_where_pubmed_is_named(origin, pmid):
    assert one(record(inside=f"<accession-num>{style('123')}</accession-num>{origin}")).pmid == pmid


@pytest.mark.parametrize(
    ("said", "doi"),
    [("https://doi.org/10.1000/A", "10.1000/a"), ("10.1000/a [doi]", "10.1000/a"), ("doi: 10.1000/a", "10.1000/a")],
)
def test_a_doi_is_found_in_what_stands_for_it(said, doi):
    assert one(record(inside=f"<electronic-resource-num>{said}</electronic-resource-num>")).doi == doi


def test_what_is_no_doi_is_left_out_and_told():
    citation = one(record(inside="<electronic-resource-num>see website</electronic-resource-num>"))
    assert (citation.doi, citation.notes) == (None, ("“see website” is no DOI and was left out.",))


def test_characters_that_no_xml_may_hold_are_dropped():
    citations, problems = read(library(record(title="On\x02 stro&#x2;&#8;ma &#x41;&#10;&#xD;B"), record()))
    assert [each.title for each in citations] == ["On stroma A B", "On stroma"]
    assert problems == []


@pytest.mark.parametrize("between", ["", "\n ", "<!-- <record> -->"])
@pytest.mark.parametrize("root", ["<xml>\n<records>{}</records></xml>", "<records>{}</records>", "<xml><records>{}"])
def test_records_are_found_in_every_shape(root, between):
    content = root.format(between.join([record()] * 3)).encode()
    citations, problems = read(content)
    assert len(citations) == 3
    assert [each.fatal for each in problems] == ([] if content.endswith(b">") and b"</records>" in content else [True])


def test_reads_utf_16_that_declares_utf_8():
    assert [each.title for each in read(library(record(title="Größe")).decode().encode("utf-16"))[0]] == ["Größe"]


@pytest.mark.parametrize("content", ["<xml><records/></xml>", "<xml><records></records></xml>"])
def test_a_library_without_records_is_told(content):
    assert read(content.encode()) == ([], [Problem(None, "", "The file holds no records.")])


def test_a_damaged_record_stops_the_reading_there_and_names_the_line():
    citations, problems = read(library(record(), record().replace("</titles>", "</title>"), record(), between="\n"))
    assert len(citations) == 1
    assert problems[0].fatal
    assert "not well-formed XML on line 2" in problems[0].reason


def test_libraries_of_old_programs_are_told():
    with pytest.raises(Unreadable) as refusal:
        Reader(io.BytesIO(b"<XML><RECORDS><RECORD><REFERENCE_TYPE>0</REFERENCE_TYPE></RECORD></RECORDS></XML>"))
    assert "EndNote 7 or older" in refusal.value.reason


@pytest.mark.parametrize("content", [b"<xml><other/></xml>", b"<records><record><marc/></record></records>"])
def test_other_xml_of_the_same_names_is_not_taken_for_it(content):
    with pytest.raises(Unreadable):
        Reader(io.BytesIO(content))
