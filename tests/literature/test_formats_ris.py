"""What RIS says, as citations, whichever program wrote it."""

import io

import pytest

from apps.literature.choices import ReferenceType, RetractionState
from apps.literature.formats import Problem, RawRecord, Reader, Unreadable
from apps.literature.formats.citation import Author, Citation
from apps.literature.formats.names import author_of
from tests.literature import shared_files


def read(text: str) -> tuple[list[Citation], list[Problem]]:
    items = list(Reader(io.BytesIO(text.encode())))
    return [each for each in items if isinstance(each, Citation)], [each for each in items if isinstance(each, Problem)]


def one(*fields: str, type: str = "JOUR") -> Citation:
    citations, problems = read("\n".join((f"TY  - {type}", *fields, "ER  - ")))
    assert problems == []
    return citations[0]


def test_reads_every_field():
    citation = one(
        "AU  - van der Ex, Ada, Jr.",
        "A2  - Editor, Eve",
        "A1  - Solo,S.B.",
        "TI  - The <i>CSF1R</i> axis &amp; more",
        "in stroma",
        "T2  - Journal of Examples",
        "J2  - J Ex",
        "PY  - 2020/01/31/",
        "DA  - Jan",
        "VL  - 7",
        "IS  - 2",
        "SP  - 10",
        "EP  - 18",
        "LA  - eng",
        "DO  - https://doi.org/10.1000/ABC",
        "C2  - PMC42",
        "AN  - 123",
        "DP  - NLM",
        "AB  - Short.",
        "KW  - Macrophages",
        "Stroma",
        "M3  - Review",
        "SN  - 1234-5678",
    )
    assert citation == Citation(
        position=1,
        pmid=123,
        doi="10.1000/abc",
        pmcid="PMC42",
        title="The CSF1R axis & more in stroma",
        abstract="Short.",
        journal="Journal of Examples",
        year=2020,
        volume="7",
        issue="2",
        pages="10–18",
        language="eng",
        authors=(Author("van der Ex", "Ada Jr."), Author("Solo", "S.B.")),
        reference_type=ReferenceType.REVIEW,
        publication_types=("Review",),
    )


# --- identifiers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "doi"),
    [
        (["DO  - doi:10.1000/A.B."], "10.1000/a.b"),
        (["DO  - 10.1890/0012-9615(1999)069[0569:EDILSA]2.0.CO;2"], "10.1890/0012-9615(1999)069[0569:edilsa]2.0.co;2"),
        (["DO  - none", "M3  - 10.1000/m3"], "10.1000/m3"),
        (["N1  - 1234-5678", "doi: 10.1000/n1"], "10.1000/n1"),
        (["UR  - http://dx.doi.org/10.1000/a%2Fb"], "10.1000/a/b"),
        (["UR  - https://publisher.example/doi/10.1000/page/full"], None),
        (["N1  - References: Noe, 2001, doi: 10.1000/cited"], None),
        (["L3  - 10.1000/related"], None),
    ],
)
def test_doi_is_that_of_the_record_wherever_it_stands(fields, doi):
    assert one(*fields).doi == doi


@pytest.mark.parametrize(
    ("fields", "pmid"),
    [
        (["AN  - 123", "DB  - Ovid MEDLINE(R)"], 123),
        (["AN  - 123", "DB  - Scopus"], None),
        (["AN  - WOS:000123", "DB  - Medline"], None),
        (["C5  - 123", "DB  - Embase", "DB  - Medline"], 123),
        (["N1  - Notes", "PMID: 123"], 123),
        (["C3  - PUBMED 12345678,EMBASE 2001"], 12345678),
        (["UR  - https://pubmed.ncbi.nlm.nih.gov/123/"], 123),
        (["UR  - https://europepmc.org/article/MED/123"], 123),
        (["UR  - https://example.org/123/"], None),
    ],
)
def test_pmid_is_a_number_that_is_said_to_be_one(fields, pmid):
    assert one(*fields).pmid == pmid


def test_a_doi_that_is_none_is_left_out_and_told():
    citation = one("DO  - in press")
    assert (citation.doi, citation.notes) == (None, ("“in press” is no DOI and was left out.",))


# --- what others write differently ------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        (["PY  - 2001///"], 2001),
        (["PY  - Year", "Y1  - 2002/october"], 2002),
        (["Y1  - 1900/01/01", "DA  - 1950/01/01"], 1950),
        (["DA  - Jun 1", "PY  - 20030506"], 2003),
        (["PY  - 99", "Y2  - 2004"], None),
    ],
)
def test_year_is_the_first_of_the_dates_of_publication_that_has_one(dates, year):
    assert one(*dates).year == year


@pytest.mark.parametrize(
    ("fields", "journal"),
    [
        (["JA  - J Ex", "JF  - Journal of Examples"], "Journal of Examples"),
        (["JO  - J Ex", "T2  - "], "J Ex"),
        (["T2  - A Series"], "A Series"),
    ],
)
def test_journal_is_the_fullest_of_its_names(fields, journal):
    assert one(*fields).journal == journal


def test_the_series_of_a_book_is_no_journal():
    citation = one("T2  - A Series", "BT  - The Book", type="BOOK")
    assert (citation.title, citation.journal, citation.reference_type) == ("The Book", "", ReferenceType.BOOK)


@pytest.mark.parametrize(
    ("type", "fields", "kind", "state"),
    [
        ("JOUR", [], ReferenceType.ARTICLE, RetractionState.NONE),
        ("Journal Article", [], ReferenceType.ARTICLE, RetractionState.NONE),
        ("CHAP", ["M3  - Review"], ReferenceType.BOOK, RetractionState.NONE),
        ("JOUR", ["N1  - Noe, Una", "Meta-Analysis", "Review"], ReferenceType.META_ANALYSIS, RetractionState.NONE),
        ("JOUR", ["N1  - x", "Retracted Publication"], ReferenceType.ARTICLE, RetractionState.RETRACTED),
        ("JOUR", ["TI  - RETRACTED ARTICLE: Wrong"], ReferenceType.ARTICLE, RetractionState.RETRACTED),
        ("JOUR", ["TI  - [Withdrawn] Wrong"], ReferenceType.ARTICLE, RetractionState.WITHDRAWN),
        ("JOUR", ["TI  - Retracted results"], ReferenceType.ARTICLE, RetractionState.NONE),
        ("JOUR", ["TI  - Retraction: Wrong", "M3  - Retraction"], ReferenceType.NOTICE, RetractionState.NONE),
        ("JOUR", ["M3  - Article; Meeting Abstract"], ReferenceType.ABSTRACT, RetractionState.NONE),
        ("PAT", [], ReferenceType.OTHER, RetractionState.NONE),
    ],
)
def test_kind_and_state_come_from_the_words_of_the_database(type, fields, kind, state):
    citation = one(*fields, type=type)
    assert (citation.reference_type, citation.retraction_state) == (kind, state)


def test_an_abstract_may_stand_in_either_place_and_be_wrapped():
    assert (
        one("N2  - First,", "ER-positive then", "PD - 1 blocked").abstract == "First, ER-positive then PD - 1 blocked"
    )
    assert one("N2  - A note.", "AB  - One.", "AB  - Two.").abstract == "One.\nTwo."


def test_tags_with_one_blank_are_read_where_the_file_writes_all_so():
    citations, problems = read("TY - JOUR\nTI - One\nER -\nTY - JOUR\nTI - Two\nER -\n")
    assert [each.title for each in citations] == ["One", "Two"]
    assert problems == []


def test_the_blank_after_the_tag_may_be_missing():
    citations, problems = read("TY  -JOUR\nTI  -One\nER  -\n")
    assert [each.title for each in citations] == ["One"]
    assert problems == []


def test_words_between_records_are_passed_over():
    citations, problems = read("Record #1 of 2\n1.\nTY  - JOUR\nTI  - One\nER  -\nRecord #2\n2.\nTY  - JOUR\nER  - x\n")
    assert [each.title for each in citations] == ["One", ""]
    assert problems == []


def test_a_record_without_type_or_end_is_one():
    citations, problems = read("TY  - JOUR\nTI  - One\nTY  - BOOK\nTI  - Two\nER  -\nTI  - Three\nER  -\nTY  - JOUR")
    assert [each.title for each in citations] == ["One", "Two", "Three", ""]
    assert [(each.position, each.fatal) for each in problems] == [(None, False)]
    assert "no end" in problems[0].reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\n", "Web of Science's own format"),
        ("%0 Journal Article\n%T Title\n", "EndNote's or Refer's own format"),
        ("RT Journal Article\nSR Electronic\n", "RefWorks' own format"),
    ],
)
def test_relatives_are_refused_with_the_way_out(text, words):
    with pytest.raises(Unreadable, match=words):
        Reader(io.BytesIO(text.encode()))


def test_the_same_record_has_the_same_digest_wherever_it_stands():
    def digests(text: str) -> list[bytes]:
        return [each.digest for each in Reader(io.BytesIO(text.encode())).records() if isinstance(each, RawRecord)]

    one, two = "TY  - JOUR\nTI  - One\nER  -\n", "TY  - JOUR\nTI  - Two\nER  -\n"
    assert digests(one + two) == digests(f"\ufeff\n{two}2.\n{one}")[::-1]


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Noe, Una B.", Author("Noe", "Una B.")),
        ("Noe, Jr., Una", Author("Noe", "Una Jr.")),
        ("Noe, Una, III", Author("Noe", "Una III")),
        ("de la Noe, Una", Author("de la Noe", "Una")),
        ("Noe U.B.", Author("Noe", "U.B.")),
        ("van Noe UB", Author("van Noe", "UB")),
        ("Una B. Noe", Author("Noe", "Una B.")),
        ("Una van der Noe", Author("van der Noe", "Una")),
        ("U. NOE", Author("NOE", "U.")),
        ("Una Noe Jr", Author("Noe", "Una Jr")),
        ("Noe", Author("Noe")),
        ("Noe,", Author("Noe")),
        ("朱德泉", Author("朱德泉")),
        ("熊 玮", Author("熊", "玮")),
        ("World Health Organization", Author(collective="World Health Organization")),
        ("Friends of Stroma,", Author(collective="Friends of Stroma")),
        (" ; ", None),
        (",.", None),
    ],
)
def test_reads_a_name_in_any_order(name, author):
    assert author_of(name) == author


@shared_files.needed
def test_reads_the_real_files_exactly():
    fields, right, files, said = shared_files.score("ris")
    assert (fields, right) == (100, files), said
