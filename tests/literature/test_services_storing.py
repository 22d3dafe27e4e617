"""Identity and merging of citations: what becomes one reference, what stays two, what is never lost."""

from datetime import date

import pytest

from apps.accounts.models import Event
from apps.literature.choices import ReferenceType, RetractionState, Source
from apps.literature.formats.citation import Author, Citation
from apps.literature.models import Reference, TextBacklog
from apps.literature.services import upsert_citations
from apps.literature.services.storing import store

pytestmark = pytest.mark.django_db


def citation(position: int = 1, **facts) -> Citation:
    return Citation(position=position, **{"title": "A title", **facts})


def counted(*citations: Citation) -> tuple[int, int, int, int]:
    counts = upsert_citations(citations)
    return counts.created, counts.updated, counts.unchanged, counts.failed


def test_every_field_is_stored_as_it_was_read():
    full = citation(
        pmid=5,
        doi="10.1000/a\\b",
        pmcid="PMC7.2",
        abstract="AIMS: first\nRESULTS: “second”\ttab",
        journal="J\\Ex",
        year=2020,
        volume="1",
        issue="2",
        pages="3–4",
        language="eng, fre",
        authors=(Author("O'Ex", "Ada \\ B"), Author(collective='The "G"')),
        reference_type=ReferenceType.REVIEW,
        publication_types=("Review", 'With "quotes", commas \\ and {braces}'),
        mesh_terms=("NULL", "Mice, Inbred"),
        nct_ids=("NCT01234567",),
        retraction_state=RetractionState.RETRACTED,
        pmid_version=2,
        revised_on=date(2021, 1, 2),
    )
    assert counted(full) == (1, 0, 0, 0)
    reference = Reference.objects.get()
    assert (reference.pmid, reference.doi, reference.pmcid) == (5, "10.1000/a\\b", "PMC7")
    assert reference.abstract == full.abstract
    assert reference.authors == [
        {"family": "O'Ex", "given": "Ada \\ B", "collective": ""},
        {"family": "", "given": "", "collective": 'The "G"'},
    ]
    assert reference.publication_types == list(full.publication_types)
    assert reference.mesh_terms == ["NULL", "Mice, Inbred"]
    same = ("title", "journal", "year", "volume", "issue", "pages", "language", "reference_type", "retraction_state")
    same += ("pmid_version", "revised_on")
    assert {name: getattr(reference, name) for name in same} == {name: getattr(full, name) for name in same}
    assert list(TextBacklog.objects.values_list("reference_ids", flat=True)) == [[reference.pk]]


def test_the_same_citation_again_changes_nothing():
    first = citation(pmid=5, doi="10.1000/a")
    upsert_citations([first])
    before = Reference.objects.values().get()
    assert counted(first, first) == (0, 0, 2, 0)
    assert Reference.objects.values().get() == before
    assert not Event.objects.exists()
    assert TextBacklog.objects.count() == 1


@pytest.mark.parametrize("ids", [{"pmid": 5}, {"doi": "10.1000/a"}, {"pmcid": "PMC7"}])
def test_any_identifier_leads_to_the_reference(ids):
    upsert_citations([citation(pmid=5, doi="10.1000/a", pmcid="PMC7")])
    assert counted(citation(**ids, title="Another title")) == (0, 1, 0, 0)
    reference = Reference.objects.get()
    assert (reference.pmid, reference.doi, reference.pmcid) == (5, "10.1000/a", "PMC7")
    assert reference.title == "Another title"


def test_an_update_tells_what_it_changed():
    upsert_citations([citation(pmid=5, abstract="x" * 400, year=2020)])
    upsert_citations([citation(pmid=5, abstract="y" * 400, year=2021, title="New")])
    event = Event.objects.get()
    assert (event.verb, event.object_type, event.object_id) == ("update", "reference", str(Reference.objects.get().pk))
    assert event.data["changed"] == {
        "title": ["A title", "New"],
        "abstract": ["x" * 400, "y" * 400],
        "year": [2020, 2021],
    }


def test_an_empty_field_never_replaces_a_full_one():
    upsert_citations([citation(pmid=5, abstract="Long", year=2020, authors=(Author("A"),), mesh_terms=("M",))])
    assert counted(citation(pmid=5)) == (0, 0, 1, 0)
    reference = Reference.objects.get()
    assert (reference.abstract, reference.year, reference.mesh_terms) == ("Long", 2020, ["M"])
    assert reference.authors == [{"family": "A", "given": "", "collective": ""}]


def test_an_undated_source_only_fills_gaps_of_a_dated_one():
    upsert_citations([citation(pmid=5, title="Dated", revised_on=date(2021, 1, 1))])
    upsert_citations([citation(pmid=5, title="Undated", abstract="More")])
    reference = Reference.objects.get()
    assert (reference.title, reference.abstract, reference.revised_on) == ("Dated", "More", date(2021, 1, 1))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"revised_on": date(2021, 1, 1)}, {"revised_on": date(2022, 1, 1)}),
        (
            {"revised_on": date(2022, 1, 1), "pmid_version": 1},
            {"revised_on": date(2021, 1, 1), "pmid_version": 2},
        ),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_a_later_description_wins_in_whatever_order_they_come(first, second, at_once):
    older, newer = citation(pmid=5, title="Older", **first), citation(pmid=5, title="Newer", **second)
    for order in ((older, newer), (newer, older)):
        Reference.objects.all().delete()
        for part in [order] if at_once else [[each] for each in order]:
            upsert_citations(part)
        assert Reference.objects.get().title == "Newer"


def test_a_retraction_is_raised_and_never_taken_back():
    upsert_citations([citation(pmid=5)])
    upsert_citations([citation(pmid=5, retraction_state=RetractionState.RETRACTED)])
    upsert_citations([citation(pmid=5, retraction_state=RetractionState.CORRECTED)])
    upsert_citations([citation(pmid=5, title="Newest")])
    assert Reference.objects.get().retraction_state == RetractionState.RETRACTED
    told = Event.objects.filter(verb="retraction state").get()
    assert (told.from_state, told.to_state) == ("none", "retracted")


def test_two_records_of_pubmed_that_share_a_doi_stay_two():
    counts = upsert_citations([citation(1, pmid=5, doi="10.1000/a"), citation(2, pmid=6, doi="10.1000/a")])
    assert (counts.created, counts.failed) == (2, 0)
    assert list(Reference.objects.order_by("pmid").values_list("pmid", "doi")) == [(5, "10.1000/a"), (6, None)]
    assert [(each.position, each.identifier) for each in counts.problems] == [(2, "PMID 6")]
    assert "belongs to PMID 5 already" in counts.problems[0].reason


def test_a_doi_may_pass_from_one_reference_to_another_in_one_go():
    upsert_citations([citation(pmid=5, doi="10.1000/a"), citation(pmid=6, doi="10.1000/b")])
    moved = [
        citation(pmid=5, doi="10.1000/c"),
        citation(pmid=6, doi="10.1000/a"),
        citation(pmid=7, doi="10.1000/b"),
    ]
    assert counted(*moved) == (1, 2, 0, 0)
    assert dict(Reference.objects.values_list("pmid", "doi")) == {5: "10.1000/c", 6: "10.1000/a", 7: "10.1000/b"}


def test_what_was_said_by_whom_is_kept():
    upsert_citations([citation(doi="10.1000/a", year=2019, volume="7", source=Source.CROSSREF)])
    upsert_citations([citation(pmid=5, doi="10.1000/a", title="Better", source=Source.PUBMED)])
    upsert_citations([citation(doi="10.1000/a", title="Worse", abstract="More", source=Source.EUROPEPMC)])
    reference = Reference.objects.get()
    assert (reference.title, reference.abstract, reference.volume) == ("Better", "More", "7")
    assert reference.provenance == {
        "*": "pubmed",
        "abstract": "europepmc",
        "year": "crossref",
        "volume": "crossref",
    }


def test_a_better_source_of_the_same_facts_is_kept_without_a_line_of_history():
    upsert_citations([citation(doi="10.1000/a", source=Source.CROSSREF)])
    assert counted(citation(doi="10.1000/a", source=Source.PUBMED)) == (0, 0, 1, 0)
    assert Reference.objects.get().provenance == {"*": "pubmed"}
    assert not Event.objects.exists()


def test_a_pmcid_that_differs_is_told_and_the_known_one_kept():
    upsert_citations([citation(doi="10.1000/a", pmcid="PMC1")])
    counts = upsert_citations([citation(doi="10.1000/a", pmcid="PMC2", title="New")])
    assert "PMC2 differs from PMC1" in counts.problems[0].reason
    assert Reference.objects.get().pmcid == "PMC1"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"title": "Nameless"}, "no PMID, DOI or PMCID"),
        ({"pmid": 5, "title": ""}, "no title"),
        ({"pmid": 5, "journal": "J" * 601}, "The journal is longer than 600"),
        ({"pmid": 5, "mesh_terms": ("m" * 301,)}, "mesh terms"),
        ({"pmid": 5, "authors": (Author("A"),) * 20_001}, "more than 20,000 authors"),
        ({"pmid": 5, "authors": (Author("A" * 2001),)}, "A name is longer"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_its_reason(facts, words):
    counts = upsert_citations([citation(8, **facts), citation(9, pmid=99)])
    assert (counts.created, counts.failed) == (1, 1)
    assert counts.problems[0].position == 8
    assert words in counts.problems[0].reason


def test_the_cost_in_queries_does_not_grow_with_the_set(django_assert_num_queries):
    upsert_citations([citation(pmid=1)])
    for first, count in ((10, 1), (20, 3)):
        with django_assert_num_queries(8):
            upsert_citations([citation(pmid=first + n) for n in range(count)])


def test_what_was_taken_in_part_is_not_called_wrong_once_its_other_identifier_is_another_ones():
    counted(citation(pmid=22, doi="10.5555/a", pmcid="PMC22222"))
    partly = (
        (citation(1, doi="10.5555/a", pmcid="PMC1"), b"first record...."),
        (citation(2, pmid=1, pmcid="PMC1"), None),
    )
    first, second = store(partly, run=None), store(partly[:1], run=None)
    assert [problem.reason for problem in first.problems] == [
        "PMC1 differs from PMC22222, known for this DOI; the known one was kept."
    ]
    assert (second.unchanged, second.failed) == (1, 0)
    assert [problem.reason for problem in second.problems] == [
        "This record was taken before, as far as it could be."
        " Its identifiers belong to different publications here: PMID 22 and PMID 1."
    ]
