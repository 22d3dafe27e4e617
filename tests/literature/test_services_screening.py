"""Screening by two people: independent votes, agreement, conflict, and a third who decides."""

import pytest

from apps.accounts.models import Event
from apps.core.exceptions import Refused
from apps.literature import services
from apps.literature.choices import RejectionReason, Verdict
from apps.literature.models import Candidate
from tests.factories.accounts import CuratorFactory
from tests.factories.triage import CandidateFactory, make_screened
from tests.races import at_once, refusals

pytestmark = pytest.mark.django_db

INCLUDE, EXCLUDE = Verdict.INCLUDE, Verdict.EXCLUDE


def vote(person, candidate, verdict, reason="not_tme", text=""):
    return services.vote_on_candidate(actor=person, candidate=candidate, verdict=verdict, reason=reason, text=text)


def resolve(person, candidate, verdict, **given):
    return services.resolve_conflict(actor=person, candidate=candidate, verdict=verdict, **given)


@pytest.fixture
def conflict(curator, other_curator):
    candidate = make_screened((curator, INCLUDE))
    return vote(other_curator, candidate, EXCLUDE)


def test_one_vote_decides_nothing_and_leaves_no_verdict_in_the_history(curator):
    candidate = vote(curator, make_screened(), EXCLUDE)
    assert (candidate.state, candidate.screening) == ("new", "")
    event = Event.objects.of_object(candidate).get()
    assert (event.verb, event.reason, event.data) == ("vote", "", {})


def test_two_who_include_leave_it_to_be_claimed(curator, other_curator):
    candidate = vote(other_curator, make_screened((curator, INCLUDE)), INCLUDE)
    assert (candidate.state, candidate.screening) == ("new", "included")
    assert services.claim_candidate(actor=curator, candidate=candidate).state == "claimed"


def test_two_who_exclude_reject_it_with_both_reasons(curator, other_curator):
    candidate = make_screened()
    vote(curator, candidate, EXCLUDE, RejectionReason.NO_TARGET, "A marker.")
    candidate = vote(other_curator, candidate, EXCLUDE, RejectionReason.NOT_CANCER)
    assert (candidate.state, candidate.screening, candidate.reason) == ("rejected", "excluded", "no_target")
    assert candidate.reason_text == "A marker.; Not about cancer"
    assert candidate.decided_by is None


def test_two_who_differ_are_in_conflict(conflict):
    assert (conflict.state, conflict.screening) == ("new", "conflict")
    assert list(Candidate.objects.in_conflict()) == [conflict]


def test_a_vote_may_be_given_anew_until_the_other_is_there(curator, other_curator):
    candidate = make_screened()
    vote(curator, candidate, EXCLUDE)
    vote(curator, candidate, INCLUDE)
    assert candidate.votes.get().verdict == INCLUDE
    assert candidate.votes.get().reason == ""
    vote(other_curator, candidate, INCLUDE)
    with pytest.raises(Refused, match="over already"):
        vote(curator, candidate, EXCLUDE)


def test_an_exclusion_has_its_reason(curator):
    with pytest.raises(Refused) as refused:
        vote(curator, make_screened(), EXCLUDE, reason="")
    assert refused.value.field == "reason"


@pytest.mark.parametrize("verb", [services.claim_candidate, services.postpone_candidate])
def test_nobody_goes_past_the_two(verb, curator, conflict):
    for candidate, says in ((make_screened(), "Two people screen it"), (conflict, "disagree")):
        with pytest.raises(Refused, match=says):
            verb(actor=curator, candidate=candidate)


def test_one_that_one_person_decides_on_takes_no_votes(curator):
    with pytest.raises(Refused, match="One person decides"):
        vote(curator, CandidateFactory(), INCLUDE)


def test_visitors_neither_vote_nor_resolve(visitor, conflict):
    for call in (lambda: vote(visitor, make_screened(), INCLUDE), lambda: resolve(visitor, conflict, INCLUDE)):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code == "forbidden"


def test_a_third_person_resolves_a_conflict(conflict):
    third = CuratorFactory()
    candidate = resolve(third, conflict, INCLUDE)
    assert (candidate.state, candidate.screening, candidate.decided_by) == ("new", "included", third)


def test_a_third_person_excludes_with_a_reason(conflict):
    third = CuratorFactory()
    with pytest.raises(Refused):
        resolve(third, conflict, EXCLUDE)
    candidate = resolve(third, conflict, EXCLUDE, reason="duplicate")
    assert (candidate.state, candidate.screening, candidate.decided_by) == ("rejected", "excluded", third)


def test_one_of_the_two_does_not_resolve_unless_an_editor(curator, editor, conflict):
    with pytest.raises(Refused, match="one of the two"):
        resolve(curator, conflict, INCLUDE)
    mine = vote(editor, make_screened((curator, INCLUDE)), EXCLUDE)
    assert resolve(editor, mine, INCLUDE).screening == "included"


def test_what_is_resolved_or_was_never_in_conflict_is_not_resolved(editor, conflict):
    resolve(editor, conflict, INCLUDE)
    for candidate in (conflict, CandidateFactory()):
        with pytest.raises(Refused, match="Nobody disagrees"):
            resolve(editor, candidate, INCLUDE)


def test_what_two_excluded_is_screened_anew_when_put_back(curator, other_curator):
    candidate = vote(other_curator, make_screened((curator, EXCLUDE)), EXCLUDE)
    candidate = services.reopen_candidate(actor=curator, candidate=candidate)
    assert candidate.awaits_votes
    assert not candidate.votes.exists()
    votes = Event.objects.of_object(candidate).get(verb="reopen").data["votes"]
    assert [(one["person"], one["verdict"]) for one in votes] == [
        (curator.pk, "exclude"),
        (other_curator.pk, "exclude"),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_second_votes_at_once_one_counts(curator):
    candidate = make_screened((curator, INCLUDE))
    seconds = [CuratorFactory(), CuratorFactory()]
    results = at_once(*(lambda person=person: vote(person, candidate, EXCLUDE) for person in seconds))
    assert len(refusals(results)) == 1
    assert candidate.votes.count() == 2
    candidate.refresh_from_db()
    assert candidate.screening == "conflict"
