"""References that turn out to be one publication: merged, with nothing lost, and never where they contradict."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from apps.accounts.models import Event
from apps.literature.choices import LinkKind, ReferenceType, RetractionState, Source
from apps.literature.formats.citation import Citation, Link
from apps.literature.models import (
    Candidate,
    CandidateNote,
    ImportRun,
    Reference,
    ReferenceLink,
    ReferenceText,
    RetractionFinding,
    ScreeningVote,
    SourceRecord,
)
from apps.literature.services import index_texts, upsert_citations
from apps.literature.services.storing import store
from tests.factories.literature import article, article_set, imported

PREPRINT = {"reference_type": ReferenceType.PREPRINT}
pytestmark = pytest.mark.django_db


def citation(position: int = 1, **facts) -> Citation:
    return Citation(position=position, **{"title": "A title", **facts})


def two_and_both(**changes) -> tuple[Reference, Reference]:
    """A reference known by its PMID, one by its DOI, and then a citation with both; winner and loser."""
    upsert_citations([citation(pmid=5), citation(doi="10.1000/a")])
    upsert_citations([citation(pmid=5, doi="10.1000/a", **changes)])
    return tuple(Reference.objects.order_by("pk"))


def test_a_citation_with_both_identifiers_merges_the_two():
    upsert_citations([citation(pmid=5, volume="7"), citation(doi="10.1000/a", abstract="An abstract")])
    counts = upsert_citations([citation(3, pmid=5, doi="10.1000/a", pmcid="PMC7")])
    winner, loser = Reference.objects.order_by("pk")
    assert (counts.created, counts.updated, counts.failed, counts.problems) == (0, 1, 0, [])
    assert counts.outcomes == [(3, "u", winner.pk)]
    assert (winner.pmid, winner.doi, winner.pmcid) == (5, "10.1000/a", "PMC7")
    assert (winner.volume, winner.abstract) == ("7", "An abstract")
    assert (loser.pmid, loser.doi, loser.pmcid, loser.merged_into) == (None, None, None, winner)
    assert loser.abstract == "An abstract"


def test_the_older_row_wins_whichever_identifier_it_has():
    upsert_citations([citation(doi="10.1000/a"), citation(pmid=5)])
    upsert_citations([citation(pmid=5, doi="10.1000/a")])
    winner, loser = Reference.objects.order_by("pk")
    assert (winner.pmid, winner.doi, loser.merged_into) == (5, "10.1000/a", winner)


def test_three_references_become_one():
    upsert_citations([citation(pmcid="PMC7"), citation(doi="10.1000/a"), citation(pmid=5)])
    upsert_citations([citation(pmid=5, doi="10.1000/a", pmcid="PMC7")])
    winner, *losers = Reference.objects.order_by("pk")
    assert (winner.pmid, winner.doi, winner.pmcid) == (5, "10.1000/a", "PMC7")
    assert [each.merged_into for each in losers] == [winner, winner]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_chain_of_merges_stays_flat_and_does_not_depend_on_the_sets(at_once):
    parts = [
        citation(1, pmid=5),
        citation(2, pmcid="PMC7"),
        citation(3, doi="10.1000/a", abstract="An abstract"),
        citation(4, doi="10.1000/a", pmcid="PMC7"),
        citation(5, doi="10.1000/a", pmid=5),
    ]
    for part in [parts] if at_once else [[each] for each in parts]:
        upsert_citations(part)
    winner, second, third = Reference.objects.order_by("pk")
    assert (winner.pmid, winner.doi, winner.pmcid) == (5, "10.1000/a", "PMC7")
    assert winner.abstract == "An abstract"
    assert [each.merged_into for each in (second, third)] == [winner, winner]
    assert Event.objects.filter(verb="merge").count() == 4


def test_fields_are_merged_by_their_sources():
    upsert_citations(
        [
            citation(pmid=5, title="By hand", year=2019, source=Source.FILE),
            citation(doi="10.1000/a", title="Registered", source=Source.CROSSREF),
        ]
    )
    upsert_citations([citation(pmid=5, doi="10.1000/a", title="In a list", source=Source.FILE)])
    winner = Reference.objects.get(pmid=5)
    assert (winner.title, winner.year) == ("Registered", 2019)
    assert winner.provenance == {"*": "crossref", "pmid": "file", "year": "file"}


def test_the_gravest_state_is_kept():
    upsert_citations([citation(pmid=5), citation(doi="10.1000/a", retraction_state=RetractionState.RETRACTED)])
    upsert_citations([citation(pmid=5, doi="10.1000/a")])
    winner = Reference.objects.get(pmid=5)
    assert winner.retraction_state == RetractionState.RETRACTED
    told = Event.objects.of_object(winner).get(verb="retraction state")
    assert (told.from_state, told.to_state) == ("none", "retracted")


def test_both_tell_the_merge_and_what_each_said():
    upsert_citations([citation(pmid=5, title="One"), citation(doi="10.1000/a", title="Other")])
    upsert_citations([citation(pmid=5, doi="10.1000/a", title="Both")])
    winner, loser = Reference.objects.order_by("pk")
    for each in (winner, loser):
        data = Event.objects.of_object(each).get(verb="merge").data
        assert (data["winner"], data["loser"]) == (winner.pk, loser.pk)
        assert data["differed"]["title"] == ["Other", "One"]
        assert data["differed"]["doi"] == ["10.1000/a", None]


# --- what is never merged ---------------------------------------------------------------------


def test_two_pmids_are_two_publications():
    upsert_citations([citation(pmid=5, doi="10.1000/a"), citation(pmid=6, pmcid="PMC7")])
    counts = upsert_citations([citation(3, doi="10.1000/a", pmcid="PMC7", title="Both")])
    assert (counts.failed, counts.outcomes) == (1, [(3, "f", 0)])
    assert "PMID 5 and PMID 6" in counts.problems[0].reason
    assert set(Reference.objects.values_list("title", flat=True)) == {"A title"}


def test_a_doi_that_contradicts_is_told_and_stays_where_it_was():
    upsert_citations([citation(pmid=5, doi="10.1000/a"), citation(doi="10.1000/b")])
    counts = upsert_citations([citation(3, pmid=5, doi="10.1000/b", title="New")])
    assert "The DOI 10.1000/b belongs to DOI 10.1000/b already" in counts.problems[0].reason
    assert list(Reference.objects.order_by("pk").values_list("doi", "title")) == [
        ("10.1000/a", "New"),
        ("10.1000/b", "A title"),
    ]


def test_a_preprint_is_not_merged_with_its_article():
    upsert_citations([citation(pmid=5), citation(doi="10.1101/p", reference_type=ReferenceType.PREPRINT)])
    counts = upsert_citations([citation(3, pmid=5, doi="10.1101/p")])
    assert "stored without it" in counts.problems[0].reason
    assert not Reference.objects.filter(merged_into__isnull=False).exists()


def test_what_is_linked_as_preprint_and_article_is_not_merged():
    link = Link(LinkKind.PREPRINT_OF, pmid=5)
    upsert_citations([citation(pmid=5), citation(doi="10.1101/p", links=(link,))])
    upsert_citations([citation(3, pmid=5, doi="10.1101/p")])
    assert not Reference.objects.filter(merged_into__isnull=False).exists()


# --- what moves -------------------------------------------------------------------------------


def test_records_and_runs_of_both_are_the_winners():
    first = imported(article_set(article(5)))
    upsert_citations([citation(doi="10.1000/a")])
    imported(article_set(article(5, doi="10.1000/a")))
    winner = Reference.objects.get(pmid=5)
    assert set(SourceRecord.objects.values_list("reference", flat=True)) == {winner.pk}
    upsert_citations([citation(pmcid="PMC7"), citation(pmid=5, pmcid="PMC7")])
    assert first in ImportRun.objects.bringing(winner)
    assert imported(article_set(article(5))).unchanged == 1


def test_a_record_of_the_loser_is_known_as_the_winners():
    upsert_citations([citation(pmcid="PMC7")])
    imported(article_set(article(5)))
    upsert_citations([citation(pmid=5, pmcid="PMC7")])
    winner = Reference.objects.get(pmid=5)
    assert winner.pmcid == "PMC7"
    assert SourceRecord.objects.get().reference == winner
    assert imported(article_set(article(5))).outcomes.get().reference_ids == [winner.pk]


def test_links_and_preprints_point_to_the_winner():
    upsert_citations(
        [
            citation(pmid=5, links=(Link(LinkKind.CORRECTED_BY, pmid=9),)),
            citation(doi="10.1000/a", links=(Link(LinkKind.CORRECTED_BY, pmid=9), Link(LinkKind.ARTICLE_OF, pmid=8))),
            citation(pmid=8, **PREPRINT, links=(Link(LinkKind.PREPRINT_OF, doi="10.1000/a"),)),
        ]
    )
    upsert_citations([citation(pmid=5, doi="10.1000/a")])
    winner = Reference.objects.get(pmid=5)
    assert sorted(winner.links.values_list("kind", "pmid")) == [("article_of", 8), ("corrected_by", 9)]
    assert Reference.objects.get(pmid=8).preprint_of == winner
    assert ReferenceLink.objects.get(reference__pmid=8).other == winner
    assert ReferenceLink.objects.count() == 3


def test_a_preprint_that_is_merged_still_knows_its_article():
    upsert_citations(
        [
            citation(pmid=9),
            citation(pmid=5, **PREPRINT),
            citation(doi="10.1101/p", **PREPRINT, links=(Link(LinkKind.PREPRINT_OF, pmid=9),)),
        ]
    )
    upsert_citations([citation(pmid=5, doi="10.1101/p", **PREPRINT)])
    assert Reference.objects.get(pmid=5).preprint_of.pmid == 9


def test_only_the_winner_is_found():
    two_and_both(title="Macrophages")
    index_texts()
    winner = Reference.objects.get(pmid=5)
    assert ReferenceText.objects.get().reference == winner
    assert list(Reference.objects.search("title")) == []
    assert list(Reference.objects.search("macrophages")) == list(Reference.objects.current()) == [winner]


def finding(reference: Reference, **changes) -> RetractionFinding:
    return RetractionFinding.objects.create(
        reference=reference, **{"state": RetractionState.RETRACTED, "source": Source.CROSSREF, **changes}
    )


def test_findings_move_and_a_decided_one_goes_before_an_open_one(editor, db):
    from django.utils import timezone

    upsert_citations([citation(pmid=5), citation(doi="10.1000/a")])
    winner, loser = Reference.objects.order_by("pk")
    finding(winner)
    decided = finding(loser, status="dismissed", decided_by=editor, decided_at=timezone.now())
    other = finding(loser, source=Source.PUBMED)
    upsert_citations([citation(pmid=5, doi="10.1000/a")])
    assert set(RetractionFinding.objects.filter(reference=winner)) == {decided, other}
    assert RetractionFinding.objects.count() == 2


def candidate(reference: Reference, state: str = "new", **changes) -> Candidate:
    return Candidate.objects.create(reference=reference, state=state, **changes)


def test_the_candidate_of_the_loser_becomes_the_winners():
    upsert_citations([citation(pmid=5), citation(doi="10.1000/a")])
    moved = candidate(Reference.objects.get(doi="10.1000/a"))
    upsert_citations([citation(pmid=5, doi="10.1000/a")])
    assert Candidate.objects.get() == moved
    assert Candidate.objects.get().reference.pmid == 5


@pytest.mark.parametrize("ahead", ["winner", "loser"])
def test_of_two_candidates_the_one_further_on_stays_with_all_notes_and_votes(ahead, curator, other_curator):
    upsert_citations([citation(pmid=5), citation(doi="10.1000/a")])
    for name, reference in zip(("winner", "loser"), Reference.objects.order_by("pk"), strict=True):
        rejected = {"state": "rejected", "reason": "other"}
        one = candidate(reference, **(rejected if name == ahead else {}))
        CandidateNote.objects.create(candidate=one, author=curator, text=name)
        ScreeningVote.objects.create(candidate=one, person=curator, verdict="include")
        ScreeningVote.objects.create(candidate=one, person=other_curator, verdict="include") if name != ahead else None
    upsert_citations([citation(pmid=5, doi="10.1000/a")])
    kept = Candidate.objects.get()
    assert (kept.reference.pmid, kept.state) == (5, "rejected")
    twice = "Voted on a second reference to this publication: Include."
    assert set(kept.notes.values_list("author", "text")) == {
        (curator.pk, "winner"),
        (curator.pk, "loser"),
        (curator.pk, twice),
    }
    assert set(kept.votes.values_list("person", flat=True)) == {curator.pk, other_curator.pk}


def test_everything_that_points_to_a_reference_is_thought_of():
    """A new relation needs its line in ``joining`` (or a reason here) before this passes."""
    relations = {each.related_model.__name__ for each in Reference._meta.related_objects}
    # Submissions follow by themselves, from above; a re-review stays what it was opened about.
    here = relations - {"Submission", "ReReview"}
    assert here == {"Reference", "ReferenceLink", "ReferenceText", "SourceRecord", "RetractionFinding", "Candidate"}


def test_the_cost_of_merging_does_not_grow_with_the_set(django_assert_num_queries):
    def pairs(first: int, count: int) -> list[Citation]:
        alone = [[citation(pmid=first + n), citation(doi=f"10.1000/{first + n}")] for n in range(count)]
        upsert_citations(each for pair in alone for each in pair)
        return [citation(pmid=first + n, doi=f"10.1000/{first + n}") for n in range(count)]

    for first, count in ((10, 1), (20, 3)):
        both = pairs(first, count)
        with django_assert_num_queries(25):
            upsert_citations(both)


# --- at the same time -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_that_merge_at_the_same_time_leave_one_reference_for_each_publication():
    start = Barrier(4)
    parts = [
        [citation(n, pmid=n) for n in range(1, 30)],
        [citation(n, doi=f"10.1000/{n}") for n in range(1, 30)],
        [citation(n, pmid=n, pmcid=f"PMC{n}") for n in range(1, 30)],
        [citation(n, doi=f"10.1000/{n}", pmcid=f"PMC{n}") for n in range(29, 0, -1)],
    ]

    def work(part: list[Citation]) -> None:
        start.wait()
        try:
            for each in part:
                with transaction.atomic():
                    store([(each, None)], run=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, parts))
    standing = Reference.objects.filter(merged_into=None)
    assert sorted(standing.values_list("pmid", "doi", "pmcid")) == [
        (n, f"10.1000/{n}", f"PMC{n}") for n in range(1, 30)
    ]
    heirs = Reference.objects.exclude(merged_into=None).select_related("merged_into")
    assert all(each.merged_into.merged_into_id is None and each.pk > each.merged_into_id for each in heirs)
