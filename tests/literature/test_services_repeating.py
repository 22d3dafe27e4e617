"""Saved searches and the refresh: repeated by the portal, new papers to triage, each run told of once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import Event, Notice
from apps.core.exceptions import Refused
from apps.literature import services
from apps.literature.models import Candidate, ImportRun, Reference, SavedSearch
from tests.literature import services_stub as faults

pytestmark = pytest.mark.django_db
QUERY = "macrophages AND stroma"
VALUES = {
    "name": "Macrophages",
    "service": "pubmed",
    "query": QUERY,
    "rhythm": "weekly",
    "two_person": False,
    "is_active": True,
}


@pytest.fixture
def search(curator):
    return services.save_search(actor=curator, **VALUES)


def run_through(runs):
    """What workers and beat do with these runs, one after the other."""
    for run in runs:
        services.run_import(run.pk)
    services.score_candidates()
    services.tell_of_searches()
    return [ImportRun.objects.get(pk=run.pk) for run in runs]


def again(search, **changes):
    """Let its time come."""
    SavedSearch.objects.filter(pk=search.pk).update(next_run_at=timezone.now(), **changes)
    return services.run_due_searches()


def test_what_a_search_finds_goes_to_triage_and_its_owner_gets_a_digest(search, services_stub, curator):
    services_stub.know(1, 2, 3, title="Macrophages of the stroma")
    services_stub.hits[QUERY] = [1, 2, 3]
    (run,) = run_through(services.run_due_searches())
    assert (run.state, run.created, run.saved_search, run.requested_by) == ("finished", 3, search, curator)
    assert Candidate.objects.filter(run=run).count() == 3
    notice = Notice.objects.get()
    assert notice.person == curator
    assert "“Macrophages” found 3 new papers" in notice.text
    assert "• Macrophages of the stroma" in notice.text
    assert notice.url.endswith(f"/triage/?run={run.pk}")


def test_a_run_is_told_of_once(search, services_stub):
    services_stub.know(1)
    services_stub.hits[QUERY] = [1]
    run_through(services.run_due_searches())
    assert services.tell_of_searches() == 0
    assert Notice.objects.count() == 1


def test_a_digest_waits_until_the_candidates_are_ranked(search, services_stub):
    services_stub.know(1)
    services_stub.hits[QUERY] = [1]
    for run in services.run_due_searches():
        services.run_import(run.pk)
    assert services.tell_of_searches() == 0
    services.score_candidates()
    assert services.tell_of_searches() == 1


def test_a_search_is_not_due_before_its_time(search, services_stub):
    services_stub.hits[QUERY] = []
    run_through(services.run_due_searches())
    assert services.run_due_searches() == []
    search.refresh_from_db()
    assert timedelta(days=6) < search.next_run_at - timezone.now() <= timedelta(days=7)


def test_later_runs_ask_for_what_is_new_since_the_last_that_finished(search, services_stub):
    services_stub.hits[QUERY] = []
    first = run_through(services.run_due_searches())[0]
    (second,) = again(search)
    assert first.since is None
    assert second.since == (first.requested_at - timedelta(days=3)).date()


def test_a_run_that_failed_leaves_its_days_to_the_next_and_is_told_of(search, services_stub, curator, slept):
    services_stub.hits[QUERY] = []
    services_stub.total = 20_000  # more than PubMed lists
    (failed,) = run_through(services.run_due_searches())
    assert failed.state == "failed"
    assert "did not come to its end" in Notice.objects.get(person=curator).text
    services_stub.total = None
    (second,) = again(search)
    assert second.since is None


def test_nothing_new_is_not_worth_a_notice(search, services_stub):
    services_stub.hits[QUERY] = []
    run_through(services.run_due_searches())
    assert not Notice.objects.exists()


def test_a_paper_that_is_known_is_no_new_one(search, services_stub):
    services_stub.know(1, 2)
    services_stub.hits[QUERY] = [1]
    run_through(services.run_due_searches())
    since = timezone.now() - timedelta(days=3)
    services_stub.hits[f'({QUERY}) AND ("{since:%Y/%m/%d}"[crdt] : "3000"[crdt])'] = [1, 2]
    (second,) = run_through(again(search))
    assert (second.created, second.unchanged) == (1, 1)
    assert [each.reference.pmid for each in Candidate.objects.filter(run=second)] == [2]


def test_a_search_runs_once_at_a_time(search, curator, services_stub):
    services.run_search(actor=curator, search=search)
    with pytest.raises(Refused, match="running already"):
        services.run_search(actor=curator, search=search)
    assert again(search) == []
    assert search.runs.count() == 1


def test_a_search_that_is_switched_off_runs_only_when_asked(search, curator, services_stub):
    services.change_search(actor=curator, search=search, **{**VALUES, "is_active": False})
    assert services.run_due_searches() == []
    assert services.run_search(actor=curator, search=search).query == QUERY


def test_another_query_begins_anew(search, curator, services_stub):
    services_stub.hits[QUERY] = []
    run_through(services.run_due_searches())
    changed = services.change_search(actor=curator, search=search, **{**VALUES, "query": "fibroblasts"})
    assert changed.last_run_at is None
    assert [run.since for run in services.run_due_searches()] == [None]
    verbs = list(Event.objects.of_object(search).values_list("verb", flat=True))
    assert verbs == ["save search", "change search"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"query": " "}, "Say what to search for"),
        ({"name": ""}, "Give the search a name"),
        ({"service": "google"}, "Choose the service"),
        ({"rhythm": "hourly"}, "Choose how often"),
        ({"query": "x" * 4001}, "at most 4,000"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(curator, changes, says):
    with pytest.raises(Refused, match=says):
        services.save_search(actor=curator, **{**VALUES, **changes})
    assert not SavedSearch.objects.exists()


def test_a_name_is_given_once(search, curator, other_curator):
    with pytest.raises(Refused, match="of this name"):
        services.save_search(actor=curator, **{**VALUES, "name": "macrophages"})
    assert services.save_search(actor=other_curator, **VALUES).pk


def test_others_leave_a_search_alone_but_editors_may_change_it(search, other_curator, editor, visitor):
    for stranger in (other_curator, visitor):
        with pytest.raises(Refused):
            services.change_search(actor=stranger, search=search, **{**VALUES, "name": "Mine"})
    assert services.change_search(actor=editor, search=search, **{**VALUES, "name": "Ours"}).name == "Ours"


def test_a_portal_that_asks_nobody_puts_its_searches_off(search, settings):
    settings.SOURCES_ENABLED = False
    assert services.run_due_searches() == []
    search.refresh_from_db()
    assert search.next_run_at > timezone.now()


def test_known_references_are_asked_about_in_turn(services_stub, settings, curator):
    settings.REFRESH_LEAST = 2
    services_stub.know(1, 2, 3)
    services.run_import(services.request_identifiers(requested_by=curator, identifiers=["1", "2", "3"]).pk)
    services_stub.know(1, title="Changed since", revised="2030-01-01")
    asked = []
    for _ in range(2):
        run = services.refresh_references()
        services.run_import(run.pk)
        asked.append(run.identifiers)
    assert asked == [["pmid:1", "pmid:2"], ["pmid:3", "pmid:1"]]
    assert Reference.objects.get(pmid=1).title == "Changed since"


def test_a_refresh_waits_for_the_last_one(services_stub, curator):
    services_stub.know(1)
    services.run_import(services.request_identifiers(requested_by=curator, identifiers=["1"]).pk)
    assert services.refresh_references() is not None
    assert services.refresh_references() is None


def test_there_is_nothing_to_refresh_in_an_empty_portal(services_stub):
    assert services.refresh_references() is None


def test_a_service_that_is_down_costs_no_search(search, services_stub, slept):
    services_stub.fail(*[faults.status(503)] * 20)
    (run,) = services.run_due_searches()
    services.run_import(run.pk)
    run.refresh_from_db()
    assert not run.is_over
    assert services.tell_of_searches() == 0
