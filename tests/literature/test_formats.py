"""What PubMed XML says, as citations; on small files of our own, and on shared real ones where they are."""

import gzip
import io
import tracemalloc
from datetime import date

import pytest

from apps.literature.choices import LinkKind, ReferenceType, RetractionState, Source
from apps.literature.formats import Problem, RawRecord, Reader, Unreadable, opening, safe_xml
from apps.literature.formats.citation import Author, Citation, Link, clean_doi, clean_pmcid, clean_pmid
from tests.factories.literature import HEADER, article, article_set, many
from tests.literature import shared_files


def read(content: bytes) -> tuple[list[Citation], list[Problem]]:
    items = list(Reader(io.BytesIO(content)))
    return [each for each in items if isinstance(each, Citation)], [each for each in items if isinstance(each, Problem)]


def one(markup: str) -> Citation:
    citations, problems = read(article_set(markup))
    assert problems == []
    return citations[0]


# --- fields -----------------------------------------------------------------------------------


def test_reads_every_field_of_an_article():
    citation = one(
        article(
            123,
            "The <i>CSF1R</i> axis &amp; H<sub>2</sub>O\n   in   stroma.",
            doi="10.1000/ABC",
            pmcid="PMC42",
            abstract="Short.",
            revised="2021-03-04",
            types=("Journal Article", "Review"),
            inside="<DataBankList><DataBank><AccessionNumberList><AccessionNumber>NCT01234567</AccessionNumber>"
            "<AccessionNumber>GSE1</AccessionNumber></AccessionNumberList></DataBank></DataBankList>",
            after="<MeshHeadingList><MeshHeading><DescriptorName>Macrophages</DescriptorName>"
            "<QualifierName>immunology</QualifierName></MeshHeading></MeshHeadingList>",
        )
    )
    assert citation == Citation(
        position=1,
        pmid=123,
        doi="10.1000/abc",
        pmcid="PMC42",
        title="The CSF1R axis & H2O in stroma.",
        abstract="Short.",
        journal="Journal of Examples",
        year=2020,
        volume="7",
        issue="2",
        pages="10-8",
        language="eng",
        authors=(Author("Noe", "Una"),),
        reference_type=ReferenceType.REVIEW,
        publication_types=("Journal Article", "Review"),
        mesh_terms=("Macrophages",),
        nct_ids=("NCT01234567",),
        revised_on=date(2021, 3, 4),
        source=Source.PUBMED,
    )


def test_authors_are_counted_without_invalid_spellings_and_investigators():
    authors = (
        "<Author ValidYN='Y'><LastName>van der Ex</LastName><ForeName>Ada</ForeName><Suffix>Jr</Suffix>"
        "<AffiliationInfo><Affiliation>Here</Affiliation></AffiliationInfo></Author>"
        "<Author ValidYN='N'><LastName>Vandrex</LastName></Author>"
        "<Author><CollectiveName>The Stroma <b>Group</b></CollectiveName></Author>"
        "<Author><LastName>Solo</LastName><Initials>S</Initials></Author>"
    )
    investigators = "<InvestigatorList><Investigator><LastName>Helper</LastName></Investigator></InvestigatorList>"
    citation = one(article(authors=authors, after=investigators))
    assert citation.authors == (
        Author("van der Ex", "Ada Jr"),
        Author(collective="The Stroma Group"),
        Author("Solo", "S"),
    )


@pytest.mark.parametrize(
    ("pub_date", "inside", "year"),
    [
        ("<Year>2019</Year>", "<ArticleDate><Year>2018</Year></ArticleDate>", 2019),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "", 1998),
        ("<MedlineDate>Spring</MedlineDate>", "<ArticleDate><Year>2003</Year></ArticleDate>", 2003),
        ("<Season>Spring</Season>", "", None),
    ],
)
def test_year_is_of_the_issue_then_of_its_wording_then_of_the_online_date(pub_date, inside, year):
    assert one(article(year=pub_date, inside=inside)).year == year


def test_doi_is_that_of_the_article_and_never_of_a_cited_reference():
    references = (
        "<ReferenceList><Reference><ArticleIdList><ArticleId IdType='doi'>10.1/cited</ArticleId></ArticleIdList>"
        "</Reference></ReferenceList>"
    )
    markup = article().replace("</PubmedData>", f"{references}</PubmedData>")
    assert one(markup).doi is None


def test_doi_of_the_location_counts_only_where_no_other_is_given_and_it_is_valid():
    invalid = '<ELocationID EIdType="doi" ValidYN="N">10.1000/wrong</ELocationID>'
    valid = '<ELocationID EIdType="doi" ValidYN="Y">10.1000/Right</ELocationID>'
    assert one(article(inside=invalid)).doi is None
    assert one(article(inside=invalid + valid)).doi == "10.1000/right"
    assert one(article(doi="10.1000/first", inside=valid)).doi == "10.1000/first"


def test_an_identifier_that_is_none_is_left_out_and_told():
    citation = one(article(doi="see website", pmcid="soon"))
    assert (citation.doi, citation.pmcid) == (None, None)
    assert citation.notes == ("“see website” is no DOI and was left out.", "“soon” is no PMCID and was left out.")


def test_labelled_sections_of_an_abstract_stand_on_lines_of_their_own():
    inside = (
        '<Abstract><AbstractText Label="AIMS">To look.</AbstractText><AbstractText>Seen.</AbstractText>'
        "<CopyrightInformation>Ours</CopyrightInformation></Abstract>"
    )
    assert one(article(inside=inside)).abstract == "AIMS: To look.\nSeen."


@pytest.mark.parametrize(
    ("types", "link", "state"),
    [
        (("Journal Article",), "", RetractionState.NONE),
        (("Journal Article", "Retracted Publication"), "", RetractionState.RETRACTED),
        (("Journal Article",), "RetractionIn", RetractionState.RETRACTED),
        (("Journal Article",), "ExpressionOfConcernIn", RetractionState.EXPRESSION_OF_CONCERN),
        (("Journal Article",), "ErratumIn", RetractionState.CORRECTED),
        (("Retraction of Publication",), "RetractionOf", RetractionState.NONE),
    ],
)
def test_retraction_state_is_that_of_the_article_not_of_what_it_retracts(types, link, state):
    links = f'<CommentsCorrections RefType="{link}"><PMID>5</PMID></CommentsCorrections>' if link else ""
    assert one(article(types=types, links=links)).retraction_state == state


CORRECTION = '<CommentsCorrections RefType="{}"><RefSource>{}</RefSource>{}</CommentsCorrections>'


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("RetractionIn", LinkKind.RETRACTED_BY),
        ("RetractionOf", LinkKind.RETRACTS),
        ("RetractedandRepublishedIn", LinkKind.RETRACTED_BY),
        ("ExpressionOfConcernIn", LinkKind.CONCERN_BY),
        ("ExpressionOfConcernFor", LinkKind.RAISES_CONCERN),
        ("ErratumIn", LinkKind.CORRECTED_BY),
        ("ErratumFor", LinkKind.CORRECTS),
        ("CorrectedandRepublishedFrom", LinkKind.CORRECTS),
    ],
)
def test_notices_are_links_with_the_identifiers_they_state(name, kind):
    words = "J Ex. 2021 Mar;7(2):10. doi: 10.1000/N."
    links = CORRECTION.format(name, words, "<PMID>5</PMID>") + CORRECTION.format("CommentIn", "J Ex.", "<PMID>6</PMID>")
    assert one(article(links=links)).links == (Link(kind, 5, "10.1000/n", words),)


def test_a_notice_without_identifier_tells_the_state_but_is_no_link():
    citation = one(article(links=CORRECTION.format("RetractionIn", "J Ex. 1999;3:1", "")))
    assert (citation.links, citation.retraction_state) == ((), RetractionState.RETRACTED)


def test_preprint_and_article_name_each_other():
    update_in = CORRECTION.format("UpdateIn", "J Ex. 2021.", "<PMID>5</PMID>")
    preprint = one(article(types=("Preprint", "Journal Article"), links=update_in))
    assert preprint.links == (Link(LinkKind.PREPRINT_OF, 5, None, "J Ex. 2021."),)
    words = "bioRxiv. 2020 Mar 1:2020.03.01.1. doi: 10.1101/2020.03.01.1."
    published = one(article(links=CORRECTION.format("UpdateOf", words, "<PMID>4</PMID>")))
    assert published.links == (Link(LinkKind.ARTICLE_OF, 4, "10.1101/2020.03.01.1", words),)


def test_an_update_of_a_review_is_no_preprint():
    links = CORRECTION.format("UpdateOf", "Cochrane Database Syst Rev. 2010", "<PMID>4</PMID>")
    assert one(article(types=("Review",), links=links)).links == ()


def test_a_retraction_notice_is_a_notice():
    assert one(article(types=("Journal Article", "Retraction of Publication"))).reference_type == ReferenceType.NOTICE


def test_a_title_only_in_its_own_language_is_the_title():
    citation = one(article(title="", inside="<VernacularTitle>Über das Stroma</VernacularTitle>"))
    assert citation.title == "Über das Stroma"


def test_a_chapter_of_a_book_names_its_book():
    markup = (
        "<PubmedBookArticle><BookDocument><PMID Version='1'>77</PMID>"
        "<ArticleIdList><ArticleId IdType='bookaccession'>NBK1</ArticleId></ArticleIdList>"
        "<Book><BookTitle>Handbook</BookTitle><PubDate><Year>2009</Year></PubDate>"
        "<AuthorList Type='editors'><Author><LastName>Ed</LastName></Author></AuthorList></Book>"
        "<ArticleTitle>The margin</ArticleTitle>"
        "<AuthorList Type='authors'><Author><LastName>Writer</LastName></Author></AuthorList>"
        "</BookDocument></PubmedBookArticle>"
    )
    citation = one(markup)
    assert (citation.pmid, citation.title, citation.journal, citation.year) == (77, "The margin", "Handbook", 2009)
    assert citation.authors == (Author("Writer"),)
    assert citation.reference_type == ReferenceType.BOOK
    assert read(markup.encode())[0] == [citation]


def test_identifiers_are_brought_to_one_spelling():
    assert clean_doi(" https://doi.org/10.1000/XyZ(1) ") == "10.1000/xyz(1)"
    assert clean_doi("doi:10.1000/a") == "10.1000/a"
    assert clean_doi("10.1000") is None
    assert clean_pmcid("pmc123.2") == "PMC123.2"
    assert clean_pmcid("123") == "PMC123"
    assert clean_pmid("0012") is None
    assert clean_pmid("99999999999") is None


# --- files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "utf-8-sig", "windows-1252"])
def test_reads_other_encodings(encoding):
    declared = encoding if encoding.startswith(("iso", "win")) else "utf-8"
    text = article_set(article(5, "Über die Größe")).decode().replace('encoding="utf-8"', f'encoding="{declared}"')
    citations, problems = read(text.encode(encoding))
    assert [each.title for each in citations] == ["Über die Größe"]
    assert problems == []


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_reads_other_line_ends(newline):
    content = article_set(article(1), article(2)).decode().replace("\n", newline).encode()
    assert [each.pmid for each in read(content)[0]] == [1, 2]


def test_reads_gzip_by_content():
    assert len(read(gzip.compress(many(3)))[0]) == 3


@pytest.mark.parametrize(
    "between",
    ["<!-- a remark -->", "<!-- <PubmedArticle> -->", "<?proc inst?>", "<!-- </PubmedArticle> -->"],
)
def test_comments_and_instructions_change_nothing(between):
    content = article_set(article(1), between, article(2).replace("<Article ", f"{between}<Article "), article(3))
    citations, problems = read(content)
    assert [each.pmid for each in citations] == [1, 2, 3]
    assert problems == []


def test_a_record_within_a_comment_is_none():
    citations, _ = read(article_set(article(1), f"<!-- {article(2)} -->", article(3)))
    assert [each.pmid for each in citations] == [1, 3]


def test_odd_end_tags_are_read_like_others():
    citations, problems = read(article_set(article(1).replace("</PubmedArticle>", "</PubmedArticle\n>"), article(2)))
    assert [each.pmid for each in citations] == [1, 2]
    assert problems == []


def test_both_ways_of_cutting_agree():
    content = many(40)
    by_the_parser = read(content.replace(b"<PubmedArticleSet>", b"<PubmedArticleSet><!-- -->"))
    assert read(content) == by_the_parser


@pytest.mark.parametrize("block", [64, 1000, 70_000])
def test_records_may_begin_and_end_anywhere_in_a_block(monkeypatch, block):
    content = many(60)
    whole = read(content)
    monkeypatch.setattr(safe_xml, "BLOCK", block)
    monkeypatch.setattr(safe_xml, "SLOW_BLOCK", block)
    assert read(content) == whole


def test_several_versions_of_one_article_all_come():
    citations, _ = read(article_set(article(9, version=1), article(9, version=2)))
    assert [(each.pmid, each.pmid_version) for each in citations] == [(9, 1), (9, 2)]


def test_deleted_citations_are_told_one_by_one():
    tail = "<DeleteCitation><PMID Version='1'>11</PMID><PMID Version='1'>12</PMID></DeleteCitation>"
    citations, problems = read(article_set(article(1), tail=tail))
    assert len(citations) == 1
    assert [(each.position, each.identifier, each.fatal) for each in problems] == [
        (None, "PMID 11", False),
        (None, "PMID 12", False),
    ]


def test_unknown_elements_are_told():
    _, problems = read(article_set(article(1), tail="<ERROR>Cannot get document</ERROR>"))
    assert [each.reason for each in problems] == ["<ERROR> is no record and was left out: Cannot get document."]


def test_an_empty_set_says_so():
    citations, problems = read(article_set())
    assert citations == []
    assert problems == [Problem(None, "", "The file holds no records.")]
    assert read(f"{HEADER}<PubmedArticleSet/>".encode())[1] == problems


def test_an_article_without_content_is_a_record_without_identity():
    citations, problems = read(b"<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>")
    assert problems == []
    assert citations == [Citation(position=1, source=Source.PUBMED)]


# --- damage -----------------------------------------------------------------------------------


def test_a_cut_file_gives_what_came_before_and_the_line():
    content = many(20)
    citations, problems = read(content[: len(content) // 2])
    assert 5 < len(citations) < 15
    assert citations == read(content)[0][: len(citations)]
    line = content[: len(content) // 2].count(b"\n") + 1
    assert [(each.position, each.fatal) for each in problems] == [(None, True)]
    assert f"on line {line}" in problems[0].reason
    assert f"{len(citations)} records before that were read" in problems[0].reason


def test_a_damaged_record_stops_the_reading_there_and_names_the_line():
    good, bad = article(1), article(2).replace("</Article>", "</Artikel>")
    content = article_set(good, bad, article(3))
    citations, problems = read(content)
    assert [each.pmid for each in citations] == [1]
    line = content[: content.index(b"</Artikel>")].count(b"\n") + 1
    assert f"not well-formed XML on line {line}:" in problems[0].reason
    assert problems[0].fatal


def test_a_cut_gzip_file_gives_what_came_before():
    packed = gzip.compress(many(3000))
    citations, problems = read(packed[: len(packed) // 2])
    assert len(citations) > 100
    assert problems[0].fatal
    assert "ends too early" in problems[0].reason


def test_a_wrong_byte_is_told_with_its_line():
    content = article_set(article(1), article(2, "Bad \xff byte")).replace("\xff".encode(), b"\xff")
    citations, problems = read(content)
    assert [each.pmid for each in citations] == [1]
    assert problems[0].fatal
    assert "on line" in problems[0].reason


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"   \n", "The file is empty."),
        (b"%PDF-1.7 ...", "This is a PDF document."),
        (b"<!DOCTYPE html><html><body>503</body></html>", "This is a web page"),
        (b'{"error":"API rate limit exceeded","count":"11"}', "“API rate limit exceeded”"),
        (b"<eSummaryResult><ERROR>Invalid uid</ERROR></eSummaryResult>", "“Invalid uid”"),
        (b"<pmc-articleset><article/></pmc-articleset>", "PubMed Central article set"),
        (b"<eSearchResult><Count>0</Count></eSearchResult>", "a list of ids"),
        (b"<other/>", "This is XML, but of another kind"),
        (b"Dear colleagues,\n", "of no known kind"),
        (gzip.compress(gzip.compress(b"<PubmedArticleSet/>", mtime=0), mtime=0), "compressed twice"),
        (b"\x1f\x8b broken", "The compressed file"),
    ],
)
def test_says_what_another_file_seems_to_be(content, words):
    with pytest.raises(Unreadable) as refusal:
        Reader(io.BytesIO(content))
    assert words in refusal.value.reason


# --- traps ------------------------------------------------------------------------------------

LAUGHS = """<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>&b;</PMID></MedlineCitation></PubmedArticle></PubmedArticleSet>"""


def test_declared_entities_are_refused():
    for content in (LAUGHS.encode(), LAUGHS.encode("utf-16")):
        with pytest.raises(Unreadable):
            Reader(io.BytesIO(content))
        forced = list(Reader(io.BytesIO(content), "pubmed_xml"))
        assert [type(each) for each in forced] == [Problem]
        assert forced[0].fatal


def test_external_entities_are_not_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    content = article_set(article(1, "&leak;")).replace(
        b"<PubmedArticleSet>", f'<!ENTITY leak SYSTEM "file://{secret}"><PubmedArticleSet>'.encode(), 1
    )
    with pytest.raises(Unreadable):
        Reader(io.BytesIO(content))
    citations, problems = read(article_set(article(1, "&leak;")))
    assert citations == []
    assert problems[0].fatal


def test_a_bomb_is_not_expanded(monkeypatch):
    monkeypatch.setattr(opening, "RATIO_CHECKED_FROM", 1024**2)
    bomb = article_set(article(1, "A" * 30_000_000))
    tracemalloc.start()
    citations, problems = read(gzip.compress(bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert citations == []
    assert "times its size" in problems[-1].reason
    assert peak < 40_000_000


def test_a_giant_record_is_refused_without_being_kept(monkeypatch):
    monkeypatch.setattr(safe_xml, "RECORD_LIMIT", 2_000_000)
    content = article_set(article(1), article(2, "B" * 9_000_000), article(3))
    citations, problems = read(content)
    assert [each.pmid for each in citations] == [1]
    assert "larger than" in problems[0].reason or "not well-formed" in problems[0].reason
    assert problems[0].fatal


def test_deep_nesting_is_refused():
    citations, problems = read(article_set(article(1), article(2, "<i>" * 100_000 + "</i>" * 100_000)))
    assert [each.pmid for each in citations] == [1]
    assert problems[0].fatal


def test_memory_does_not_grow_with_the_file():
    def peak(count: int) -> int:
        content = gzip.compress(many(count))
        tracemalloc.start()
        assert sum(1 for _ in Reader(io.BytesIO(content))) == count
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few, more = peak(3000), peak(9000)
    assert more < few * 1.3


# --- known again ------------------------------------------------------------------------------


def digests(content: bytes) -> list[bytes]:
    return [each.digest for each in Reader(io.BytesIO(content)).records() if isinstance(each, RawRecord)]


def test_the_same_record_has_the_same_digest_wherever_it_stands():
    a, b, c = article(1), article(2), article(3)
    assert digests(article_set(a, b)) == digests(article_set(c, a, b))[1:]


def test_any_difference_changes_the_digest():
    assert digests(article_set(article(1, "A")))[0] != digests(article_set(article(1, "B")))[0]


# --- real files -------------------------------------------------------------------------------


@shared_files.needed
@pytest.mark.parametrize("folder", ["pubmed_xml", "endnote_xml", "europepmc_json", "crossref_json", "csl_json"])
def test_reads_the_real_files_exactly(folder):
    fields, right, files, said = shared_files.score(folder)
    assert (fields, right) == (100, files), said


REFERENCES = shared_files.SHARED / "data" / "references"
ANSWERS = [path for path in REFERENCES.glob("*/*") if path.parent.name == "eutils" or path.name.startswith("error_")]


@shared_files.needed
@pytest.mark.parametrize(
    "path", sorted(each for each in ANSWERS if ".expected." not in each.name), ids=lambda path: path.name
)
def test_answers_of_a_server_that_are_no_citations_are_told(path):
    try:
        (problem,) = Reader(io.BytesIO(path.read_bytes()))
        told = problem.reason
    except Unreadable as refusal:
        told = refusal.reason
    assert "of no known kind" not in told
    assert "of another kind" not in told


@pytest.mark.parametrize(
    "title",
    [
        "Macrophages in stroma",
        " Macrophages\tin\n stroma ",
        "Macrophages  in\u2009stroma",
        "Macrophages\xa0in <i>stroma</i>\r\n",
    ],
)
def test_white_space_of_every_kind_is_collapsed(title):
    citations, _ = read(article_set(article(1, title)))
    assert citations[0].title == "Macrophages in stroma"
