"""Europe PMC and Crossref, and which service is asked for which identifier."""

import gzip
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from apps.literature.choices import Source
from apps.literature.formats import Problem
from apps.literature.sources import (
    Crossref,
    EuropePMC,
    Fetched,
    SourceRefused,
    SourceUnavailable,
    crossref,
    europepmc,
    look_up,
    lookup,
    service_named,
)
from tests.literature import services_stub as faults
from tests.literature.services_stub import crossref_work, europepmc_result


def asked_of(stub, service: str) -> int:
    return sum(1 for asked in stub.asked if service in asked.path)


# --- Europe PMC -------------------------------------------------------------------------------


def test_europe_pmc_tells_by_any_identifier_in_one_question(services_stub):
    services_stub.know_elsewhere(
        {"pmid": "1", "doi": "10.1000/one", "pmcid": "PMC1"}, {"pmcid": "PMC2"}, {"doi": "10.1101/preprint"}
    )
    wanted = ["doi:10.1000/one", "pmcid:PMC2", "doi:10.1101/preprint", "pmid:1", "doi:10.1000/none"]
    known = EuropePMC().fetch(wanted)
    assert set(known) == set(wanted[:4])
    assert known["doi:10.1000/one"].citation.pmid == 1
    assert known["pmcid:PMC2"].citation.source == Source.EUROPEPMC
    assert len(services_stub.asked) == 1
    assert services_stub.asked[0].fields["resultType"] == "core"


def test_of_two_results_the_one_with_a_pmid_counts(services_stub):
    services_stub.know_elsewhere({"doi": "10.1000/one", "title": "Draft"}, {"pmid": "1", "doi": "10.1000/one"})
    assert EuropePMC().fetch(["doi:10.1000/one"])["doi:10.1000/one"].citation.pmid == 1


def test_a_doi_cannot_break_out_of_the_question():
    assert europepmc._term('doi:10.1000/a"b\\') == r'DOI:"10.1000/a\"b\\"'


def test_a_search_of_europe_pmc_goes_through_all_pages(services_stub, monkeypatch):
    monkeypatch.setattr(europepmc, "LISTED_AT_ONCE", 2)
    services_stub.hits["stroma"] = [
        europepmc_result(pmid="1", doi="10.1000/one"),
        europepmc_result(pmcid="PMC2"),
        europepmc_result(doi="10.1101/three"),
        {**europepmc_result(id="PAT4", title="A patent"), "source": "PAT"},
        europepmc_result(pmid="5"),
    ]
    found = EuropePMC().search("stroma")
    assert found.identifiers == ("pmid:1", "pmcid:PMC2", "doi:10.1101/three", "pmid:5")
    assert found.total == 5
    assert found.notes == ("Left out: 1 without a PMID, DOI or PMCID.",)


def test_a_search_of_europe_pmc_can_begin_with_a_day(services_stub):
    services_stub.hits["(a OR b) AND CREATION_DATE:[2026-11-02 TO 3000-12-31]"] = [europepmc_result(pmid="4")]
    assert EuropePMC().search("a OR b", since=date(2026, 11, 2)).identifiers == ("pmid:4",)


def test_too_much_of_europe_pmc_is_refused_with_the_way_out(services_stub):
    services_stub.hits["cancer"] = [europepmc_result(pmid="4")]
    services_stub.total = 5_059_039
    with pytest.raises(SourceRefused, match="finds 5,059,039 papers; at most 9,999"):
        EuropePMC().search("cancer")


def test_nothing_found_is_an_answer(services_stub):
    for service in (EuropePMC(), Crossref()):
        assert service.search("asdkfj").identifiers == ()
        assert service.glance("asdkfj").total == 0


# --- Crossref ---------------------------------------------------------------------------------


def test_crossref_tells_many_works_in_few_questions(services_stub, settings):
    settings.CONTACT_EMAIL = "us@portal.example"
    dois = [f"10.1000/{number}" for number in range(45)]
    services_stub.know_works(*dois)
    known = Crossref().fetch([f"doi:{doi}" for doi in (*dois, "10.1000/none")])
    assert len(known) == 45
    assert known["doi:10.1000/7"].citation.title == "Work 10.1000/7"
    assert len(services_stub.asked) == 3
    assert {asked.fields["mailto"] for asked in services_stub.asked} == {"us@portal.example"}


def test_a_doi_with_a_comma_is_asked_for_by_itself(services_stub):
    services_stub.know_works("10.1000/a,b/c", "10.1000/d")
    known = Crossref().fetch(["doi:10.1000/a,b/c", "doi:10.1000/d", "doi:10.1000/e,f"])
    assert set(known) == {"doi:10.1000/a,b/c", "doi:10.1000/d"}


def test_the_best_works_of_a_search_are_taken_and_that_is_told(services_stub, monkeypatch):
    monkeypatch.setattr(crossref, "LISTED_AT_ONCE", 2)
    monkeypatch.setattr(crossref, "MOST_RANKED", 5)
    services_stub.hits["stroma"] = [crossref_work(f"10.1000/{number}") for number in range(9)]
    found = Crossref().search("stroma")
    assert found.identifiers == tuple(f"doi:10.1000/{number}" for number in range(5))
    assert found.notes == ("Crossref finds 9 works, the best first; the first 5 are taken.",)
    assert [asked.fields["cursor"] for asked in services_stub.asked] == ["*", "2", "4"]


def test_a_search_of_crossref_can_begin_with_a_day(services_stub):
    services_stub.hits["stroma"] = [crossref_work("10.1000/1")]
    assert Crossref().search("stroma", since=date(2026, 11, 2)).identifiers == ("doi:10.1000/1",)
    assert services_stub.asked[0].fields["filter"] == "from-created-date:2026-11-02"


# --- both -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["europepmc", "crossref"])
def test_a_glance_shows_the_first_titles(services_stub, name):
    services_stub.hits["stroma"] = (
        [europepmc_result(pmid=str(number), title=f"T{number}") for number in range(1, 10)]
        if name == "europepmc"
        else [crossref_work(f"10.1000/{number}", title=[f"T{number}"]) for number in range(1, 10)]
    )
    found = service_named(name).glance("stroma")
    assert (found.total, found.titles) == (9, ("T1", "T2", "T3", "T4", "T5"))


@pytest.mark.parametrize(
    ("name", "file", "total", "first"),
    [
        ("pubmed", "eutils/biopython_esearch1.xml", 63, ("pmid:41282813",)),
        ("europepmc", "europepmc_json/search_cancer_core.json.gz", 5_059_039, ("pmid:39709209",)),
        ("europepmc", "europepmc_json/search_no_results.json", 0, ()),
        ("crossref", "crossref_json/habanero_query_widget.json", 454, ("doi:10.1007/978-1-4302-0197-7_9",)),
    ],
)
def test_real_answers_are_understood(services_stub, name, file, total, first):
    path = Path(settings.BASE_DIR).parent / "shared/data/references" / file
    if not path.exists():
        pytest.skip(f"{path} is not here")
    content = path.read_bytes()
    services_stub.fail(faults.instead(gzip.decompress(content) if path.suffix == ".gz" else content))
    found = service_named(name).glance("x")
    assert (found.total, found.identifiers[:1]) == (total, first)


PASSING = [
    faults.web_page(),
    faults.cut(),
    faults.instead(b"{}", faults.JSON),
    faults.instead(b'{"version": "6.9", "hitCount": "many"}', faults.JSON),
    faults.instead(b'{"status": "ok", "message": "hello"}', faults.JSON),
    faults.instead(b'{"errCode": 503, "errMsg": "Service temporarily unavailable"}', faults.JSON),
    faults.status(429, Retry_After="1"),
]


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("name", ["europepmc", "crossref"])
def test_what_is_no_answer_is_asked_for_again_and_told_at_last(services_stub, slept, name, fault):
    services_stub.know_elsewhere({"doi": "10.1000/1"})
    services_stub.know_works("10.1000/1")
    services_stub.fail(fault)
    assert set(service_named(name).fetch(["doi:10.1000/1"])) == {"doi:10.1000/1"}
    services_stub.fail(*[fault] * 5)
    with pytest.raises(SourceUnavailable, match="gave no usable answer in 5 tries"):
        service_named(name).fetch(["doi:10.1000/1"])


@pytest.mark.parametrize(
    ("name", "fault", "says"),
    [
        ("europepmc", faults.instead(b'{"errCode": 404, "errMsg": "Bad query"}', faults.JSON), "“Bad query”"),
        (
            "crossref",
            faults.status(
                400,
                b'{"status":"failed","message-type":"validation-failure","message":[{"type":"x","message":"Not so."}]}',
                faults.JSON,
            ),
            "“Not so.”",
        ),
        ("crossref", faults.instead(b'{"status":"error","message-type":"exception"}', faults.JSON), "“error”"),
    ],
)
def test_refusals_are_told_in_the_services_words(services_stub, name, fault, says):
    services_stub.fail(fault)
    with pytest.raises(SourceRefused, match=says):
        service_named(name).search("x")


# --- looking up -------------------------------------------------------------------------------


def items(*identifiers: str) -> list[Fetched | Problem]:
    return list(look_up(list(enumerate(identifiers, 1))))


def test_every_identifier_comes_from_the_service_that_describes_it_best(services_stub):
    services_stub.know(1, 2)
    services_stub.know_elsewhere(
        {"pmid": "2", "doi": "10.1000/two"},
        {"doi": "10.1101/preprint"},
        {"pmcid": "PMC3"},
        {"pmid": "77", "pmcid": "PMC77"},
    )
    services_stub.know_works("10.1000/work")
    identifiers = ["doi:10.1000/two", "pmid:1", "doi:10.1101/preprint", "doi:10.1000/work", "pmcid:PMC3", "pmcid:PMC77"]
    found = items(*identifiers)
    assert [item.position for item in found] == [1, 2, 3, 4, 5, 6]
    assert [item.citation.source for item in found] == [
        Source.PUBMED, Source.PUBMED, Source.EUROPEPMC, Source.CROSSREF, Source.EUROPEPMC, Source.EUROPEPMC,
    ]  # fmt: skip
    assert [item.citation.position for item in found] == [1, 2, 3, 4, 5, 6]
    assert len(services_stub.asked) == 3


def test_what_nobody_knows_is_told_one_by_one(services_stub):
    services_stub.know(1)
    found = items("pmid:1", "pmid:2", "doi:10.1000/none", "pmcid:PMC9")
    assert isinstance(found[0], Fetched)
    assert found[1:] == [
        Problem(2, "PMID 2", "PubMed has no record with PMID 2."),
        Problem(3, "DOI 10.1000/none", "Neither Europe PMC nor Crossref has a record with DOI 10.1000/none."),
        Problem(4, "PMC9", "Europe PMC has no record with PMC9."),
    ]


def test_pmids_alone_trouble_nobody_but_pubmed(services_stub):
    items("pmid:1", "pmid:2")
    assert asked_of(services_stub, "eutils") == len(services_stub.asked) == 1


def test_one_that_is_asked_for_twice_is_given_twice(services_stub):
    services_stub.know(1)
    assert [item.position for item in items("pmid:1", "pmid:1") if isinstance(item, Fetched)] == [1, 2]
    assert services_stub.asked[0].fields["id"] == "1"


def test_an_identifier_that_is_refused_does_not_spoil_the_others(services_stub):
    services_stub.know(*range(1, 9))

    def refuse_five(fields):
        if "5" in fields["id"].split(","):
            return 400, faults.TEXT, b'{"error":"No such thing as five"}'
        return type(services_stub).efetch(services_stub, fields)

    services_stub.efetch = refuse_five
    found = items(*(f"pmid:{number}" for number in range(1, 9)))
    assert [item.position for item in found if isinstance(item, Fetched)] == [1, 2, 3, 4, 6, 7, 8]
    assert found[4] == Problem(5, "PMID 5", "PubMed refused the question: “No such thing as five”.")


def test_a_service_that_refuses_everything_is_not_asked_for_each(services_stub, monkeypatch):
    monkeypatch.setattr(lookup, "MOST_REFUSALS", 4)
    services_stub.fail(*[faults.status(400, b'{"error":"API key invalid"}')] * 200)
    with pytest.raises(SourceRefused, match="API key invalid"):
        items(*(f"pmid:{number}" for number in range(1, 101)))
    assert len(services_stub.asked) < 20
