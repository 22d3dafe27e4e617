"""PubMed: what a search brings, what is fetched, and what is told of what it does not know."""

from datetime import date

import pytest

from apps.literature.choices import Source
from apps.literature.formats import Reader
from apps.literature.sources import PubMed, SourceRefused, SourceUnavailable, pubmed
from tests.factories.literature import article_set
from tests.literature import services_stub as faults


def names(*pmids: int) -> list[str]:
    return [f"pmid:{pmid}" for pmid in pmids]


# --- fetching ---------------------------------------------------------------------------------


def test_records_come_by_their_pmid_as_pubmeds_word(services_stub):
    services_stub.know(1, 2, abstract="We saw it.")
    known = PubMed().fetch(names(2, 1, 99))
    assert set(known) == {"pmid:1", "pmid:2"}
    citation = known["pmid:2"].citation
    assert (citation.pmid, citation.title, citation.source) == (2, "Article 2", Source.PUBMED)


def test_many_are_fetched_in_few_questions_that_are_not_in_the_address(services_stub):
    services_stub.know(*range(1, 451))
    assert len(PubMed().fetch(names(*range(1, 451)))) == 450
    assert services_stub.paths() == ["efetch.fcgi"] * 3
    assert {asked.method for asked in services_stub.asked} == {"POST"}
    assert services_stub.asked[2].fields["id"].count(",") == 49


def test_the_same_description_has_the_same_digest_from_a_file(services_stub, tmp_path):
    services_stub.know(7)
    fetched = PubMed().fetch(names(7))["pmid:7"]
    path = tmp_path / "file.xml"
    path.write_bytes(article_set(services_stub.articles[7]))
    with path.open("rb") as file:
        assert next(iter(Reader(file).records())).digest == fetched.digest


@pytest.mark.parametrize(
    "answer",
    [
        faults.status(400, b"<eFetchResult><ERROR>ID list is empty! Possibly none</ERROR></eFetchResult>"),
        faults.instead(b"<?xml version='1.0' ?><eFetchResult><ERROR>ID list is empty!</ERROR></eFetchResult>"),
        faults.instead(article_set()),
    ],
)  # fmt: skip
def test_knowing_none_of_them_is_an_answer(services_stub, answer):
    services_stub.fail(answer)
    assert PubMed().fetch(names(5)) == {}


def test_the_portal_introduces_itself(services_stub, settings):
    settings.PUBMED_API_KEY, settings.CONTACT_EMAIL, settings.PUBMED_TOOL = "secret", "us@portal.example", "ours"
    PubMed().fetch(names(5))
    fields = services_stub.asked[0].fields
    assert (fields["api_key"], fields["email"], fields["tool"]) == ("secret", "us@portal.example", "ours")


def test_a_key_is_never_told(services_stub, settings, slept, caplog):
    settings.PUBMED_API_KEY = "secret"
    services_stub.fail(faults.status(400, b'{"error":"API key invalid","api-key":"secret"}'), *[faults.reset()] * 5)
    reasons = []
    for failure in (SourceRefused, SourceUnavailable):
        with pytest.raises(failure) as told:
            PubMed().fetch(names(5))
        reasons.append(told.value.reason)
    assert "secret" not in " ".join(reasons) + caplog.text


# --- searching --------------------------------------------------------------------------------


def test_a_search_brings_all_ids_in_order_from_the_history(services_stub, monkeypatch):
    monkeypatch.setattr(pubmed, "LISTED_AT_ONCE", 10)
    services_stub.hits["macrophages AND stroma"] = list(range(30, 5, -1))
    found = PubMed().search("macrophages AND stroma")
    assert found.total == 25
    assert list(found.identifiers) == names(*range(30, 5, -1))
    assert found.understood == "macrophages AND stroma[All Fields]"
    assert services_stub.paths() == ["esearch.fcgi", "efetch.fcgi", "efetch.fcgi", "efetch.fcgi"]
    assert services_stub.asked[0].fields["usehistory"] == "y"


def test_a_search_can_begin_with_a_day(services_stub):
    query = '(a OR b) AND ("2026/11/02"[crdt] : "3000"[crdt])'
    services_stub.hits[query] = [4]
    assert PubMed().search("a OR b", since=date(2026, 11, 2)).identifiers == ("pmid:4",)


def test_what_is_not_understood_is_told(services_stub):
    found = PubMed().search("abcXYZ")
    assert (found.total, found.identifiers) == (0, ())
    assert found.notes == ("PubMed does not know “abcXYZ” and left it out.",)
    assert len(services_stub.asked) == 1


def test_too_much_is_refused_with_the_way_out(services_stub):
    services_stub.hits["cancer"] = [1, 2]
    services_stub.total = 5_059_039
    with pytest.raises(SourceRefused, match="finds 5,059,039 papers; at most 9,999 can be taken in at once"):
        PubMed().search("cancer")
    assert len(services_stub.asked) == 1


def test_a_list_that_is_shorter_than_announced_is_told(services_stub):
    services_stub.hits["x"] = [1, 2]
    services_stub.total = 3
    found = PubMed().search("x")
    assert found.identifiers == ("pmid:1", "pmid:2")
    assert found.notes == ("PubMed counts 3 papers, but lists only 2.",)


def test_a_glance_shows_how_much_there_is_and_the_first_titles(services_stub):
    services_stub.know(*range(1, 30))
    services_stub.hits["x"] = list(range(29, 0, -1))
    found = PubMed().glance("x")
    assert found.total == 29
    assert found.titles == tuple(f"Article {pmid}" for pmid in range(29, 24, -1))


def test_a_glance_at_nothing_asks_once(services_stub):
    assert PubMed().glance("nothing").titles == ()
    assert len(services_stub.asked) == 1


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("esearch", faults.instead(b"<eSearchResult><Count>many</Count></eSearchResult>")),
        ("esearch", faults.instead(b"<eSearchResult><Count>")),
        ("esearch", faults.instead(article_set())),
        ("esearch", faults.cut()),
        ("efetch", faults.instead(b"1\n2\nError: sorry\n", faults.TEXT)),
        ("efetch", faults.web_page()),
    ],
)
def test_a_spoilt_search_is_asked_again(services_stub, slept, where, fault):
    services_stub.hits["x"] = [1, 2]
    services_stub.fail(fault, at=where)
    assert PubMed().search("x").identifiers == ("pmid:1", "pmid:2")
    services_stub.fail(*[fault] * 5, at=where)
    with pytest.raises(SourceUnavailable):
        PubMed().search("x")


def test_pubmeds_refusal_of_a_query_is_told(services_stub):
    services_stub.fail(faults.instead(b"<eSearchResult><ERROR>Empty term and query_key</ERROR></eSearchResult>"))
    with pytest.raises(SourceRefused, match="“Empty term and query_key”"):
        PubMed().search(" ")
