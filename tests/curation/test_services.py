"""Each verb changes what it says and records it, or refuses with a reason and changes nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Event
from apps.catalogue.models import Entry, EntryVersion
from apps.catalogue.services import retract
from apps.core.exceptions import Refused
from apps.curation import services, tasks
from apps.curation.content import Content
from apps.curation.models import Decision, Record, Submission
from apps.curation.services import reviewing
from apps.literature.models import Candidate, Reference
from apps.vocabularies.models import Target, Term
from tests.factories.accounts import AdministratorFactory, CuratorFactory, EditorFactory
from tests.factories.curation import (
    ReferenceFactory,
    complete_content,
    make_draft,
    make_editor,
    make_in_review,
    make_published,
    make_submitted,
)

pytestmark = pytest.mark.django_db


def events(submission):
    """The history of a submission, from its first line on."""
    return [
        (event.actor, event.verb, event.from_state, event.to_state) for event in Event.objects.of_object(submission)
    ]


def refused(code, field=None):
    class _Refused:
        def __enter__(self):
            self.before = (Event.objects.count(), list(Submission.objects.order_by("pk").values()))
            return self

        def __exit__(self, kind, error, trace):
            assert kind is Refused or (kind and issubclass(kind, Refused)), error
            self.error = error
            assert error.code == code, error.reason
            assert field is None or error.field == field
            assert error.reason.endswith((".", ")"))
            assert self.before == (Event.objects.count(), list(Submission.objects.order_by("pk").values()))
            return True

    return _Refused()


# --- start ------------------------------------------------------------------------------------


def test_start_makes_an_empty_draft_of_a_new_record(curator):
    submission = services.start(actor=curator)

    assert (submission.status, submission.submitter, submission.content()) == ("draft", curator, Content())
    assert submission.record.accession is None
    assert events(submission) == [(curator, "start", "", "draft")]


def test_start_from_a_reference(curator):
    reference = ReferenceFactory()

    assert services.start(actor=curator, reference=reference).content() == Content(reference=reference.pk)


def test_start_is_for_curators(visitor):
    with refused("forbidden"):
        services.start(actor=visitor)
    assert not Record.objects.exists()


def test_start_as_a_copy_takes_everything_but_the_answers(curator):
    source = make_draft(curator, change="increased", answers=(("coherence", "See figure 2."),))

    copy = services.start(actor=curator, copies=source)

    assert copy.content() == replace(source.content(), answers=())
    assert copy.record != source.record


def test_copy_keeps_the_authors_of_unreviewed_work_as_authors(curator, other_curator):
    source = make_draft(curator)
    source.co_editors.add(other_curator)

    copy = services.start(actor=other_curator, copies=source)

    assert list(copy.co_editors.all()) == [curator]


def test_copy_of_reviewed_work_is_the_copier_s_own(other_curator):
    copy = services.start(actor=other_curator, copies=make_published())

    assert not copy.co_editors.exists()


def test_copy_of_others_drafts_is_refused(curator, other_curator):
    source = make_draft(curator)
    with refused("forbidden", "copies"):
        services.start(actor=other_curator, copies=source)


def test_revision_starts_from_the_current_version(other_curator):
    published = make_published()

    revision = services.start(actor=other_curator, revises=published.record.accession)

    assert (revision.record, revision.based_on) == (published.record, 1)
    assert revision.content() == published.content()
    assert Event.objects.of_object(revision).get().data["based_on"] == 1


def test_one_person_revises_an_entry_once_at_a_time(curator, other_curator):
    accession = make_published().record.accession
    first = services.start(actor=curator, revises=accession)

    with refused("duplicate", "revises"):
        services.start(actor=curator, revises=accession)
    services.start(actor=other_curator, revises=accession)
    services.withdraw(actor=curator, submission=first)
    services.start(actor=curator, revises=accession)


def test_only_entries_in_force_are_revised(curator):
    accession = make_published().record.accession
    retract(accession=accession, reason="The reference was retracted.", at=timezone.now())

    for name in (accession, "TMEE:0009999", "nonsense"):
        with refused("missing", "revises"):
            services.start(actor=curator, revises=name)


# --- save -------------------------------------------------------------------------------------


def test_save_keeps_every_field(curator):
    submission = services.start(actor=curator)
    content = complete_content(
        target="HGNC:2433",
        cell_types=("CL:0000084", "CL:0000235"),
        tissue="UBERON:0001264",
        process="GO:0042116",
        cancer_stage="IV",
        line_of_therapy="first",
        disease_setting="metastatic",
        comparator="vehicle",
        effect_measure="HR",
        effect_value=Decimal("0.58"),
        ci_low=Decimal("0.41"),
        ci_high=Decimal("0.82"),
        p_value="<0.001",
        sample_size=24,
        nct_ids=("NCT01234567",),
        nct_waiver="none",
        datasets=("GSE1", "GSE2"),
        cohort_key="COHORT",
        stop_reason="other",
        claim_place_detail="2",
        marker_panel="CD68, CD163",
        answers=(("coherence", "yes"),),
    )

    saved = services.save_draft(actor=curator, submission=submission, content=content, edit_count=0)

    assert saved.content() == content == Submission.objects.get(pk=saved.pk).content()
    assert saved.content().digest() == content.digest()
    assert saved.edit_count == 1
    edited = Event.objects.of_object(saved).last()
    assert (edited.verb, edited.data["edit_count"]) == ("edit", 1)
    assert "effect_value" in edited.data["fields"]


def test_save_empties_what_was_emptied(curator):
    submission = make_draft(curator)

    saved = services.save_draft(actor=curator, submission=submission, content=Content(), edit_count=1)

    assert saved.content() == Content()


def test_save_keeps_text_that_could_not_be_read(curator):
    submission = services.start(actor=curator)
    unread = {"effect_value": "about a half"}

    saved = services.save_draft(actor=curator, submission=submission, content=Content(), unread=unread, edit_count=0)

    assert Submission.objects.get(pk=saved.pk).unread == unread
    assert Event.objects.of_object(saved).last().data["fields"] == ["unread"]


def test_saving_what_is_there_changes_nothing(curator):
    submission = make_draft(curator)
    before = len(events(submission))

    saved = services.save_draft(actor=curator, submission=submission, content=submission.content(), edit_count=1)

    assert saved.edit_count == 1
    assert len(events(submission)) == before


def test_save_over_unseen_work_is_refused_as_stale(curator):
    submission = make_draft(curator)

    with refused("stale"):
        services.save_draft(actor=curator, submission=submission, content=Content(), edit_count=0)


def test_saving_what_someone_else_saved_just_so_is_no_conflict(curator):
    submission = make_draft(curator)

    saved = services.save_draft(actor=curator, submission=submission, content=submission.content(), edit_count=0)

    assert saved.edit_count == 1


def test_the_last_words_of_a_closed_form_are_not_in_the_way_of_the_one_that_follows_it(curator):
    draft = services.start(actor=curator)
    content = replace(draft.content(), summary="Last words.")
    services.save_draft(actor=curator, submission=draft, content=content, edit_count=0, sitting="closed")

    more = replace(content, summary="Last words. And more.")
    with refused("stale"):
        services.save_draft(actor=curator, submission=draft, content=more, edit_count=0, sitting="new", follows="other")
    services.save_draft(actor=curator, submission=draft, content=more, edit_count=0, sitting="new", follows="closed")
    with refused("stale"):
        services.save_draft(actor=curator, submission=draft, content=content, edit_count=0, sitting="closed")
    assert Submission.objects.get(pk=draft.pk).summary == "Last words. And more."


def test_what_the_same_sitting_saved_is_never_in_its_own_way(curator):
    draft = services.start(actor=curator)
    for words in ("One.", "One. Two."):
        content = replace(draft.content(), summary=words)
        services.save_draft(actor=curator, submission=draft, content=content, edit_count=0, sitting="here")
    assert Submission.objects.get(pk=draft.pk).summary == "One. Two."

    elsewhere = replace(draft.content(), summary="Elsewhere.")
    services.save_draft(actor=curator, submission=draft, content=elsewhere, edit_count=2, sitting="there")
    with refused("stale"):
        services.save_draft(actor=curator, submission=draft, content=draft.content(), edit_count=2, sitting="here")
    with refused("stale"):
        services.save_draft(actor=curator, submission=draft, content=draft.content(), edit_count=2)
    assert Submission.objects.get(pk=draft.pk).summary == "Elsewhere."


def test_saves_that_a_form_makes_by_itself_are_one_line_of_history(curator):
    draft = services.start(actor=curator)

    def save(words, **more):
        draft.refresh_from_db()
        content = replace(draft.content(), summary=words)
        services.save_draft(actor=curator, submission=draft, content=content, edit_count=draft.edit_count, **more)

    def lines():
        return Event.objects.of_object(draft).filter(verb="edit").count()

    save("One.", by_itself=True)
    save("One. Two.", by_itself=True)
    assert lines() == 1
    save("One. Two. Three.")
    assert lines() == 2
    with patch("apps.curation.services.drafting.ONE_LINE", timedelta(0)):
        save("Much later.", by_itself=True)
    assert lines() == 3


def test_a_save_after_anothers_step_is_told_anew(curator, other_curator):
    draft = services.start(actor=curator)
    draft.co_editors.add(other_curator)
    for actor, words in ((curator, "One."), (other_curator, "Two."), (curator, "Three.")):
        draft.refresh_from_db()
        content = replace(draft.content(), summary=words)
        services.save_draft(actor=actor, submission=draft, content=content, edit_count=draft.edit_count, by_itself=True)
    assert [event.actor for event in Event.objects.of_object(draft).filter(verb="edit")] == [
        curator,
        other_curator,
        curator,
    ]


def test_whoever_changes_content_becomes_a_co_editor(curator):
    submission = make_draft(curator)
    editor = make_editor()
    submission.co_editors.add(editor)
    content = replace(submission.content(), summary="Better words.")
    services.save_draft(actor=editor, submission=submission, content=content, edit_count=1)
    submitted = services.submit(actor=curator, submission=submission)

    assert list(submitted.co_editors.all()) == [editor]
    with refused("forbidden"):
        services.claim(actor=editor, submission=submitted)


def test_save_is_for_the_authors_of_an_open_draft(curator, other_curator):
    draft, submitted = make_draft(curator), make_submitted(curator)

    with refused("forbidden"):
        services.save_draft(actor=other_curator, submission=draft, content=Content(), edit_count=1)
    with refused("state"):
        services.save_draft(actor=curator, submission=submitted, content=Content(), edit_count=1)


@pytest.mark.parametrize(
    "change",
    [
        {"target": "HGNC:404"},
        {"cell_types": ("CL:0000235", "CL:404")},
        {"species": "NCBITaxon:404"},
        {"reference": 404},
        {"reference": -1},
        {"reference": 2**70},
        {"level": "Z"},
        {"quality": ("luck",)},
        {"effect_value": Decimal("NaN")},
        {"ci_low": Decimal("Infinity")},
        {"effect_value": Decimal("0.1234567")},
        {"effect_value": Decimal("1e30")},
        {"sample_size": 0},
        {"sample_size": 2**40},
        {"summary": "x" * 4001},
        {"author_claim": "x" * 601},
        {"nct_ids": ("NCT012345678",)},
        {"summary": "a\x00b"},
        {"summary": "a\ud800b"},
        {"answers": (("luck", "x" * 5000),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_no_column_can_hold_is_refused_by_name(curator, change):
    submission = make_draft(curator)

    with refused("invalid", next(iter(change))):
        services.save_draft(
            actor=curator, submission=submission, content=replace(submission.content(), **change), edit_count=1
        )


def test_draft_may_hold_what_the_rules_refuse(curator):
    submission = make_draft(curator)
    content = replace(submission.content(), ci_low=Decimal(2), ci_high=Decimal(1), effect_value=Decimal(1))

    services.save_draft(actor=curator, submission=submission, content=content, edit_count=1)
    with refused("rules", "effect_measure"):
        services.submit(actor=curator, submission=submission)


def test_unread_text_belongs_to_a_field(curator):
    draft = make_draft(curator)
    content = draft.content()
    for unread in ({"colour": "red"}, {"p_value": "\x00"}, {"\ud800": "x"}):
        with refused("invalid"):
            services.save_draft(actor=curator, submission=draft, content=content, unread=unread, edit_count=1)


# --- submit and withdraw --------------------------------------------------------------------------


def test_submit_fixes_the_content_by_its_hash(curator):
    draft = make_draft(curator)

    submitted = services.submit(actor=curator, submission=draft)

    assert submitted.status == "submitted"
    assert submitted.content_hash == draft.content().digest()
    assert submitted.submitted_at is not None
    assert events(submitted)[-1] == (curator, "submit", "draft", "submitted")


def test_submit_tells_triage_that_its_paper_is_curated(curator):
    draft = make_draft(curator)
    candidate = Candidate.objects.create(reference=draft.reference)
    services.submit(actor=curator, submission=draft)
    candidate.refresh_from_db()
    assert (candidate.state, candidate.decided_by) == ("curated", curator)


def test_submit_tells_every_rule_that_is_broken(curator):
    draft = make_draft(curator, level="", role="")

    with refused("rules") as refusal:
        services.submit(actor=curator, submission=draft)
    assert [finding.field for finding in refusal.error.findings] == ["role", "level"]


def test_submit_waits_for_text_that_could_not_be_read(curator):
    draft = make_draft(curator)
    services.save_draft(
        actor=curator, submission=draft, content=draft.content(), unread={"p_value": "tiny"}, edit_count=1
    )

    with refused("rules", "p_value"):
        services.submit(actor=curator, submission=draft)


def test_submit_is_for_the_submitter(curator, other_curator):
    draft = make_draft(curator)
    draft.co_editors.add(other_curator)

    with refused("forbidden"):
        services.submit(actor=other_curator, submission=draft)


def test_warning_is_answered_before_submitting(curator):
    draft = make_draft(curator, change="increased")

    with refused("rules", "direction"):
        services.submit(actor=curator, submission=draft)
    answered = replace(draft.content(), answers=(("coherence", "Resistance set in."),))
    services.save_draft(actor=curator, submission=draft, content=answered, edit_count=1)
    assert services.submit(actor=curator, submission=draft).status == "submitted"


@pytest.mark.parametrize("status", ["draft", "submitted", "changes_requested"])
def test_withdraw_before_review(curator, status):
    submission = {"draft": make_draft, "submitted": make_submitted, "changes_requested": make_in_review}[status](
        curator
    )
    if status == "changes_requested":
        services.request_changes(
            actor=submission.claimed_by, submission=submission, reason="More.", content_hash=submission.content_hash
        )

    withdrawn = services.withdraw(actor=curator, submission=submission, reason=" A better paper came. ")

    assert withdrawn.status == "withdrawn"
    assert events(withdrawn)[-1] == (curator, "withdraw", status, "withdrawn")
    assert Event.objects.of_object(withdrawn).last().reason == "A better paper came."


def test_what_is_in_review_cannot_be_withdrawn(curator):
    submission = make_in_review(curator)

    with refused("state"):
        services.withdraw(actor=curator, submission=submission)


# --- claim and release ----------------------------------------------------------------------------


def test_claim_holds_for_a_fixed_time(curator, settings):
    settings.REVIEW_CLAIM_DAYS = 3
    editor = make_editor()

    claimed = services.claim(actor=editor, submission=make_submitted(curator))

    assert (claimed.status, claimed.claimed_by) == ("in_review", editor)
    assert claimed.claim_expires_at - claimed.claimed_at == timedelta(days=3)
    assert events(claimed)[-1] == (editor, "claim", "submitted", "in_review")


def test_claim_is_for_one_editor(curator):
    submission, other = make_in_review(curator), make_editor()

    with refused("state") as refusal:
        services.claim(actor=other, submission=submission)
    assert str(submission.claimed_by) in refusal.error.reason


def test_claim_needs_a_statement_in_force(curator, editor):
    submission = make_submitted(curator)

    with refused("forbidden"):
        services.claim(actor=editor, submission=submission)


def test_release_returns_it_to_the_queue(curator):
    submission = make_in_review(curator)
    editor = submission.claimed_by

    released = services.release(actor=editor, submission=submission)

    assert (released.status, released.claimed_by, released.claim_expires_at) == ("submitted", None, None)
    assert events(released)[-1] == (editor, "release", "in_review", "submitted")
    services.claim(actor=make_editor(), submission=released)


def test_expired_claims_return_by_the_system(curator, time_machine):
    submission = make_in_review(curator)
    editor = submission.claimed_by
    time_machine.move_to(submission.claim_expires_at - timedelta(minutes=1))
    assert services.expire_claims() == 0
    time_machine.move_to(submission.claim_expires_at + timedelta(minutes=1))

    tasks.expire_claims()
    assert services.expire_claims() == 0

    submission.refresh_from_db()
    assert (submission.status, submission.claimed_by) == ("submitted", None)
    assert events(submission)[-1] == (None, "release", "in_review", "submitted")
    assert str(editor) in Event.objects.of_object(submission).last().reason


# --- decide -----------------------------------------------------------------------------------


def decide(verb, submission, **changes):
    given = {"actor": submission.claimed_by, "submission": submission, "content_hash": submission.content_hash}
    return getattr(services, verb)(**given | {"reason": "Because."} | changes)


def test_approval_publishes_in_the_same_step(curator):
    submission = make_in_review(curator)
    editor = submission.claimed_by

    version = decide("approve", submission)

    submission.refresh_from_db()
    assert (submission.status, submission.published_version, submission.claimed_by) == ("approved", 1, None)
    assert submission.record.accession == "TMEE:0000001" == version.entry.accession
    assert Entry.objects.current().get().version == 1
    assert events(submission)[-1] == (editor, "approve", "in_review", "approved")
    assert Event.objects.of_object(submission).last().data["accession"] == "TMEE:0000001"


@pytest.mark.parametrize(("verb", "status"), [("request_changes", "changes_requested"), ("reject", "rejected")])
def test_refusal_returns_it_with_a_reason(curator, verb, status):
    submission = make_in_review(curator)
    editor = submission.claimed_by

    decided = decide(verb, submission)

    assert (decided.status, decided.claimed_by) == (status, None)
    assert events(decided)[-1] == (editor, verb, "in_review", status)
    assert Event.objects.of_object(decided).last().reason == "Because."
    assert not Entry.objects.exists()


@pytest.mark.parametrize("verb", ["approve", "request_changes", "reject"])
def test_decision_freezes_the_statement_and_the_hash(curator, verb):
    submission = make_in_review(curator)

    decide(verb, submission)

    decision = Decision.objects.get()
    assert (decision.outcome, decision.editor) == (verb, submission.claimed_by)
    assert (decision.conflict_statement, decision.content_hash) == ("none", submission.content_hash)
    assert decision.reason == "Because."


@pytest.mark.parametrize("verb", ["request_changes", "reject"])
@pytest.mark.parametrize("reason", ["", " \n", "x" * 4001])
def test_refusal_needs_a_reason_of_some_length(curator, verb, reason):
    submission = make_in_review(curator)

    with refused("invalid", "reason"):
        decide(verb, submission, reason=reason)


@pytest.mark.parametrize("verb", ["approve", "request_changes", "reject"])
class TestEveryDecision:
    def test_is_for_the_claimant(self, verb, curator):
        submission = make_in_review(curator)
        for other in (make_editor(), make_editor(AdministratorFactory()), curator, CuratorFactory()):
            with refused("forbidden"):
                decide(verb, submission, actor=other)

    def test_needs_a_claim(self, verb, curator):
        submission, editor = make_submitted(curator), make_editor()
        with refused("state"):
            decide(verb, submission, actor=editor)

    def test_is_bound_to_the_content_that_was_read(self, verb, curator):
        submission = make_in_review(curator)
        for read in ("", "0" * 64, submission.content_hash[:-1]):
            with refused("stale"):
                decide(verb, submission, content_hash=read)

    def test_is_refused_when_the_content_changed_behind_the_hash(self, verb, curator):
        submission = make_in_review(curator)
        Submission.objects.filter(pk=submission.pk).update(summary="Other words.")
        for read in (submission.content_hash, Submission.objects.get(pk=submission.pk).content().digest()):
            with refused("stale"):
                decide(verb, submission, content_hash=read)

    def test_needs_a_statement_still_in_force(self, verb, curator, time_machine):
        submission = make_in_review(curator)
        time_machine.move_to(timezone.now() + timedelta(days=366))
        with refused("forbidden"):
            decide(verb, submission)

    def test_is_not_for_an_author_who_became_a_claimant(self, verb, curator):
        submission = make_in_review(curator)
        submission.co_editors.add(submission.claimed_by)
        with refused("forbidden"):
            decide(verb, submission)

    def test_is_made_once(self, verb, curator):
        submission = make_in_review(curator)
        decide(verb, submission)
        with refused("state"):
            decide(verb, submission)


def test_editor_s_old_page_cannot_approve_what_was_resubmitted(curator):
    submission = make_in_review(curator)
    editor, read = submission.claimed_by, submission.content_hash
    decide("request_changes", submission)
    content = replace(submission.content(), summary="Said better.")
    services.save_draft(actor=curator, submission=submission, content=content, edit_count=1)
    services.submit(actor=curator, submission=submission)
    submission = services.claim(actor=editor, submission=submission)

    with refused("stale"):
        decide("approve", submission, content_hash=read)
    decide("approve", submission)
    assert [decision.outcome for decision in Decision.objects.all()] == ["request_changes", "approve"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: Term.objects.filter(curie="CL:0000235").update(obsolete=True),
        lambda: Term.objects.filter(curie="CL:0000235").update(status="pending"),
        lambda: Target.objects.filter(curie="HGNC:2433").update(status="pending"),
        lambda: Reference.objects.update(retraction_state="retracted"),
        lambda: Reference.objects.update(retraction_state="expression_of_concern"),
        lambda: Reference.objects.update(reference_type="review"),
    ],
    ids=["obsolete", "pending", "pending target", "retracted", "concern", "review"],
)
def test_rules_are_asked_again_at_approval(curator, spoil):
    submission = make_in_review(curator)
    spoil()

    with refused("rules"):
        decide("approve", submission)
    assert not EntryVersion.objects.exists()
    decide("request_changes", submission)


def test_failure_to_publish_leaves_everything_as_it_was(curator, monkeypatch):
    submission = make_in_review(curator)

    def fail(document):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(reviewing.catalogue, "publish", fail)
    before = Event.objects.count()
    with pytest.raises(RuntimeError):
        decide("approve", submission)

    submission.refresh_from_db()
    assert (submission.status, submission.published_version) == ("in_review", None)
    assert submission.record.accession is None
    assert not Decision.objects.exists()
    assert Event.objects.count() == before
    monkeypatch.undo()
    assert decide("approve", submission).entry.accession == "TMEE:0000001"


def test_failure_to_record_leaves_everything_as_it_was(curator, monkeypatch):
    submission = make_in_review(curator)

    def fail(**kwargs):
        raise RuntimeError("no ink")

    monkeypatch.setattr("apps.curation.services.steps.record_event", fail)
    with pytest.raises(RuntimeError):
        decide("approve", submission)

    submission.refresh_from_db()
    assert submission.status == "in_review"
    assert not Entry.objects.exists()


# --- revisions and duplicates -----------------------------------------------------------------------


def revise(accession, by, summary):
    revision = services.start(actor=by, revises=accession)
    content = replace(revision.content(), summary=summary)
    services.save_draft(actor=by, submission=revision, content=content, edit_count=0, change_note="Put right.")
    return services.submit(actor=by, submission=revision)


def test_approved_revision_is_the_next_version(curator):
    accession = make_published(curator).record.accession
    revision = revise(accession, CuratorFactory(), "Second words.")
    assert Entry.objects.get().version == 1
    editor = make_editor()
    revision = services.claim(actor=editor, submission=revision)

    version = decide("approve", revision)

    assert (version.entry.accession, version.number) == (accession, 2)
    assert Entry.objects.get().version == 2
    assert services.start(actor=curator, revises=accession).based_on == 2


def test_revision_of_an_entry_that_moved_on_is_stale(curator):
    accession = make_published(curator).record.accession
    first, second = (revise(accession, CuratorFactory(), words) for words in ("One way.", "Another way."))
    editor = make_editor()
    first, second = (services.claim(actor=editor, submission=submission) for submission in (first, second))
    decide("approve", first)

    with refused("stale"):
        decide("approve", second)
    decide("request_changes", second)
    assert EntryVersion.objects.count() == 2


def test_revision_of_an_entry_that_was_retracted_is_refused(curator):
    accession = make_published(curator).record.accession
    revision = services.claim(actor=make_editor(), submission=revise(accession, CuratorFactory(), "New words."))
    retract(accession=accession, reason="Retracted.", at=timezone.now())

    with refused("state"):
        decide("approve", revision)


def test_same_claim_is_not_submitted_twice(curator, other_curator):
    reference = ReferenceFactory().pk
    make_submitted(curator, reference=reference)
    twin = make_draft(other_curator, reference=reference)

    with refused("rules", "target"):
        services.submit(actor=other_curator, submission=twin)


def test_same_claim_is_not_published_twice_but_a_draft_stands_in_nobody_s_way(curator, other_curator):
    reference = ReferenceFactory().pk
    twin = make_draft(other_curator, reference=reference)
    published = make_published(curator, reference=reference)

    with refused("rules", "target") as refusal:
        services.submit(actor=other_curator, submission=twin)
    assert published.record.accession in refusal.error.reason
    retract(accession=published.record.accession, reason="Withdrawn.", at=timezone.now())
    assert services.submit(actor=other_curator, submission=twin).status == "submitted"


# --- facts ------------------------------------------------------------------------------------


def test_facts_cost_the_same_for_one_and_many_terms(curator):
    few = complete_content()
    many = complete_content(
        cell_types=("CL:0000235", "CL:0000084"),
        therapies=("CHEMBL:CHEMBL3813873", "CHEMBL:CHEMBL888"),
        methods=("ECO:0000268", "ECO:0000295"),
        tissue="UBERON:0001264",
        process="GO:0042116",
    )
    with CaptureQueriesContext(connection) as one:
        services.facts_for(few)
    make_submitted(curator, reference=many.reference)
    with CaptureQueriesContext(connection) as several:
        services.facts_for(many)

    assert len(several) == len(one)


def test_facts_know_what_only_observes(curator):
    make_draft(curator)
    Term.objects.create(curie="ECO:0000008", vocabulary="method", label="expression pattern evidence")
    Term.objects.get(curie="ECO:0000295").parents.add(Term.objects.get(curie="ECO:0000008"))

    facts = services.facts_for(complete_content(methods=("ECO:0000268", "ECO:0000295")))

    assert not facts.terms["ECO:0000268"].correlative
    assert facts.terms["ECO:0000295"].correlative


def test_facts_of_an_empty_content():
    facts = services.facts_for(Content())

    assert (facts.target, facts.reference, dict(facts.terms), facts.twins, facts.near) == (None, None, {}, (), ())


def test_near_duplicates_are_named_but_never_others_drafts(curator, other_curator):
    reference = ReferenceFactory().pk
    make_draft(other_curator, reference=reference, outcome="metastasis")
    published = make_published(curator, reference=reference)

    facts = services.facts_for(complete_content(reference=reference, outcome="immune_infiltration"))

    assert facts.near == (published.record.accession,)
    assert facts.twins == ()


def test_closed_account_can_do_nothing(curator):
    draft = make_draft(curator)
    curator.is_active = False
    with refused("forbidden"):
        services.submit(actor=curator, submission=draft)
    editor = make_editor()
    submitted = make_submitted(CuratorFactory())
    editor.is_active = False
    with refused("forbidden"):
        services.claim(actor=editor, submission=submitted)


def test_editor_in_two_roles_reviews_others_only():
    editor = make_editor(EditorFactory())
    own = make_submitted(editor)

    with refused("forbidden"):
        services.claim(actor=editor, submission=own)
