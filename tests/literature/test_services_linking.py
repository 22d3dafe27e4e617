"""What publications say about each other, whichever of them comes first."""

from itertools import permutations

import pytest

from apps.accounts.models import Event
from apps.literature.choices import LinkKind, ReferenceType, RetractionState, Source
from apps.literature.formats.citation import Citation, Link
from apps.literature.models import Reference, ReferenceLink
from apps.literature.services import linking, upsert_citations

pytestmark = pytest.mark.django_db


def citation(position: int = 1, **facts) -> Citation:
    return Citation(position=position, **{"title": "A title", **facts})


NOTICE = {"reference_type": ReferenceType.NOTICE}
PREPRINT = {"reference_type": ReferenceType.PREPRINT}


def test_a_link_is_stored_once_however_often_it_is_read():
    linked = citation(pmid=5, links=(Link(LinkKind.CORRECTED_BY, pmid=9, note="J Ex 2020"),), source=Source.PUBMED)
    upsert_citations([linked, linked])
    upsert_citations([citation(pmid=5, title="New", links=linked.links, source=Source.PUBMED)])
    link = ReferenceLink.objects.get()
    assert (link.reference.pmid, link.kind, link.pmid, link.note) == (5, "corrected_by", 9, "J Ex 2020")
    assert (link.source, link.other) == ("pubmed", None)


@pytest.mark.parametrize("named_by", [{"pmid": 9}, {"doi": "10.1000/n"}])
@pytest.mark.parametrize("first", ["linking", "linked", "at once"])
def test_the_other_end_is_found_whichever_came_first(named_by, first):
    linking = citation(1, pmid=5, links=(Link(LinkKind.CORRECTED_BY, **named_by),))
    linked = citation(2, pmid=9, doi="10.1000/n")
    sets = {"linking": ([linking], [linked]), "linked": ([linked], [linking]), "at once": ([linking, linked],)}
    for part in sets[first]:
        upsert_citations(part)
    assert ReferenceLink.objects.get().other.pmid == 9


def test_the_other_end_is_found_once_it_gets_the_identifier():
    upsert_citations([citation(pmid=5, links=(Link(LinkKind.CORRECTED_BY, doi="10.1000/n"),)), citation(pmid=9)])
    upsert_citations([citation(pmid=9, doi="10.1000/n")])
    assert ReferenceLink.objects.get().other.pmid == 9


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_what_follows_from_links_shows_nothing_of_the_order_in_which_the_database_finds_them(order, monkeypatch):
    found = f"WITH found AS ({linking._FROM_LINKS}) SELECT * FROM found ORDER BY reference_id {order}"
    monkeypatch.setattr(linking, "_FROM_LINKS", found)
    upsert_citations(citation(n, pmid=n) for n in range(1, 4))
    notices = [(6, 1), (4, 2), (5, 3), (7, 1)]
    upsert_citations(
        citation(n, pmid=n, links=(Link(LinkKind.RETRACTS, pmid=about),), **NOTICE) for n, about in notices
    )
    pmids = dict(Reference.objects.values_list("pk", "pmid"))
    told = Event.objects.filter(verb="retraction state").order_by("pk").values_list("object_id", "data__notice")
    assert [(pmids[notice], pmids[int(about)]) for about, notice in told] == notices[:3]


def test_a_publication_is_not_linked_with_itself():
    upsert_citations([citation(pmid=5, links=(Link(LinkKind.CORRECTED_BY, pmid=5),))])
    assert ReferenceLink.objects.get().other is None


@pytest.mark.parametrize(
    ("preprint", "article"),
    [
        ({"links": (Link(LinkKind.PREPRINT_OF, pmid=5),)}, {}),
        ({}, {"links": (Link(LinkKind.ARTICLE_OF, doi="10.1101/p"),)}),
    ],
)
@pytest.mark.parametrize("order", [0, 1])
def test_a_preprint_and_its_article_are_two_and_know_each_other(preprint, article, order):
    two = [citation(doi="10.1101/p", **PREPRINT, **preprint), citation(pmid=5, doi="10.1000/a", **article)]
    for each in two if order else reversed(two):
        upsert_citations([each])
    assert Reference.objects.current().count() == 2
    stored = Reference.objects.get(doi="10.1101/p")
    assert stored.preprint_of.pmid == 5
    event = Event.objects.of_object(stored).get()
    assert event.data["changed"] == {"preprint_of": [None, stored.preprint_of_id]}


def test_two_that_call_each_other_the_article_do_not_go_in_circles():
    upsert_citations(
        [
            citation(1, pmid=5, links=(Link(LinkKind.PREPRINT_OF, pmid=6),)),
            citation(2, pmid=6, links=(Link(LinkKind.PREPRINT_OF, pmid=5),)),
        ]
    )
    assert Reference.objects.filter(preprint_of__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (LinkKind.RETRACTS, "retracted"),
        (LinkKind.RAISES_CONCERN, "expression_of_concern"),
        (LinkKind.CORRECTS, "corrected"),
    ],
)
@pytest.mark.parametrize("notice_first", [True, False])
def test_a_notice_raises_the_state_of_the_article_it_is_about(kind, state, notice_first):
    notice = citation(1, pmid=9, **NOTICE, links=(Link(kind, pmid=5),), source=Source.PUBMED)
    for each in (notice, citation(2, pmid=5)) if notice_first else (citation(2, pmid=5), notice):
        upsert_citations([each])
    article = Reference.objects.get(pmid=5)
    assert (article.retraction_state, article.provenance["retraction_state"]) == (state, "pubmed")
    assert Reference.objects.get(pmid=9).retraction_state == "none"
    event = Event.objects.of_object(article).get()
    assert (event.verb, event.from_state, event.to_state) == ("retraction state", "none", state)
    assert event.data["notice"] == Reference.objects.get(pmid=9).pk


def test_a_notice_never_lowers_a_state():
    upsert_citations([citation(pmid=5, retraction_state=RetractionState.RETRACTED)])
    upsert_citations([citation(pmid=9, **NOTICE, links=(Link(LinkKind.CORRECTS, pmid=5),))])
    assert Reference.objects.get(pmid=5).retraction_state == "retracted"
    assert not Event.objects.exists()


def test_the_order_of_records_makes_no_difference():
    records = [
        citation(1, pmid=5, doi="10.1000/a"),
        citation(2, doi="10.1101/p", **PREPRINT, links=(Link(LinkKind.PREPRINT_OF, doi="10.1000/a"),)),
        citation(3, pmid=9, **NOTICE, links=(Link(LinkKind.RETRACTS, pmid=5),)),
        citation(4, pmid=5, links=(Link(LinkKind.RETRACTED_BY, pmid=9),)),
    ]
    results = []
    for order in permutations(records):
        Reference.objects.all().delete()
        upsert_citations(order)
        references = Reference.objects.order_by("pmid", "doi")
        results.append(
            (
                list(references.values_list("pmid", "doi", "retraction_state", "preprint_of__pmid")),
                sorted(ReferenceLink.objects.values_list("kind", "other__pmid")),
            )
        )
    assert all(result == results[0] for result in results)
    assert results[0][0] == [
        (5, "10.1000/a", "retracted", None),
        (9, None, "none", None),
        (None, "10.1101/p", "none", 5),
    ]
