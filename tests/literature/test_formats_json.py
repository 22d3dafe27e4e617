"""What CSL-JSON, Crossref and Europe PMC say, as citations; and finding records in JSON of any shape."""

import io
import json

import pytest

from apps.literature.choices import LinkKind, ReferenceType, RetractionState, Source
from apps.literature.formats import Problem, RawRecord, Reader, Unreadable, safe_json
from apps.literature.formats.citation import Author, Citation, Link

ITEM = {"type": "article-journal", "title": "On stroma", "DOI": "10.5555/a"}
WORK = {"DOI": "10.5555/a", "type": "journal-article", "title": ["On stroma"], "member": "1"}
RESULT = {"id": "7", "source": "MED", "pmid": "7", "title": "On stroma.", "pubYear": "2020"}


def read(content: bytes | str | object, format: str = "auto") -> tuple[list[Citation], list[Problem]]:
    if not isinstance(content, bytes):
        content = (content if isinstance(content, str) else json.dumps(content)).encode()
    items = list(Reader(io.BytesIO(content), format))
    return [each for each in items if isinstance(each, Citation)], [each for each in items if isinstance(each, Problem)]


def one(record: dict[str, object]) -> Citation:
    citations, problems = read([record])
    assert problems == []
    return citations[0]


def csl(**fields: object) -> Citation:
    return one({**ITEM, **fields})


def crossref(**fields: object) -> Citation:
    return one({**WORK, **{name.replace("_", "-"): value for name, value in fields.items()}})


def europepmc(**fields: object) -> Citation:
    return one({**RESULT, **fields})


# --- CSL-JSON ---------------------------------------------------------------------------------


def test_reads_every_field_of_a_csl_item():
    citation = csl(
        PMID="123",
        PMCID="PMC42",
        DOI="https://doi.org/10.1000/ABC",
        title='The <i>CSF1R</i> axis &amp; H<sub>2</sub>O in <span class="nocase">stroma</span>',
        abstract="Short.\n",
        issued={"date-parts": [["2021", 3]]},
        volume=7,
        issue="2",
        page="10–18",
        language="en",
        author=[{"family": "Noe", "given": "Una"}],
        **{"container-title": "Journal of Examples"},
    )
    assert citation == Citation(
        position=1,
        pmid=123,
        doi="10.1000/abc",
        pmcid="PMC42",
        title="The CSF1R axis & H2O in stroma",
        abstract="Short.",
        journal="Journal of Examples",
        year=2021,
        volume="7",
        issue="2",
        pages="10–18",
        language="en",
        authors=(Author("Noe", "Una"),),
        reference_type=ReferenceType.ARTICLE,
    )


def test_names_have_particles_suffixes_and_groups():
    authors = csl(
        author=[
            {"non-dropping-particle": "van der", "family": "Ex", "given": "Ada", "suffix": "Jr."},
            {"dropping-particle": "de", "family": "Zed", "given": "Z."},
            {"literal": "The Stroma Group"},
            {"given": "Solo"},
            {},
            None,
        ]
    ).authors
    assert authors == (
        Author("van der Ex", "Ada Jr."),
        Author("de Zed", "Z."),
        Author(collective="The Stroma Group"),
        Author("", "Solo"),
    )


@pytest.mark.parametrize(
    ("issued", "year"),
    [
        ({"date-parts": [[2019, 1, 2], [2020]]}, 2019),
        ({"date-parts": [["2019"]]}, 2019),
        ({"date-parts": [[]]}, None),
        ({"date-parts": [[None]]}, None),
        ({"raw": "12 March 2018"}, 2018),
        ({"literal": "Spring 2017", "date-parts": []}, 2017),
        ("2016-05", 2016),
        ({"date-parts": [[20190102]]}, 2019),
        ([], None),
    ],
)
def test_year_is_read_from_parts_and_from_words(issued, year):
    assert csl(issued=issued).year == year


def test_identifiers_in_the_lines_of_a_note_count_where_no_field_has_them():
    note = "Read twice.\nPMID: 29424689\nPMCID: PMC5832410"
    assert (csl(note=note).pmid, csl(note=note).pmcid) == (29424689, "PMC5832410")
    assert csl(note=note, PMID="7").pmid == 7


def test_an_identifier_that_is_none_is_left_out_and_told():
    citation = csl(DOI="10/fqd6hj", PMID="soon", PMCID="later")
    assert (citation.doi, citation.pmid, citation.pmcid) == (None, None, None)
    assert citation.notes == (
        "“soon” is no PMID and was left out.",
        "“10/fqd6hj” is no DOI and was left out.",
        "“later” is no PMCID and was left out.",
    )


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"type": "chapter"}, ReferenceType.BOOK),
        ({"type": "dataset"}, ReferenceType.DATASET),
        ({"type": "article", "genre": "Preprint"}, ReferenceType.PREPRINT),
        ({"container-title": "bioRxiv"}, ReferenceType.PREPRINT),
        ({"type": "webpage"}, ReferenceType.OTHER),
        ({"type": None}, ReferenceType.OTHER),
    ],
)
def test_kinds_of_items(fields, kind):
    assert csl(**fields).reference_type == kind


def test_an_empty_item_is_a_record_without_identity():
    assert read("[{}]") == ([Citation(position=1, reference_type=ReferenceType.OTHER)], [])


# --- Crossref ---------------------------------------------------------------------------------


def test_reads_every_field_of_a_work():
    citation = crossref(
        title=["Growth in\n   <i>stroma</i>"],
        subtitle=["A randomised trial"],
        container_title=["Journal of Examples", "Of Its Series"],
        issued={"date-parts": [[2021, 3]]},
        author=[{"given": "Una", "family": "Noe", "sequence": "first"}, {"name": "The Group"}],
        abstract="<jats:title>Abstract</jats:title><jats:sec><jats:title>Aims</jats:title>\n<jats:p>To look at "
        "<jats:italic>x</jats:italic>,\n p &lt; 0.05.</jats:p></jats:sec><jats:p>Seen.</jats:p>",
        volume="7",
        issue="2",
        article_number="e18",
        language="en",
        clinical_trial_number=[{"clinical-trial-number": "nct01234567", "registry": "x"}],
    )
    assert citation == Citation(
        position=1,
        doi="10.5555/a",
        title="Growth in stroma: A randomised trial",
        abstract="Aims: To look at x, p < 0.05.\nSeen.",
        journal="Journal of Examples",
        year=2021,
        volume="7",
        issue="2",
        pages="e18",
        language="en",
        authors=(Author("Noe", "Una"), Author(collective="The Group")),
        nct_ids=("NCT01234567",),
        source=Source.CROSSREF,
    )


def test_a_running_head_is_no_subtitle():
    assert crossref(title=["The ecology of stroma"], subtitle=["Ecology of Stroma"]).title == "The ecology of stroma"


def test_year_of_a_work_is_when_it_was_issued_or_else_published():
    assert crossref(issued={"date-parts": [[None]]}, published={"date-parts": [[2020]]}).year == 2020
    assert crossref(issued={"date-parts": [[None]]}, created={"date-parts": [[2020]]}).year is None


@pytest.mark.parametrize(
    ("update", "kind", "state"),
    [
        ("retraction", LinkKind.RETRACTED_BY, RetractionState.RETRACTED),
        ("withdrawal", LinkKind.RETRACTED_BY, RetractionState.WITHDRAWN),
        ("expression_of_concern", LinkKind.CONCERN_BY, RetractionState.EXPRESSION_OF_CONCERN),
        ("Expression of Concern", LinkKind.CONCERN_BY, RetractionState.EXPRESSION_OF_CONCERN),
        ("corrigendum", LinkKind.CORRECTED_BY, RetractionState.CORRECTED),
    ],
)
def test_updates_of_a_work_are_links_and_its_state(update, kind, state):
    citation = crossref(updated_by=[{"DOI": "10.5555/N", "type": update, "label": "Notice"}])
    assert citation.links == (Link(kind, doi="10.5555/n", note="Notice"),)
    assert citation.retraction_state == state
    assert citation.reference_type == ReferenceType.ARTICLE


def test_the_gravest_update_counts():
    updates = [{"DOI": "10.5555/b", "type": "retraction"}, {"DOI": "10.5555/c", "type": "erratum"}]
    assert crossref(updated_by=updates).retraction_state == RetractionState.RETRACTED


def test_a_notice_names_what_it_is_about_and_is_not_retracted_itself():
    citation = crossref(update_to=[{"DOI": "10.5555/b", "type": "retraction", "label": "Retraction"}])
    assert citation.links == (Link(LinkKind.RETRACTS, doi="10.5555/b", note="Retraction"),)
    assert citation.retraction_state == RetractionState.NONE
    assert citation.reference_type == ReferenceType.NOTICE


def test_a_new_version_is_no_correction():
    citation = crossref(updated_by=[{"DOI": "10.5555/b", "type": "new_version"}])
    assert (citation.links, citation.retraction_state) == ((), RetractionState.NONE)


def test_a_title_that_says_so_tells_of_a_retraction():
    assert crossref(title=["RETRACTED: On stroma"]).retraction_state == RetractionState.RETRACTED
    assert crossref(title=["WITHDRAWN: On stroma"]).retraction_state == RetractionState.WITHDRAWN
    assert crossref(title=["Retraction: On stroma"]).retraction_state == RetractionState.NONE


def test_preprint_and_article_name_each_other():
    preprint = crossref(
        type="posted-content",
        subtype="preprint",
        relation={"is-preprint-of": [{"id-type": "doi", "id": "10.5555/Article", "asserted-by": "subject"}]},
    )
    article = crossref(relation={"has-preprint": {"id-type": "doi", "id": "10.1101/1"}, "cites": []})
    assert preprint.links == (Link(LinkKind.PREPRINT_OF, doi="10.5555/article"),)
    assert preprint.reference_type == ReferenceType.PREPRINT
    assert article.links == (Link(LinkKind.ARTICLE_OF, doi="10.1101/1"),)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            {"status": "failed", "message-type": "validation-failure", "message": [{"message": "Bad rows."}]},
            "Bad rows.",
        ),
        ({"status": "error", "message-type": "exception", "message": {"name": "x"}}, "“exception”"),
        ({"status": "ok", "message-type": "funder-list", "message": {"items": [{"id": "1"}]}}, "(funder-list)"),
    ],
)
def test_an_answer_without_works_is_told(answer, words):
    content = json.dumps(answer).encode()
    with pytest.raises(Unreadable) as refusal:
        Reader(io.BytesIO(content))
    assert words in refusal.value.reason
    citations, problems = read(content, "crossref_json")
    assert citations == []
    assert words in problems[0].reason
    assert problems[0].fatal


# --- Europe PMC -------------------------------------------------------------------------------


def test_reads_every_field_of_a_core_result():
    citation = europepmc(
        doi="10.5555/A",
        pmcid="PMC42",
        title="Growth of CD5&lt;sup&gt;+&lt;/sup&gt; cells.",
        authorString="Noe U, Group T.",
        authorList={
            "author": [
                {"fullName": "Noe U", "firstName": "Una", "lastName": "Noe", "initials": "U"},
                {"collectiveName": "The Group"},
            ]
        },
        journalInfo={
            "issue": "2",
            "volume": "7",
            "yearOfPublication": 2020,
            "journal": {"title": "Journal of Examples", "medlineAbbreviation": "J Ex"},
        },
        pageInfo="10-18",
        language="eng",
        abstractText="<h4>Aims</h4>To look (NCT01234567).<h4>Results</h4>Seen.",
        pubTypeList={"pubType": ["research-article", "Journal Article"]},
        meshHeadingList={"meshHeading": [{"majorTopic_YN": "N", "descriptorName": "Macrophages"}]},
    )
    assert citation == Citation(
        position=1,
        pmid=7,
        doi="10.5555/a",
        pmcid="PMC42",
        title="Growth of CD5+ cells.",
        abstract="Aims: To look (NCT01234567).\nResults: Seen.",
        journal="Journal of Examples",
        year=2020,
        volume="7",
        issue="2",
        pages="10-18",
        language="eng",
        authors=(Author("Noe", "Una"), Author(collective="The Group")),
        publication_types=("research-article", "Journal Article"),
        mesh_terms=("Macrophages",),
        nct_ids=("NCT01234567",),
        source=Source.EUROPEPMC,
    )


def test_a_lite_result_has_its_authors_in_one_string():
    citation = europepmc(
        authorString="Van der Ex A, Şen-Ül Ş, Jones AB 3rd, Vandana, The Stroma Group.",
        journalTitle="J Ex",
        journalVolume="7",
        pubType="review-article; review; journal article",
    )
    assert citation.authors == (
        Author("Van der Ex", "A"),
        Author("Şen-Ül", "Ş"),
        Author("Jones", "AB 3rd"),
        Author("Vandana"),
        Author(collective="The Stroma Group"),
    )
    assert (citation.journal, citation.volume, citation.reference_type) == ("J Ex", "7", ReferenceType.REVIEW)


def test_corrections_and_preprints_are_links_where_the_other_is_known():
    others = [
        {"id": "11", "source": "MED", "type": "Retraction in", "reference": "J Ex. 2021. doi: 10.5555/N."},
        {"id": "PPR1", "source": "PPR", "type": "Preprint in"},
        {"id": "12", "source": "MED", "type": "Comment in"},
    ]
    citation = europepmc(commentCorrectionList={"commentCorrection": others})
    assert citation.links == (Link(LinkKind.RETRACTED_BY, 11, "10.5555/n", "J Ex. 2021. doi: 10.5555/N."),)
    assert citation.retraction_state == RetractionState.RETRACTED


def test_a_preprint_is_one_and_names_its_article():
    citation = europepmc(
        id="PPR1",
        source="PPR",
        pmid=None,
        doi="10.1101/1",
        commentCorrectionList={"commentCorrection": [{"id": "11", "source": "MED", "type": "Preprint of"}]},
    )
    assert citation.links == (Link(LinkKind.PREPRINT_OF, 11),)
    assert citation.reference_type == ReferenceType.PREPRINT


@pytest.mark.parametrize(
    ("types", "kind", "state"),
    [
        ("retracted publication; journal article", ReferenceType.ARTICLE, RetractionState.RETRACTED),
        ("retraction of publication", ReferenceType.NOTICE, RetractionState.NONE),
        ("published erratum; correction", ReferenceType.NOTICE, RetractionState.NONE),
        ("case-report; journal article", ReferenceType.CASE_REPORT, RetractionState.NONE),
        ("other", ReferenceType.OTHER, RetractionState.NONE),
    ],
)
def test_publication_types_tell_kind_and_state(types, kind, state):
    citation = europepmc(pubType=types)
    assert (citation.reference_type, citation.retraction_state) == (kind, state)


# --- shapes of files --------------------------------------------------------------------------

SHAPES = [
    (WORK, "crossref_json"),
    ([WORK], "crossref_json"),
    ({"items": [WORK]}, "crossref_json"),
    ({"status": "ok", "message-type": "work", "message": WORK}, "crossref_json"),
    ({"status": "ok", "message-type": "work-list", "message": {"facets": {"x": []}, "items": [WORK]}}, "crossref_json"),
    ([{"status": "ok", "message-type": "work", "message": WORK}], "crossref_json"),
    ([{"DOI": "10.5555/a", "title": ["On stroma"]}], "crossref_json"),
    (RESULT, "europepmc_json"),
    ([RESULT], "europepmc_json"),
    ({"version": "6.9", "hitCount": 1, "resultList": {"result": [RESULT]}, "request": {}}, "europepmc_json"),
    ({"version": "6.9", "hitCount": 1, "result": RESULT}, "europepmc_json"),
    (ITEM, "csl_json"),
    ([ITEM], "csl_json"),
    ({"items": [ITEM]}, "csl_json"),
]


@pytest.mark.parametrize(("content", "format"), SHAPES)
def test_finds_the_records_in_every_shape(content, format):
    reader = Reader(io.BytesIO(json.dumps(content, indent=1).encode()))
    items = list(reader)
    assert format == reader.format.NAME
    assert [each.title.rstrip(".") for each in items] == ["On stroma"]


@pytest.mark.parametrize(
    ("content", "format"),
    [
        ('{"status": "ok", "message-type": "work-list", "message": {"items": []}}', "crossref_json"),
        ('{"version": "6.9", "hitCount": 0, "resultList": {"result": []}}', "europepmc_json"),
        ("[]", "csl_json"),
    ],
)
def test_a_file_without_records_is_told(content, format):
    assert format == Reader(io.BytesIO(content.encode())).format.NAME
    assert read(content) == ([], [Problem(None, "", "The file holds no records.")])


def test_one_document_a_line_and_documents_in_a_row_are_read():
    line = json.dumps(WORK)
    for between in ("\n", "\r\n", " ", ""):
        assert len(read(between.join([line] * 3))[0]) == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_reads_other_encodings(encoding):
    content = json.dumps([{**ITEM, "title": "Über die Größe"}], ensure_ascii=False).encode(encoding)
    citations, problems = read(content)
    assert [each.title for each in citations] == ["Über die Größe"]
    assert problems == []


def test_texts_lose_nul_and_half_characters():
    citation = read(r'[{"title": "A\u0000 \ud83d b \udc00", "DOI": "10.5555/\u0000a"}]')[0][0]
    assert (citation.title, citation.doi) == ("A b", "10.5555/a")


def test_what_is_no_json_but_often_written_is_read():
    content = '[{"title": "Line\nend", "score": NaN, "DOI": "10.5555/a", "DOI": "10.5555/b"}]'
    assert [(each.title, each.doi) for each in read(content)[0]] == [("Line end", "10.5555/b")]


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
def test_records_may_begin_and_end_anywhere_in_a_block(monkeypatch, block):
    text = json.dumps({"items": [{**WORK, "title": [f'A "{n}" \\ ]}}']} for n in range(40)], "x": [1]})
    whole = read(text)
    assert len(whole[0]) == 40
    monkeypatch.setattr(safe_json, "BLOCK", block)
    assert read(text) == whole


def test_a_damaged_record_is_told_with_its_line_and_the_next_one_read():
    content = f'[{json.dumps(ITEM)},\n{{"title": "Two", "DOI": }},\n{json.dumps(ITEM)}]'
    citations, problems = read(content)
    assert [each.position for each in citations] == [1, 3]
    assert [(each.position, each.fatal) for each in problems] == [(2, False)]
    assert "not well-formed JSON on line 2" in problems[0].reason


def test_a_cut_file_gives_what_came_before_and_the_place():
    content = json.dumps([ITEM] * 5, indent=1)
    citations, problems = read(content[: len(content) * 7 // 10])
    assert len(citations) == 3
    assert problems[0].fatal
    assert problems[0].reason.startswith("The file ends on line 19 (at byte 284) ")
    assert problems[0].reason.endswith("The 3 records before that were read, nothing after.")


def test_what_follows_a_document_is_told():
    citations, problems = read(json.dumps([ITEM]) + " ]")
    assert len(citations) == 1
    assert problems[0].fatal
    assert "not well-formed JSON on line 1" in problems[0].reason


def test_values_that_are_no_records_are_counted_and_told():
    citations, problems = read(f'[{json.dumps(ITEM)}, "10.5555/b", 7, null]')
    assert len(citations) == 1
    assert problems == [Problem(None, "", "3 values of the file are no records and were left out.")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"error": "API rate limit exceeded", "count": "11"}', "“API rate limit exceeded”"),
        ('{"errCode": 404, "errMsg": "Not found"}', "“Not found”"),
        ('{"header": {"type": "esearch"}, "esearchresult": {"idlist": ["1"]}}', "a list of ids"),
        ('[{"itemType": "journalArticle", "title": "A"}]', "Zotero's own JSON"),
        ('{"type": "FeatureCollection", "features": []}', "This is JSON, but of another kind"),
        ("Resource not found.", "knows no such work"),
    ],
)
def test_says_what_another_file_seems_to_be(content, words):
    with pytest.raises(Unreadable) as refusal:
        Reader(io.BytesIO(content.encode()))
    assert words in refusal.value.reason


def test_deep_nesting_is_told_and_the_next_record_read():
    deep = '{"title": "A", "x": ' + "[" * 100_000 + "]" * 100_000 + "}"
    citations, problems = read(f"[{json.dumps(ITEM)}, {deep}, {json.dumps(ITEM)}]")
    assert [each.position for each in citations] == [1, 3]
    assert problems == [Problem(2, "", "The record is nested too deeply.")]


def test_wrappers_are_not_followed_for_ever():
    citations, problems = read("[" * 100_000, "csl_json")
    assert citations == []
    assert "nested too deeply" in problems[0].reason


def test_a_giant_record_is_refused_without_being_kept(monkeypatch):
    monkeypatch.setattr(safe_json, "RECORD_LIMIT", 2_000_000)
    content = json.dumps([ITEM, {**ITEM, "abstract": "B" * 9_000_000}, ITEM])
    citations, problems = read(content)
    assert len(citations) == 1
    assert "larger than" in problems[0].reason
    assert problems[0].fatal


def test_the_same_record_has_the_same_digest_wherever_it_stands():
    def digests(content: object) -> list[bytes]:
        records = Reader(io.BytesIO(json.dumps(content).encode())).records()
        return [each.digest for each in records if isinstance(each, RawRecord)]

    assert digests([WORK]) == digests({"items": [{**WORK, "volume": "1"}, WORK]})[1:] == digests(WORK)
    assert digests([WORK]) != digests([{**WORK, "member": "2"}])
