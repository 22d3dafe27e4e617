"""What sources say becomes a finding once, and never makes anything better than it was known to be."""

import pytest

from apps.accounts.models import Event
from apps.core.exceptions import Refused
from apps.literature import services
from apps.literature.choices import FindingStatus, RetractionState, Source
from apps.literature.formats.retraction_watch import reports
from apps.literature.models import Reference, RetractionFinding
from tests.factories.curation import ReferenceFactory
from tests.factories.retractions import make_finding, report, retracted, table

pytestmark = pytest.mark.django_db

RETRACTED, CONCERN, CORRECTED = (
    RetractionState.RETRACTED,
    RetractionState.EXPRESSION_OF_CONCERN,
    RetractionState.CORRECTED,
)


def said():
    return list(RetractionFinding.objects.order_by("pk").values_list("state", "source", "status"))


def states():
    return list(Reference.objects.order_by("pk").values_list("retraction_state", flat=True))


def test_a_table_finds_what_is_known_here_and_changes_nothing_yet():
    by_pmid, by_doi = ReferenceFactory(pmid=101), ReferenceFactory(pmid=None, doi="10.1000/two")
    rows = [retracted(101), retracted(0, "10.1000/TWO", "Expression of concern"), retracted(999), retracted()]
    gathered = services.gather_reports(reports(table(*rows)))
    assert (gathered.rows, gathered.known, gathered.unnamed, gathered.problems) == (4, 2, 1, [])
    first, second = RetractionFinding.objects.order_by("pk")
    assert gathered.found == [first.pk, second.pk]
    assert (first.reference, first.state, first.notice_pmid) == (by_pmid, RETRACTED, 33333333)
    assert (second.reference, second.state) == (by_doi, CONCERN)
    assert states() == ["none", "none"]
    assert Event.objects.of_object(first).get().verb == "find"


def test_the_same_is_found_once():
    reference = ReferenceFactory()
    rows = [report(reference), report(reference), report(reference, source=Source.CROSSREF)]
    assert len(services.gather_reports(rows).found) == 1
    assert services.gather_reports(rows).found == []
    assert said() == [(RETRACTED, "pubmed", "open")]


def test_what_is_worse_is_found_as_well():
    reference = ReferenceFactory()
    for state in (CORRECTED, CONCERN, RETRACTED):
        services.gather_reports([report(reference, state)])
    services.gather_reports([report(reference, CONCERN, Source.CROSSREF)])
    assert [state for state, *_ in said()] == [CORRECTED, CONCERN, RETRACTED]


@pytest.mark.parametrize("known", ["retracted", "withdrawn"])
def test_what_is_known_is_no_finding(known):
    reference = ReferenceFactory(retraction_state=known)
    assert services.gather_reports([report(reference), report(reference, CONCERN)]).found == []


def test_what_was_dismissed_is_not_found_again_but_by_another_source(editor):
    finding = make_finding()
    services.dismiss_finding(actor=editor, finding=finding, reason="Another paper.")
    services.gather_reports([report(finding.reference), report(finding.reference, source=Source.CROSSREF)])
    assert said() == [(RETRACTED, "pubmed", "dismissed"), (RETRACTED, "crossref", "open")]


def test_a_reinstatement_is_told_and_not_applied():
    ReferenceFactory(pmid=101, retraction_state="retracted")
    ReferenceFactory(pmid=102)
    rows = [retracted(101, nature="Reinstatement"), retracted(102, nature="Reinstatement")]
    (problem,) = services.gather_reports(reports(table(*rows))).problems
    assert (problem.position, problem.identifier) == (2, "PMID 101")
    assert "was reinstated" in problem.reason
    assert states() == ["retracted", "none"]


def test_a_doi_of_another_publication_is_not_believed():
    ReferenceFactory(pmid=101, doi="10.1000/one")
    gathered = services.gather_reports(reports(table(retracted(555, "10.1000/one"))))
    assert gathered.found == []
    assert "belongs to PMID 101 here" in gathered.problems[0].reason


def test_no_more_problems_are_kept_than_anyone_reads(monkeypatch):
    monkeypatch.setattr("apps.literature.services.retractions.MOST_TOLD", 2)
    gathered = services.gather_reports(reports(table(*(retracted(n, nature="?") for n in range(1, 6)))))
    assert (len(gathered.problems), gathered.untold) == (2, 3)


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(count, django_assert_num_queries):
    known = [ReferenceFactory(doi=f"10.1000/{n}", retraction_state="retracted") for n in range(count)]
    with django_assert_num_queries(6):  # the savepoint's two, the lock, references by either id, findings
        services.gather_reports([report(reference) for reference in known])


# --- judging --------------------------------------------------------------------------------------


def test_applying_raises_the_state_with_its_event(editor):
    finding = make_finding()
    applied = services.apply_finding(actor=editor, finding=finding)
    assert (applied.status, applied.decided_by) == (FindingStatus.APPLIED, editor)
    assert states() == ["retracted"]
    event = Event.objects.of_object(finding.reference).get()
    assert (event.actor, event.verb, event.from_state, event.to_state) == (
        editor,
        "retraction state",
        "none",
        "retracted",
    )
    assert Reference.objects.get().provenance["retraction_state"] == Source.PUBMED


def test_applying_settles_what_says_no_worse_and_nothing_else():
    reference = ReferenceFactory()
    other = make_finding()
    services.gather_reports([report(reference, CORRECTED), report(reference, CONCERN, Source.CROSSREF)])
    concern = RetractionFinding.objects.get(state=CONCERN)
    services.gather_reports([report(reference, RETRACTED)])
    services.apply_finding(actor=None, finding=concern)
    assert dict(RetractionFinding.objects.filter(reference=reference).values_list("state", "status")) == {
        CORRECTED: "applied",
        CONCERN: "applied",
        RETRACTED: "open",
    }
    other.refresh_from_db()
    assert other.is_open


def test_applying_never_lowers_a_state():
    finding = make_finding(state=CONCERN)
    Reference.objects.update(retraction_state="withdrawn")
    services.apply_finding(actor=None, finding=finding)
    assert states() == ["withdrawn"]


def test_a_finding_is_judged_once_with_a_reason_by_an_editor(editor, curator):
    finding = make_finding()
    for actor in (curator,):
        with pytest.raises(Refused, match="role of editor"):
            services.apply_finding(actor=actor, finding=finding)
        with pytest.raises(Refused, match="role of editor"):
            services.dismiss_finding(actor=actor, finding=finding, reason="No.")
    with pytest.raises(Refused, match="Say why"):
        services.dismiss_finding(actor=editor, finding=finding, reason=" ")
    services.dismiss_finding(actor=editor, finding=finding, reason="Another paper.")
    with pytest.raises(Refused, match="was dismissed before"):
        services.apply_finding(actor=editor, finding=finding)
    assert states() == ["none"]
