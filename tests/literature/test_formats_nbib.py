"""What MEDLINE text says, as citations."""

import io
from datetime import date

import pytest

from apps.literature.choices import LinkKind, ReferenceType, RetractionState, Source
from apps.literature.formats import Problem, RawRecord, Reader, Unreadable
from apps.literature.formats.citation import Author, Citation, Link
from tests.literature import shared_files

FULL = """
PMID- 123
OWN - NLM
LR  - 20210304
VI  - 7
IP  - 2
DP  - 2020 Jan-Feb
TI  - The CSF1R axis in
      stroma.
PG  - 10-8
LID - e12 [pii]
LID - 10.1000/ABC [doi]
AB  - AIMS: To look. RESULTS:
      Seen.
CI  - Ours
FAU - van der Ex, Ada
AU  - van der Ex A
AD  - Here
CN  - The Stroma Group
AU  - Solo SB
FED - Editor, Eve
ED  - Editor E
FIR - Helper, Hal
IR  - Helper H
LA  - eng
LA  - ger
SI  - ClinicalTrials.gov/NCT01234567
SI  - GEO/GSE1
PT  - Journal Article
PT  - Review
DEP - 20191212
TA  - J Ex
JT  - Journal of Examples
MH  - *Macrophages/immunology/*metabolism
MH  - Humans
PMC - PMC42
AID - 10.1000/abc [doi]
SO  - J Ex. 2020 Jan;7(2):10-8. doi: 10.1000/abc.
"""


def read(text: str) -> tuple[list[Citation], list[Problem]]:
    items = list(Reader(io.BytesIO(text.encode())))
    return [each for each in items if isinstance(each, Citation)], [each for each in items if isinstance(each, Problem)]


def one(*fields: str) -> Citation:
    citations, problems = read("\n".join(("PMID- 1", *fields)))
    assert problems == []
    return citations[0]


def test_reads_every_field():
    assert read(FULL) == (
        [
            Citation(
                position=1,
                pmid=123,
                doi="10.1000/abc",
                pmcid="PMC42",
                title="The CSF1R axis in stroma.",
                abstract="AIMS: To look. RESULTS: Seen.",
                journal="Journal of Examples",
                year=2020,
                volume="7",
                issue="2",
                pages="10-8",
                language="eng, ger",
                authors=(Author("van der Ex", "Ada"), Author(collective="The Stroma Group"), Author("Solo", "SB")),
                reference_type=ReferenceType.REVIEW,
                publication_types=("Journal Article", "Review"),
                mesh_terms=("Macrophages", "Humans"),
                nct_ids=("NCT01234567",),
                revised_on=date(2021, 3, 4),
                source=Source.PUBMED,
            )
        ],
        [],
    )


@pytest.mark.parametrize(
    ("fields", "state", "kind"),
    [
        (["PT  - Retracted Publication"], RetractionState.RETRACTED, None),
        (["RIN - J Ex. 2021;1:2. doi: 10.1000/r. PMID: 5"], RetractionState.RETRACTED, LinkKind.RETRACTED_BY),
        (["ECI - J Ex. 2021;1:2. doi: 10.1000/r. PMID: 5"], "expression_of_concern", LinkKind.CONCERN_BY),
        (["EIN - J Ex. 2021;1:2. doi: 10.1000/r. PMID: 5"], RetractionState.CORRECTED, LinkKind.CORRECTED_BY),
        (["ROF - J Ex. 2021;1:2. doi: 10.1000/r. PMID: 5"], RetractionState.NONE, LinkKind.RETRACTS),
        (["EFR - J Ex. 2021;1:2. doi: 10.1000/r. PMID: 5"], RetractionState.NONE, LinkKind.CORRECTS),
        (["CIN - J Ex. 2021;1:2. doi: 10.1000/r. PMID: 5"], RetractionState.NONE, None),
        (["PT  - Preprint", "UIN - J Ex. 2021;1:2. doi: 10.1000/r. PMID: 5"], "none", LinkKind.PREPRINT_OF),
        (["UIN - J Ex. 2021;1:2. doi: 10.1000/r. PMID: 5"], RetractionState.NONE, None),
        (["UOF - bioRxiv. 2020. doi: 10.1000/r. PMID: 5"], RetractionState.NONE, LinkKind.ARTICLE_OF),
    ],
)
def test_says_what_it_is_to_other_publications(fields, state, kind):
    citation = one(*fields)
    note = fields[-1][6:]
    assert citation.retraction_state == state
    assert citation.links == ((Link(kind, 5, "10.1000/r", note),) if kind else ())


def test_a_wrapped_mention_of_another_publication_is_one():
    citation = one("RIN - J Ex. 2021;1:2. doi:", "      10.1000/r. PMID: 5")
    assert [(each.pmid, each.doi) for each in citation.links] == [(5, "10.1000/r")]


def test_the_gravest_of_several_states_counts():
    citation = one("EIN - J Ex. PMID: 5", "RIN - J Ex. PMID: 6", "EIN - J Ex. PMID: 7")
    assert citation.retraction_state == RetractionState.RETRACTED


def test_a_retraction_notice_is_a_notice():
    assert one("PT  - Retraction of Publication").reference_type == ReferenceType.NOTICE


def test_a_title_only_in_its_own_language_is_the_title():
    assert one("TT  - Über das Stroma.").title == "Über das Stroma."


def test_a_year_only_online_is_the_year():
    assert one("DP  - Spring", "DEP - 20030102").year == 2003


def test_and_others_is_no_author():
    assert one("AU  - Solo S", "AU  - et al.").authors == (Author("Solo", "S"),)


def test_a_record_may_lack_its_number():
    citations, _ = read("PMID- 1\nOWN - NLM\nTI  - One\n\nOWN - NLM\nTI  - Two\n\nPMID- 3\nTI  - Three")
    assert [(each.pmid, each.title) for each in citations] == [(1, "One"), (None, "Two"), (3, "Three")]


def test_records_need_no_empty_line_between_them_and_may_have_some_within():
    citations, _ = read("PMID- 1\n\nTI  - One\nPMID- 2\n\n\nTI  - Two")
    assert [(each.pmid, each.title) for each in citations] == [(1, "One"), (2, "Two")]


def test_a_line_without_a_tag_is_told_and_spoils_nothing():
    citation = one("SO  nothing", "TI  -Sparse", "AB  - Text on", "CTLA-4 that", "CD4-positives unwrapped.")
    assert (citation.pmid, citation.title) == (1, "Sparse")
    assert citation.abstract == "Text on CTLA-4 that CD4-positives unwrapped."
    assert citation.notes == ("“SO nothing” has no tag and was left out.",)


def test_a_number_that_is_none_is_told():
    citations, _ = read("PMID- 000\nTI  - One")
    assert citations[0].pmid is None
    assert citations[0].notes == ("“000” is no PMID and was left out.",)


def test_text_for_reading_is_refused_with_the_way_out():
    text = "1. J Ex. 2020 Jan;7(2):10-8. doi: 10.1000/abc.\n\nThe title.\n\nNoe U.\n\nPMID: 123 [Indexed]\n"
    with pytest.raises(Unreadable, match="save the references in PubMed's format"):
        Reader(io.BytesIO(text.encode()))


def test_the_same_record_has_the_same_digest_wherever_it_stands():
    def digests(text: str) -> list[bytes]:
        return [each.digest for each in Reader(io.BytesIO(text.encode())).records() if isinstance(each, RawRecord)]

    one, two = "PMID- 1\nTI  - One\n", "PMID- 2\nTI  - Two\n"
    assert digests(one + two) == digests(f"\n{two}\n\n{one}".replace("\n", "\r\n"))[::-1]


@shared_files.needed
def test_reads_the_real_files_exactly():
    fields, right, files, said = shared_files.score("medline_nbib")
    assert (fields, right) == (100, files), said
