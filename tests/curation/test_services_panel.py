"""Two who decide independently, and a third where they do not agree: seats, blindness, rounds."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from apps.accounts.models import Event, Notice
from apps.catalogue.models import Entry
from apps.curation import permissions, services
from apps.curation.models import Decision, Review, Submission
from apps.curation.views import show
from apps.literature.models import Reference
from tests.factories.accounts import EditorFactory
from tests.factories.curation import (
    ReferenceFactory,
    decide,
    make_draft,
    make_editor,
    make_in_review,
    make_published,
    make_submitted,
)

from .test_services import events, refused

pytestmark = pytest.mark.django_db


def fresh(submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def asked(submission, by=None) -> Submission:
    return services.ask_second_review(actor=by or make_editor(), submission=submission, reason="It is bold.")


def names(version) -> list[str]:
    return [person["name"] for person in json.loads(version.document)["reviewed_by"]]


@pytest.fixture
def first():
    return make_editor(EditorFactory(name="Frida First"))


@pytest.fixture
def second():
    return make_editor(EditorFactory(name="Sven Second"))


@pytest.fixture
def third():
    return make_editor(EditorFactory(name="Thea Third"))


@pytest.fixture
def both(curator, first, second):
    """In review by two."""
    submission = asked(make_submitted(curator))
    services.claim(actor=first, submission=submission)
    return services.claim(actor=second, submission=submission)


@pytest.fixture
def torn(both, first, second):
    """The two do not agree."""
    decide(both, first, "approve", reason="Sound.")
    decide(both, second, "reject", reason="Unsound.")
    return fresh(both)


# --- why two ----------------------------------------------------------------------------------


def make_level_a(submitter=None):
    human = {"system": "patient", "species": "NCBITaxon:9606", "stage": "phase_3", "nct_ids": ("NCT01234567",)}
    return make_submitted(submitter, level="A", attribution="biomarker_only", **human)


def test_level_a_is_decided_on_by_two(curator):
    submission = make_level_a(curator)

    assert (submission.seats, submission.second_review) == (2, ["level"])


def test_one_reviewer_is_enough_for_the_rest(curator):
    submission = make_submitted(curator)

    assert (submission.seats, submission.second_review, submission.round) == (1, [], 1)


def test_what_contradicts_an_entry_in_force_is_decided_on_by_two(curator):
    make_published(curator)
    submission = make_submitted(curator, change="increased", direction="contradicts")

    assert submission.second_review == ["contradiction"]


def test_contradiction_is_looked_for_again_at_claim_and_verdict(curator, first, second):
    against = {"change": "increased", "direction": "contradicts"}
    early, late = make_submitted(curator, **against), make_submitted(curator, **against)
    late = services.claim(actor=first, submission=late)
    make_published()

    assert services.claim(actor=first, submission=early).second_review == ["contradiction"]
    assert decide(late, first, "approve") is None
    late = fresh(late)
    assert (late.status, late.seats, late.second_review) == ("in_review", 2, ["contradiction"])
    services.claim(actor=second, submission=late)
    assert decide(late, second, "approve").number == 1


def test_second_review_is_asked_for_with_a_reason(curator, first):
    submission = make_submitted(curator)
    for reason in (" ", "x" * 4001):
        with refused("invalid", "reason"):
            services.ask_second_review(actor=first, submission=submission, reason=reason)

    submission = asked(submission, first)

    assert (submission.status, submission.seats) == ("submitted", 2)
    assert events(submission)[-1] == (first, "ask_second", "submitted", "submitted")
    with refused("state"):
        asked(submission, first)
    with refused("forbidden"):
        asked(submission, curator)


def test_wish_for_a_second_review_outlives_the_round(curator, both, first, second):
    for reviewer in (first, second):
        decide(both, reviewer, "request_changes")
    content = replace(both.content(), summary="Said better.")
    services.save_draft(actor=curator, submission=both, content=content, edit_count=1)

    again = services.submit(actor=curator, submission=both)

    assert (again.round, again.seats, again.second_review) == (2, 2, ["asked"])


# --- seats ----------------------------------------------------------------------------------


def test_two_take_their_seats_and_no_third(both, first, second, third):
    assert [(seat.number, seat.editor) for seat in both.panel] == [(1, first), (2, second)]
    assert both.claimed_by == first
    with refused("state") as refusal:
        services.claim(actor=third, submission=both)
    assert "Frida First and Sven Second have" in refusal.error.reason
    assert events(both)[-2:] == [
        (first, "claim", "submitted", "in_review"),
        (second, "claim", "in_review", "in_review"),
    ]


def test_nobody_takes_two_seats(curator, first):
    submission = services.claim(actor=first, submission=asked(make_submitted(curator)))
    with refused("state"):
        services.claim(actor=first, submission=submission)


def test_seats_are_given_back_one_by_one(both, first, second):
    left = services.release(actor=first, submission=both)
    assert (left.status, left.claimed_by, left.vacant) == ("in_review", second, [1])

    empty = services.release(actor=second, submission=both)

    assert (empty.status, empty.claimed_by, empty.panel) == ("submitted", None, [])
    assert [verb for _, verb, *_ in events(both)[-2:]] == ["leave", "release"]


def test_a_seat_expires_alone(curator, first, second, time_machine):
    submission = services.claim(actor=first, submission=asked(make_submitted(curator)))
    time_machine.move_to(timezone.now() + timedelta(days=13))
    services.claim(actor=second, submission=submission)
    time_machine.move_to(timezone.now() + timedelta(days=2))

    assert services.expire_claims() == 1

    submission = fresh(submission)
    assert (submission.status, [seat.editor for seat in submission.panel]) == ("in_review", [second])


def test_a_verdict_does_not_expire(both, first, second, time_machine):
    decide(both, first, "approve")
    time_machine.move_to(timezone.now() + timedelta(days=20))

    assert services.expire_claims() == 1
    assert services.expire_claims() == 0

    assert [(seat.editor, seat.is_open) for seat in fresh(both).panel] == [(first, False)]
    assert (fresh(both).status, fresh(both).claimed_by) == ("in_review", first)


def test_author_of_the_paper_never_reviews_it(curator, first):
    named = make_editor(EditorFactory(name="Ada Lovelace"))
    submission = make_submitted(curator)

    with refused("forbidden") as refusal:
        services.claim(actor=named, submission=submission)
    assert "author of the paper" in refusal.error.reason
    with refused("conflict", "editor"):
        services.assign(actor=first, submission=submission, editor=named)


def test_colleague_of_an_author_reviews_and_it_is_noted(curator, first):
    curator.affiliation, first.affiliation = "Dept. of Oncology, Example University", "Example University, Oncology"
    curator.save()
    first.save()

    submission = services.claim(actor=first, submission=make_submitted(curator))

    assert submission.panel[0].cautions == ["affiliation"]
    assert Event.objects.of_object(submission).last().data["cautions"] == ["affiliation"]
    assert submission.panel[0].conflict_statement == "none"


# --- assigning --------------------------------------------------------------------------------


def test_an_editor_assigns_another_who_is_told_and_may_release(curator, first, second):
    submission = services.assign(actor=first, submission=make_submitted(curator), editor=second)

    assert (submission.status, submission.claimed_by) == ("in_review", second)
    assert submission.panel[0].assigned_by == first
    notice = Notice.objects.get(person=second, kind="assigned")
    assert (notice.url, "Frida First" in notice.text) == (f"/review/{submission.pk}/", True)
    assert events(submission)[-1] == (first, "assign", "submitted", "in_review")
    assert services.release(actor=second, submission=submission).status == "submitted"


def test_only_who_could_claim_is_assigned(curator, other_curator, first, both):
    submission, unsworn, another = make_submitted(curator), EditorFactory(), make_editor()
    for other in (unsworn, other_curator, curator):
        with refused("conflict", "editor"):
            services.assign(actor=first, submission=submission, editor=other)
    with refused("invalid", "editor"):
        services.assign(actor=first, submission=submission, editor=first)
    with refused("forbidden"):
        services.assign(actor=other_curator, submission=submission, editor=first)
    with refused("state"):
        services.assign(actor=first, submission=both, editor=another)
    assert not Notice.objects.filter(kind="assigned").exists()


# --- verdicts ---------------------------------------------------------------------------------


def test_first_verdict_changes_nothing_that_others_see(both, first, second, curator, third):
    before = {reader: show.history(both, reader) for reader in (second, curator, third)}
    notices = Notice.objects.count()

    assert decide(both, first, "approve", reason="Sound.") is None

    now = fresh(both)
    assert (now.status, now.claimed_by, now.claim_expires_at) == ("in_review", both.claimed_by, both.claim_expires_at)
    for reader in (second, curator, third):
        assert len(show.history(now, reader)) == len(before[reader])
        assert not permissions.may_see_verdicts(reader, now)
        assert not now.decisions.open_to(reader).exists()
    assert [each.editor for each in now.decisions.open_to(first)] == [first]
    event = Event.objects.of_object(now).last()
    assert (event.verb, event.reason) == ("verdict", "")
    assert "approve" not in str(event.data)
    assert Notice.objects.count() == notices


def test_verdict_is_given_once(both, first):
    decide(both, first, "approve")
    for again in (
        lambda: decide(both, first, "reject"),
        lambda: services.release(actor=first, submission=both),
        lambda: services.claim(actor=first, submission=both),
    ):
        with refused("state"):
            again()


def test_agreement_to_approve_publishes_and_names_both(both, first, second):
    decide(both, first, "approve")

    version = decide(both, second, "approve")

    assert names(version) == ["Frida First", "Sven Second"]
    assert fresh(both).status == "approved"
    assert events(both)[-1] == (second, "approve", "in_review", "approved")


@pytest.mark.parametrize(("verb", "status"), [("request_changes", "changes_requested"), ("reject", "rejected")])
def test_agreement_to_refuse_refuses(both, first, second, verb, status):
    curator = both.submitter
    decide(both, first, verb, reason="One thing.")
    decided = decide(both, second, verb, reason="Another thing.")

    assert (decided.status, decided.claimed_by) == (status, None)
    assert {each.reason for each in decided.decisions.open_to(curator)} == {"One thing.", "Another thing."}
    titles = [step.title for step in show.history(decided, curator)]
    assert any(title.startswith("Verdict: ") for title in titles)


def test_disagreement_opens_a_third_seat(torn, first, second, third, curator):
    assert (torn.status, torn.seats, torn.vacant) == ("in_review", 3, [3])
    for one in (first, second):
        assert torn.decisions.open_to(one).count() == 2
        with refused("state"):
            services.claim(actor=one, submission=torn)
    for other in (third, curator):
        assert not torn.decisions.open_to(other).exists()

    torn = services.claim(actor=third, submission=torn)

    assert torn.decisions.open_to(third).count() == 2
    assert not torn.decisions.open_to(curator).exists()
    assert not any(step.event.data.get("seat") == 3 for step in show.history(torn, curator))


@pytest.mark.parametrize(
    ("verb", "status"),
    [("approve", "approved"), ("request_changes", "changes_requested"), ("reject", "rejected")],
)
def test_third_verdict_settles_it(torn, third, verb, status):
    torn = services.claim(actor=third, submission=torn)
    version = decide(torn, third, verb)

    assert fresh(torn).status == status
    if verb == "approve":
        assert names(version) == ["Frida First", "Thea Third"]
    assert Entry.objects.exists() is (verb == "approve")


def test_third_seat_expires_and_another_takes_it(torn, third, time_machine):
    services.claim(actor=third, submission=torn)
    time_machine.move_to(timezone.now() + timedelta(days=15))

    services.expire_claims()

    assert (fresh(torn).status, fresh(torn).vacant) == ("in_review", [3])


def test_statement_has_to_hold_for_every_verdict(both, first, second, time_machine):
    decide(both, first, "approve")
    time_machine.move_to(timezone.now() + timedelta(days=366))
    with refused("forbidden"):
        decide(both, second, "approve")


def test_content_that_changes_in_review_is_read_anew_by_both(both, first, second):
    decide(both, first, "approve")
    kept = ReferenceFactory()
    Reference.objects.filter(pk=both.reference_id).update(merged_into=kept)

    services.follow_merged_references()

    now = fresh(both)
    assert (now.round, now.seats, [seat.is_open for seat in now.panel]) == (2, 2, [True, True])
    assert events(now)[-1] == (None, "new_round", "in_review", "in_review")
    with refused("stale"):
        decide(both, second, "approve")
    decide(now, first, "approve")
    assert decide(now, second, "approve") is not None


def test_what_is_said_of_reasons_and_fields_is_kept(curator):
    submission = make_in_review(curator)
    given = {"reasons": ["wording", "missing", "wording"], "remarks": {"level": " Rather D2. ", "summary": " "}}

    decide(submission, submission.claimed_by, "request_changes", **given)

    decision = Decision.objects.get()
    assert (decision.reasons, decision.remarks) == (["wording", "missing"], {"level": "Rather D2."})
    assert decision.reason_labels == ["The wording is unclear", "Data are missing"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reasons": ["mood"]}, "reasons"),
        ({"remarks": {"colour": "Blue."}}, "remarks"),
        ({"remarks": {"level": "x" * 2001}}, "remarks"),
    ],
)
def test_unknown_reasons_and_fields_are_refused(curator, given, field):
    submission = make_in_review(curator)
    for verb in ("approve", "request_changes", "reject"):
        with refused("invalid", field):
            decide(submission, submission.claimed_by, verb, **given)


# --- lists ------------------------------------------------------------------------------------


def test_queue_knows_vacant_seats(curator, both, torn):
    free, held = make_submitted(curator), make_in_review(curator, outcome="metastasis")

    vacant = set(Submission.objects.with_vacant_seat())

    assert vacant == {torn, free}
    assert held not in vacant


def test_held_is_what_waits_for_ones_own_verdict(both, first, second):
    decide(both, first, "approve")

    assert not Submission.objects.claimed_by(first).exists()
    assert Submission.objects.claimed_by(second).get().held_until == both.panel[1].expires_at


# --- the database -----------------------------------------------------------------------------


def raw(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_database_keeps_parties_out(curator, other_curator):
    draft = make_draft(curator)
    draft.co_editors.add(other_curator)
    now = timezone.now()
    for author in (curator, other_curator):
        with pytest.raises(IntegrityError, match="wrote some of"), transaction.atomic():
            Review.objects.create(submission=draft, round=1, number=1, editor=author, claimed_at=now, expires_at=now)
        with pytest.raises(IntegrityError, match="wrote some of"), transaction.atomic():
            Decision.objects.create(
                submission=draft, editor=author, outcome="approve", content_hash="", conflict_statement=""
            )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE curation_review SET number = 4",
        "UPDATE curation_review SET number = 1",
        "UPDATE curation_review SET editor_id = (SELECT min(editor_id) FROM curation_review)",
        "DELETE FROM curation_review",
        "UPDATE curation_submission SET seats = 1",
        "UPDATE curation_submission SET second_review = '{}'",
        "UPDATE curation_submission SET seats = 4",
    ],
)
def test_row_that_makes_no_sense_is_refused(both, sql):
    with pytest.raises(DatabaseError):
        raw(sql)


def test_seat_with_a_verdict_stays_as_it_is(both, first):
    decide(both, first, "approve")
    with pytest.raises(DatabaseError):
        raw("UPDATE curation_review SET released_at = now() WHERE editor_id = %s", first.pk)
