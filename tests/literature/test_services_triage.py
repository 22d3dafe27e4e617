"""Triage: how references become candidates, and every step with one: who, from where, and what is written down."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from apps.accounts.models import Event
from apps.core.exceptions import Refused
from apps.literature import services
from apps.literature.choices import CandidateState, RejectionReason
from apps.literature.models import Candidate, ImportRun
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import ReferenceFactory
from tests.factories.literature import article, article_set, imported, make_run
from tests.factories.triage import CandidateFactory, make_claimed, make_rejected
from tests.races import at_once, refusals

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date


def told(candidate):
    """The history of a candidate: what was done, and where it led."""
    return [(event.verb, event.from_state, event.to_state) for event in Event.objects.of_object(candidate)]


def make_later(**changes):
    return CandidateFactory(state=CandidateState.LATER, **changes)


# --- into triage -------------------------------------------------------------------------------


def test_what_a_run_brought_becomes_candidates_once():
    run = ImportRun.objects.create(file_name="search.xml", to_triage=True)
    known = make_rejected()
    new = [ReferenceFactory().pk for _ in range(3)]
    for _ in range(2):
        services.add_candidates(reference_ids=[*new, known.reference_id], run=run)
    assert set(Candidate.objects.filter(run=run).values_list("reference", "state", "votes_needed")) == {
        (pk, "new", 1) for pk in new
    }
    known.refresh_from_db()
    assert (known.state, known.run) == ("rejected", None)


def test_an_import_puts_what_is_new_into_triage_and_only_where_asked():
    imported(article_set(article(1)))
    run = make_run(article_set(article(1), article(2), article("none"), article(2)))
    ImportRun.objects.filter(pk=run.pk).update(to_triage=True)
    services.run_import(run.pk)
    services.run_import(run.pk)
    assert list(Candidate.objects.values_list("reference__pmid", "run")) == [(2, run.pk)]


def test_a_run_screened_by_two_asks_for_two_votes():
    run = ImportRun.objects.create(file_name="search.xml", to_triage=True, two_person=True)
    services.add_candidates(reference_ids=[ReferenceFactory().pk], run=run)
    assert Candidate.objects.get().awaits_votes


def test_a_reference_is_put_into_triage_by_hand_once(curator):
    reference = ReferenceFactory()
    first = services.nominate(actor=curator, reference=reference)
    assert services.nominate(actor=curator, reference=reference) == first
    assert told(first) == [("nominate", "", "new")]


def test_a_reference_that_turned_out_to_be_another_stands_for_that_one(curator):
    heir = ReferenceFactory()
    merged = ReferenceFactory(pmid=None, merged_into=heir)
    assert services.nominate(actor=curator, reference=merged).reference == heir


# --- the steps ---------------------------------------------------------------------------------


def test_claim_and_release(curator):
    candidate = services.claim_candidate(actor=curator, candidate=CandidateFactory())
    assert (candidate.state, candidate.claimed_by) == ("claimed", curator)
    assert candidate.claimed_at
    candidate = services.release_candidate(actor=curator, candidate=candidate)
    assert (candidate.state, candidate.claimed_by, candidate.claimed_at) == ("new", None, None)
    assert told(candidate) == [("claim", "new", "claimed"), ("release", "claimed", "new")]


def test_reject_keeps_the_reason_and_putting_back_forgets_it(curator):
    candidate = services.reject_candidate(
        actor=curator, candidate=make_claimed(curator), reason=RejectionReason.NO_TARGET, text="Only a marker."
    )
    assert (candidate.state, candidate.reason, candidate.reason_text) == ("rejected", "no_target", "Only a marker.")
    assert (candidate.claimed_by, candidate.decided_by) == (None, curator)
    assert Event.objects.of_object(candidate).get().reason == "No target that a therapy could act on: Only a marker."
    candidate = services.reopen_candidate(actor=curator, candidate=candidate)
    assert (candidate.state, candidate.reason, candidate.reason_text, candidate.decided_by) == ("new", "", "", None)


def test_later_with_and_without_a_day(curator):
    day = TODAY() + timedelta(days=3)
    candidate = services.postpone_candidate(actor=curator, candidate=CandidateFactory(), until=day)
    assert (candidate.state, candidate.later_until) == ("later", day)
    candidate = services.claim_candidate(actor=curator, candidate=candidate)
    assert (candidate.state, candidate.later_until) == ("claimed", None)
    candidate = services.postpone_candidate(actor=curator, candidate=candidate)
    assert (candidate.state, candidate.later_until, candidate.claimed_by) == ("later", None, None)


def test_curated_by_hand_whoever_claimed_it_and_back(curator):
    candidate = make_claimed()
    services.mark_curated(actor=curator, reference_id=candidate.reference_id)
    candidate.refresh_from_db()
    assert (candidate.state, candidate.claimed_by, candidate.decided_by) == ("curated", None, curator)
    assert services.reopen_candidate(actor=curator, candidate=candidate).state == "new"


def test_curated_is_said_once_and_of_candidates_alone(curator):
    candidate = make_rejected()
    for _ in range(2):
        services.mark_curated(actor=curator, reference_id=candidate.reference_id)
    assert told(candidate) == [("curate", "rejected", "curated")]
    assert services.mark_curated(actor=curator, reference_id=ReferenceFactory().pk) is None


def test_curated_finds_the_candidate_of_a_merged_reference(curator):
    candidate = CandidateFactory()
    merged = ReferenceFactory(pmid=None, merged_into=candidate.reference)
    assert services.mark_curated(actor=curator, reference_id=merged.pk).state == "curated"


def test_a_note_is_kept_and_an_empty_or_endless_one_refused(curator):
    candidate = CandidateFactory()
    note = services.note_on_candidate(actor=curator, candidate=candidate, text=" See figure 3. ")
    assert (note.author, note.text) == (curator, "See figure 3.")
    for text in ("  ", "x" * 2001):
        with pytest.raises(Refused) as refused:
            services.note_on_candidate(actor=curator, candidate=candidate, text=text)
        assert refused.value.field == "text"
    assert candidate.notes.count() == 1


# --- refused -----------------------------------------------------------------------------------

VERBS = {
    "claim": services.claim_candidate,
    "release": services.release_candidate,
    "reject": lambda **given: services.reject_candidate(reason="not_tme", **given),
    "postpone": services.postpone_candidate,
    "reopen": services.reopen_candidate,
    "note": lambda **given: services.note_on_candidate(text="A note.", **given),
    "nominate": lambda actor, candidate: services.nominate(actor=actor, reference=candidate.reference),
    "curate": lambda actor, candidate: services.mark_curated(actor=actor, reference_id=candidate.reference_id),
}


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_below_a_curator_changes_anything(verb, visitor):
    candidate = make_claimed(visitor)
    with pytest.raises(Refused) as refused:
        VERBS[verb](actor=visitor, candidate=candidate)
    assert refused.value.code == "forbidden"
    assert told(candidate) == []


@pytest.mark.parametrize("verb", ["release", "reject", "postpone"])
def test_what_one_has_claimed_another_leaves_alone(verb, curator, other_curator):
    candidate = make_claimed(other_curator)
    with pytest.raises(Refused, match="Omar Curator has claimed it") as refused:
        VERBS[verb](actor=curator, candidate=candidate)
    assert refused.value.code == "forbidden"


def test_an_editor_releases_the_claim_of_another(editor, other_curator):
    assert services.release_candidate(actor=editor, candidate=make_claimed(other_curator)).state == "new"


@pytest.mark.parametrize(
    ("verb", "make", "says"),
    [
        ("claim", make_claimed, "has claimed it"),
        ("claim", make_rejected, "it was rejected"),
        ("release", CandidateFactory, "nobody has taken it up"),
        ("reject", make_rejected, "it was rejected"),
        ("postpone", make_later, "it is put off"),
        ("reopen", CandidateFactory, "nobody has taken it up"),
        ("reopen", make_claimed, "has claimed it"),
    ],
)
def test_a_step_that_is_not_there_is_refused_with_the_state(verb, make, says, curator):
    with pytest.raises(Refused, match=says) as refused:
        VERBS[verb](actor=curator, candidate=make())
    assert refused.value.code == "state"


@pytest.mark.parametrize(
    ("reason", "text", "field"),
    [("", "", "reason"), ("boring", "", "reason"), ("other", " ", "text"), ("not_tme", "x" * 501, "text")],
)
def test_a_rejection_says_why(reason, text, field, curator):
    candidate = CandidateFactory()
    with pytest.raises(Refused) as refused:
        services.reject_candidate(actor=curator, candidate=candidate, reason=reason, text=text)
    assert refused.value.field == field


def test_later_is_a_day_to_come(curator):
    with pytest.raises(Refused, match="still to come"):
        services.postpone_candidate(actor=curator, candidate=CandidateFactory(), until=TODAY())


def test_one_that_is_gone_is_refused(curator):
    candidate = CandidateFactory()
    Candidate.objects.all().delete()
    with pytest.raises(Refused) as refused:
        services.claim_candidate(actor=curator, candidate=candidate)
    assert refused.value.code == "missing"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_the_second_is_told_who_has_it(curator, other_curator):
    candidate = CandidateFactory()
    people = (curator, other_curator)
    results = at_once(
        *(lambda person=person: services.claim_candidate(actor=person, candidate=candidate) for person in people)
    )
    (refused,) = refusals(results)
    candidate.refresh_from_db()
    assert refused.reason == f"It cannot be claimed now: {candidate.claimed_by} has claimed it."
    assert told(candidate) == [("claim", "new", "claimed")]


def test_the_database_knows_the_steps_as_well():
    candidate = make_rejected()
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        Candidate.objects.filter(pk=candidate.pk).update(state="later")


# --- back by itself ----------------------------------------------------------------------------


def test_claims_that_rest_return_and_others_stay(settings):
    settings.TRIAGE_CLAIM_DAYS = 14
    days = timedelta(days=1)
    rested = make_claimed(CuratorFactory(name="Rita Rest"), claimed_at=timezone.now() - 14 * days)
    fresh = make_claimed(claimed_at=timezone.now() - 13 * days)
    assert services.return_candidates() == 1
    rested.refresh_from_db()
    fresh.refresh_from_db()
    assert (rested.state, rested.claimed_by, fresh.state) == ("new", None, "claimed")
    event = Event.objects.of_object(rested).get()
    assert (event.actor, event.reason) == (None, "The claim of Rita Rest rested for 14 days.")


def test_what_was_put_off_comes_back_on_its_day():
    due = make_later(later_until=TODAY(), decided_at=timezone.now())
    waiting = make_later(later_until=TODAY() + timedelta(days=1))
    without_day = make_later()
    assert services.return_candidates() == 1
    for candidate in (due, waiting, without_day):
        candidate.refresh_from_db()
    assert (due.state, due.later_until, due.decided_at) == ("new", None, None)
    assert (waiting.state, without_day.state) == ("later", "later")
    assert services.return_candidates() == 0
