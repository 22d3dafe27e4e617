"""The rules by which one more description changes what a reference says; no database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.literature.choices import LinkKind, RetractionState, Source
from apps.literature.formats.citation import Author, Citation, Link
from apps.literature.services.merging import FIELDS, Said, content_hash, merged, said_by

LONG = "Macrophages were counted in the margin. They were many."


def said(source: str = Source.FILE, **facts) -> Said:
    citation = Citation(1, **{"title": "T", "source": source, **facts})
    return said_by(citation, doi=citation.doi, pmcid=citation.pmc_number)


def outcome(field: str, first: Said, second: Said):
    result = merged(first, second)
    return result.values[field], result.source_of(field)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (Source.PUBMED, Source.CROSSREF, "first"),
        (Source.CROSSREF, Source.PUBMED, "second"),
        (Source.FILE, Source.FILE, "second"),
        (Source.CURATOR, Source.PUBMED, "first"),
        (Source.SEED, Source.FILE, "first"),
    ],
)
def test_a_field_is_replaced_by_an_equal_or_better_source_only(first, second, kept):
    values = {"first": (first, "J1"), "second": (second, "J2")}
    source, journal = values[kept]
    assert outcome("journal", said(first, journal="J1"), said(second, journal="J2")) == (journal, source)


def test_anyone_fills_a_gap_and_nobody_makes_one():
    result = merged(said(Source.PUBMED, year=2020), said(Source.FILE, abstract="Some"))
    assert (result.values["year"], result.values["abstract"]) == (2020, "Some")
    assert result.provenance == {"*": "pubmed", "abstract": "file"}


def test_what_a_curator_emptied_stays_empty():
    emptied = Said(said(Source.PUBMED).values, {"*": "pubmed", "abstract": "curator"})
    result = merged(emptied, said(Source.PUBMED, abstract="Wrong"))
    assert result.values["abstract"] == ""
    assert result.provenance["abstract"] == "curator"


def test_the_days_of_different_sources_are_not_compared():
    crossref = said(Source.CROSSREF, title="Later", revised_on=date(2024, 1, 1))
    pubmed = said(Source.PUBMED, title="Earlier", revised_on=date(2020, 1, 1))
    for result in (merged(crossref, pubmed), merged(pubmed, crossref)):
        assert (result.values["title"], result.values["revised_on"]) == ("Earlier", date(2020, 1, 1))


def test_an_older_description_fills_gaps():
    newer = said(Source.PUBMED, title="Newer", revised_on=date(2024, 1, 1))
    older = said(Source.PUBMED, title="Older", abstract="A", revised_on=date(2020, 1, 1))
    result = merged(newer, older)
    assert (result.values["title"], result.values["abstract"]) == ("Newer", "A")
    assert result.values["revised_on"] == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("field", "more", "less"),
    [
        ("abstract", LONG, LONG[:30]),
        ("abstract", LONG, LONG[:30] + "…"),
        ("abstract", LONG, LONG[:30] + " ..."),
        ("abstract", LONG, LONG[:30] + " (ABSTRACT TRUNCATED AT 250 WORDS)"),
        ("title", "A title.", "A title"),
        ("pages", "100-110", "100"),
        ("pages", "100–10", "100"),
        ("authors", (Author("Noe", "Una"), Author("Lo", "Ada"), Author("Xu", "Bo")), (Author("Noe", "Una"),)),
        ("authors", (Author("Noe", "Una M"), Author("Lo", "Ada")), (Author("NOE", "UM"), Author("Lo", "A"))),
        ("authors", (Author("Noe", "U M"),), (Author("Noe", "U"),)),
    ],
)
@pytest.mark.parametrize("source", [Source.FILE, Source.PUBMED])
def test_a_part_never_replaces_the_whole(field, more, less, source):
    whole = said(Source.FILE, **{field: more})
    assert merged(whole, said(source, **{field: less})).values[field] == whole.values[field]


@pytest.mark.parametrize(
    ("field", "first", "second"),
    [
        ("abstract", LONG, "Macrophages were many."),
        ("pages", "100-110", "1001"),
        ("authors", (Author("Noe", "Una"), Author("Lo", "Ada")), (Author("Lo", "Ada"),)),
        ("authors", (Author("Noe", "Una"),), (Author("Noe", "B"),)),
        ("mesh_terms", ("A", "B"), ("A",)),
    ],
)
def test_what_says_something_else_is_no_part(field, first, second):
    new = said(Source.PUBMED, **{field: second})
    assert merged(said(Source.PUBMED, **{field: first}), new).values[field] == new.values[field]


def test_a_text_that_was_cut_off_is_completed_by_whoever_has_it():
    cut = said(Source.PUBMED, abstract=LONG[:30] + " (ABSTRACT TRUNCATED AT 250 WORDS)")
    assert outcome("abstract", cut, said(Source.FILE, abstract=LONG)) == (LONG, Source.FILE)


def test_trials_of_all_sources_are_united():
    one, other = said(Source.PUBMED, nct_ids=("NCT1",)), said(Source.FILE, nct_ids=("NCT2", "NCT1"))
    assert merged(one, other).values["nct_ids"] == ["NCT1", "NCT2"]
    assert merged(other, one).values["nct_ids"] == ["NCT2", "NCT1"]


def test_a_state_is_only_raised_and_by_anyone():
    retracted = said(Source.FILE, retraction_state=RetractionState.RETRACTED)
    assert outcome("retraction_state", said(Source.PUBMED), retracted) == ("retracted", Source.FILE)
    assert outcome("retraction_state", retracted, said(Source.PUBMED)) == ("retracted", Source.FILE)


def test_a_notice_that_a_citation_names_is_its_state():
    link = Link(LinkKind.RETRACTED_BY, pmid=9)
    assert said(links=(link,)).values["retraction_state"] == "retracted"
    assert said(links=(Link(LinkKind.RETRACTS, pmid=9),)).values["retraction_state"] == "none"


def test_the_hash_counts_whatever_is_said_and_nothing_else():
    one = Citation(1, pmid=5, title="T")
    assert content_hash(one) == content_hash(Citation(2, pmid=5, title="T", notes=("Something was left out.",)))
    others = [
        Citation(1, pmid=5, title="T", source=Source.PUBMED),
        Citation(1, pmid=5, title="T", links=(Link(LinkKind.RETRACTS, pmid=9),)),
        Citation(1, pmid=5, title="T", abstract="A"),
    ]
    assert len({content_hash(each) for each in (one, *others)}) == 4


authors = st.lists(
    st.builds(Author, st.sampled_from(["Noe", "Lo"]), st.sampled_from(["", "U", "Una"])), max_size=3
).map(tuple)
words = st.sampled_from(["", "One", "One two", "One…", "Other"])
citations = st.builds(
    said,
    st.sampled_from([Source.PUBMED, Source.CROSSREF, Source.FILE]),
    abstract=words,
    journal=words,
    year=st.sampled_from([None, 2020, 2021]),
    pages=st.sampled_from(["", "1", "1-9"]),
    authors=authors,
    nct_ids=st.lists(st.sampled_from(["NCT1", "NCT2"]), unique=True).map(tuple),
    retraction_state=st.sampled_from(RetractionState.values),
    revised_on=st.sampled_from([None, date(2020, 1, 1), date(2021, 1, 1)]),
)


@given(st.lists(citations, min_size=1, max_size=4), citations)
def test_nothing_known_is_ever_lost_and_saying_it_twice_changes_nothing(before, last):
    known = before[0]
    for each in before[1:]:
        known = merged(known, each)
    result = merged(known, last)
    for field, nothing in FIELDS.items():
        if field not in {"pmid_version", "revised_on"} and known.values[field] != nothing:
            assert result.values[field] != nothing
            kept, took = known.source_of(field), result.source_of(field)
            assert kept == took or Source(took).rank > Source(kept).rank or field in {"abstract", "retraction_state"}
    assert merged(result, last) == result
    states = [RetractionState(each.values["retraction_state"]).gravity for each in (known, last, result)]
    assert states[2] == max(states)
