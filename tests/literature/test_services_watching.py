"""The nightly question: what is asked, what becomes of the answers, and of no answer."""

import json
from datetime import date

import pytest

from apps.literature import services
from apps.literature.choices import Source
from apps.literature.models import RetractionFinding
from apps.literature.sources import watching
from tests.factories.curation import ReferenceFactory
from tests.literature import services_stub as faults

pytestmark = pytest.mark.django_db

RETRACTED_IN = (
    '<CommentsCorrections RefType="RetractionIn"><RefSource>Lancet. 2010 Feb 6;375(9713):445</RefSource>'
    '<PMID Version="1">20137807</PMID></CommentsCorrections>'
)
ERRATUM_IN = (
    '<CommentsCorrections RefType="ErratumIn"><RefSource>Lancet. 2011 Jan;1:2</RefSource>'
    '<PMID Version="1">777</PMID></CommentsCorrections>'
)


def notice(doi, *updates):
    """A notice of Crossref: (DOI that it is about, kind), as an answer to ``select=DOI,update-to`` has them."""
    told = [
        {"DOI": about, "type": kind, "label": kind.capitalize(), "updated": {"date-parts": [[2021, 5, 3]]}}
        for about, kind in updates
    ]
    return {"DOI": doi, "update-to": told}


def said():
    columns = ("reference__pmid", "reference__doi", "state", "source", "notice_pmid", "notice_doi", "noticed_on")
    return list(RetractionFinding.objects.order_by("pk").values_list(*columns))


def filters(stub):
    return [asked.fields["filter"] for asked in stub.asked if asked.path.endswith("/works")]


def test_pubmed_is_asked_about_every_pmid_and_its_word_becomes_a_finding(services_stub):
    for pmid in (1, 2, 3):
        ReferenceFactory(pmid=pmid)
    ReferenceFactory(pmid=4, retraction_state="retracted")
    services_stub.know(2, types=("Journal Article", "Retracted Publication"), links=RETRACTED_IN)
    services_stub.know(3, links=ERRATUM_IN)
    services_stub.hits[watching.pubmed_question([1, 2, 3], watching.GRAVE)] = [2]
    services_stub.hits[watching.pubmed_question([1, 2, 3], watching.MINOR)] = [3]

    gathered = services.check_sources()

    assert (len(gathered.found), gathered.problems) == (2, [])
    assert said() == [
        (2, None, "retracted", "pubmed", 20137807, "", date(2010, 2, 6)),
        (3, None, "corrected", "pubmed", 777, "", None),
    ]
    assert {asked.method for asked in services_stub.asked if "eutils" in asked.path} == {"POST"}
    assert services.check_sources().found == []


def test_many_pmids_are_asked_about_in_few_questions(services_stub, monkeypatch):
    monkeypatch.setattr(watching, "PMIDS_AT_ONCE", 2)
    for pmid in (1, 2, 3):
        ReferenceFactory(pmid=pmid)
    services.check_sources()
    assert services_stub.paths().count("esearch.fcgi") == 4


def test_crossref_tells_of_known_dois_in_its_notices_of_late(services_stub):
    ReferenceFactory(pmid=1, doi="10.1000/known")
    services_stub.hits[""] = [
        notice("10.1000/N1", ("10.1000/KNOWN", "retraction"), ("10.1000/other", "retraction")),
        notice("10.1000/N2", ("10.1000/known", "new_version")),
        {"DOI": "10.1000/n3", "update-to": "nonsense"},
    ]
    services.check_sources()
    assert said() == [(1, "10.1000/known", "retracted", "crossref", None, "10.1000/n1", date(2021, 5, 3))]
    (asked,) = filters(services_stub)
    assert asked.startswith("update-type:retraction,update-type:withdrawal")
    assert "from-index-date:" in asked


def test_crossref_is_asked_about_what_has_no_pmid(services_stub):
    for doi in ("10.1000/a", "10.1000/b"):
        ReferenceFactory(pmid=None, doi=doi)
    ReferenceFactory(pmid=5, doi="10.1000/c")
    services_stub.hits[""] = [notice("10.1000/n", ("10.1000/b", "expression_of_concern"))]
    services.check_sources()
    assert [row[1:4] for row in said()] == [("10.1000/b", "expression_of_concern", "crossref")]
    assert filters(services_stub)[1] == "updates:10.1000/a,updates:10.1000/b"


def test_lists_of_notices_are_read_to_their_end(services_stub, monkeypatch):
    monkeypatch.setattr(watching, "LISTED_AT_ONCE", 2)
    ReferenceFactory(pmid=1, doi="10.1000/last")
    services_stub.hits[""] = [notice(f"10.1000/n{n}", (f"10.1000/x{n}", "retraction")) for n in range(4)]
    services_stub.hits[""].append(notice("10.1000/n9", ("10.1000/last", "retraction")))
    assert len(services.check_sources().found) == 1


def test_a_service_that_is_away_is_told_and_keeps_the_other_not_from_being_asked(services_stub, settings):
    settings.SOURCES_TRIES = 1
    ReferenceFactory(pmid=1, doi="10.1000/known")
    services_stub.hits[""] = [notice("10.1000/n", ("10.1000/known", "retraction"))]
    services_stub.fail(faults.status(503), at="esearch")
    gathered = services.check_sources()
    assert len(gathered.found) == 1
    (problem,) = gathered.problems
    assert problem.identifier == Source.PUBMED.label
    assert problem.reason.endswith("It is asked again next time.")


def test_another_answer_of_crossref_is_asked_for_again(services_stub):
    ReferenceFactory(pmid=1, doi="10.1000/known")
    services_stub.hits[""] = [notice("10.1000/n", ("10.1000/known", "retraction"))]
    body = json.dumps({"status": "ok", "message": []}).encode()
    services_stub.fail(faults.instead(body, faults.JSON), faults.web_page(), at="works")
    assert len(services.check_sources().found) == 1
