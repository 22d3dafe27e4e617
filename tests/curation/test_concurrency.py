"""People who press at the same moment: one of them is first, the others are told so. Threads on real PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import Event, Notice
from apps.catalogue.models import Entry, EntryVersion
from apps.curation import services
from apps.curation.models import Decision, ReReview, Submission
from apps.literature import services as literature
from apps.literature.choices import RetractionState, Source
from apps.literature.formats import Citation
from apps.literature.models import Reference, RetractionFinding
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import (
    ReferenceFactory,
    make_draft,
    make_editor,
    make_in_review,
    make_published,
    make_submitted,
)
from tests.factories.retractions import make_finding
from tests.races import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


def verbs(submission):
    return [event.verb for event in Event.objects.of_object(submission)]


def approval(submission, editor):
    return lambda: services.approve(actor=editor, submission=submission, content_hash=submission.content_hash)


def test_two_approvals_give_one_version_one_event_and_one_polite_refusal():
    submission = make_in_review()
    other = make_editor()

    results = at_once(approval(submission, submission.claimed_by), approval(submission, other))

    [refusal] = refusals(results)
    assert refusal.reason.endswith(".")
    assert EntryVersion.objects.count() == Decision.objects.count() == 1
    assert verbs(submission).count("approve") == 1


def test_one_editor_s_two_clicks_approve_once():
    submission = make_in_review()

    results = at_once(*[approval(submission, submission.claimed_by)] * 5)

    assert [refusal.code for refusal in refusals(results)] == ["state"] * 4
    assert EntryVersion.objects.count() == Decision.objects.count() == verbs(submission).count("approve") == 1


def test_approval_and_rejection_at_once_decide_once():
    submission = make_in_review()
    editor = submission.claimed_by

    results = at_once(
        approval(submission, editor),
        lambda: services.reject(
            actor=editor, submission=submission, reason="No.", content_hash=submission.content_hash
        ),
    )

    assert len(refusals(results)) == 1
    [decision] = Decision.objects.all()
    status = Submission.objects.get(pk=submission.pk).status
    assert status == {"approve": "approved", "reject": "rejected"}[decision.outcome]
    assert EntryVersion.objects.count() == (status == "approved")


def test_one_of_many_editors_claims():
    submission = make_submitted()
    editors = [make_editor() for _ in range(5)]

    results = at_once(*[lambda by=editor: services.claim(actor=by, submission=submission) for editor in editors])

    assert len(refusals(results)) == 4
    assert verbs(submission).count("claim") == 1


def test_two_savings_of_one_draft_lose_neither():
    draft = make_draft()
    contents = [replace(draft.content(), summary=f"Words of tab {number}.") for number in range(4)]

    results = at_once(
        *[
            lambda content=content: services.save_draft(
                actor=draft.submitter, submission=draft, content=content, edit_count=1
            )
            for content in contents
        ]
    )

    assert [refusal.code for refusal in refusals(results)] == ["stale"] * 3
    assert Submission.objects.get(pk=draft.pk).edit_count == 2
    assert verbs(draft).count("edit") == 2


def test_withdrawing_and_claiming_at_once_leaves_one_of_them():
    submission = make_submitted()
    editor = make_editor()

    results = at_once(
        lambda: services.withdraw(actor=submission.submitter, submission=submission),
        lambda: services.claim(actor=editor, submission=submission),
    )

    [refusal] = refusals(results)
    assert refusal.code == "state"


def test_records_published_at_once_get_accessions_of_their_own():
    submissions = [make_in_review() for _ in range(4)]

    results = at_once(*[approval(submission, submission.claimed_by) for submission in submissions])

    assert refusals(results) == []
    accessions = {submission.record.accession for submission in Submission.objects.select_related("record")}
    assert accessions == {f"TMEE:{number:07d}" for number in range(1, 5)}
    assert Entry.objects.current().count() == 4


def test_two_revisions_approved_at_once_make_one_next_version():
    accession = make_published().record.accession
    revisions = []
    for words in ("One way.", "Another way."):
        curator = CuratorFactory()
        revision = services.start(actor=curator, revises=accession)
        content = replace(revision.content(), summary=words)
        services.save_draft(actor=curator, submission=revision, content=content, edit_count=0, change_note="Words.")
        revision = services.submit(actor=curator, submission=revision)
        revisions.append(services.claim(actor=make_editor(), submission=revision))

    results = at_once(*[approval(revision, revision.claimed_by) for revision in revisions])

    assert [refusal.code for refusal in refusals(results)] == ["stale"]
    assert Entry.objects.get().version == 2


def test_one_person_s_two_clicks_start_one_revision():
    accession = make_published().record.accession
    curator = CuratorFactory()

    results = at_once(*[lambda: services.start(actor=curator, revises=accession)] * 4)

    assert [refusal.code for refusal in refusals(results)] == ["duplicate"] * 3


def test_same_claim_submitted_at_once_is_submitted_once():
    reference = ReferenceFactory().pk
    drafts = [make_draft(reference=reference) for _ in range(3)]

    results = at_once(
        *[lambda draft=draft: services.submit(actor=draft.submitter, submission=draft) for draft in drafts]
    )

    assert [refusal.code for refusal in refusals(results)] == ["rules"] * 2
    assert Submission.objects.filter(status="submitted").count() == 1


def test_expiry_and_approval_at_once_leave_one_of_them():
    submission = make_in_review()
    Submission.objects.filter(pk=submission.pk).update(claim_expires_at=timezone.now() - timedelta(hours=1))

    at_once(approval(submission, submission.claimed_by), services.expire_claims, services.expire_claims)

    steps = verbs(submission)
    assert steps.count("approve") + steps.count("release") == 1
    assert EntryVersion.objects.count() == steps.count("approve")


# --- findings -------------------------------------------------------------------------------------


def application(finding, editor=None):
    return lambda: services.apply_finding(actor=editor, finding=finding)


def test_one_finding_applied_at_once_by_several_is_applied_once():
    published = make_published()
    finding = make_finding(published.reference)

    results = at_once(*[application(finding, make_editor()) for _ in range(4)])

    assert [refusal.code for refusal in refusals(results)] == ["state"] * 3
    assert ReReview.objects.count() == 1
    assert Notice.objects.filter(person=published.submitter, kind="re_review").count() == 1
    assert [event.verb for event in Event.objects.of_object(published.record)] == ["re_review"]


def test_findings_of_two_sources_at_once_open_one_re_review():
    published = make_published()
    make_finding(published.reference, RetractionState.EXPRESSION_OF_CONCERN, Source.CROSSREF)
    make_finding(published.reference)

    at_once(*[application(finding) for finding in RetractionFinding.objects.all()])

    assert not RetractionFinding.objects.open().exists()
    assert ReReview.objects.get().cause == "retracted"
    assert Entry.objects.get().retraction_state == "retracted"


def test_approval_and_retraction_at_once_leave_nothing_published_unseen():
    """Whichever comes first: the entry goes under re-review, or it is not published."""
    for _ in range(3):
        submission = make_in_review()
        finding = make_finding(submission.reference)

        at_once(approval(submission, submission.claimed_by), application(finding))

        submission = Submission.objects.get(pk=submission.pk)
        if submission.published_version:
            entry = Entry.objects.get(accession=submission.record.accession)
            assert entry.under_review_since
            assert submission.record.open_re_review
        else:
            assert submission.open_re_review


def test_two_editors_who_end_a_re_review_at_once_end_it_once():
    published = make_published()
    services.apply_finding(actor=None, finding=make_finding(published.reference))
    re_review, one, other = ReReview.objects.get(), make_editor(), make_editor()

    results = at_once(
        lambda: services.uphold(actor=one, re_review=re_review, reason="It stands."),
        lambda: services.retract_re_reviewed(actor=other, re_review=re_review, reason="It falls."),
    )

    [refusal] = refusals(results)
    assert refusal.code == "state"
    entry, outcome = Entry.objects.get(), ReReview.objects.get().outcome
    assert (entry.status == "retracted") == (outcome == "retracted")


def test_a_revision_approved_while_its_entry_is_upheld_ends_the_re_review_once():
    published, paper = make_published(), ReferenceFactory()
    services.apply_finding(actor=None, finding=make_finding(published.reference))
    curator = CuratorFactory()
    draft = services.start(actor=curator, revises=published.record.accession)
    content = replace(draft.content(), reference=paper.pk)
    draft = services.save_draft(
        actor=curator, submission=draft, content=content, edit_count=0, change_note="Another paper shows it."
    )
    claimed = services.claim(actor=make_editor(), submission=services.submit(actor=curator, submission=draft))
    re_review, editor = ReReview.objects.get(record=published.record), make_editor()

    at_once(
        approval(claimed, claimed.claimed_by),
        lambda: services.uphold(actor=editor, re_review=re_review, reason="It stands."),
    )

    entry = Entry.objects.get()
    assert (entry.version, entry.since_publication) == (2, None)
    assert ReReview.objects.get(record=published.record).outcome in {"revised", "upheld"}


def test_an_import_and_a_finding_at_once_lose_nothing_of_each_other():
    reference = ReferenceFactory(abstract="")
    finding = make_finding(reference)
    citation = Citation(position=1, pmid=reference.pmid, title="A better title", abstract="At last.", source="pubmed")

    at_once(application(finding), lambda: literature.upsert_citations([citation]))

    stored = Reference.objects.get(pk=reference.pk)
    assert (stored.retraction_state, stored.abstract) == ("retracted", "At last.")


def merging(editor, record, heir):
    return lambda: services.merge(actor=editor, record=record, successor=heir.accession, reason="The same.")


def test_two_entries_merged_into_each_other_at_once_leave_one_in_force():
    for _ in range(3):
        one, other = (make_published(reference=ReferenceFactory().pk).record for _ in range(2))

        results = at_once(merging(make_editor(), one, other), merging(make_editor(), other, one))

        assert len(refusals(results)) == 1
        entries = Entry.objects.filter(accession__in=[one.accession, other.accession])
        assert sorted(entries.values_list("status", flat=True)) == ["current", "merged"]


def test_two_who_answer_a_flag_at_once_answer_it_once():
    published = make_published()
    flag = services.raise_flag(actor=CuratorFactory(), record=published.record, reason="other", text="Look.")
    one, other = make_editor(), make_editor()

    results = at_once(
        lambda: services.resolve_flag(actor=one, flag=flag, outcome="dismissed", answer="No."),
        lambda: services.retract(actor=other, record=published.record, reason="It falls."),
        lambda: services.resolve_flag(actor=other, flag=flag, outcome="revision", answer="Yes."),
    )

    assert len(refusals(results)) in {1, 2}
    flag.refresh_from_db()
    assert flag.answered_by in {one, other}
    assert Notice.objects.of(flag.raised_by).filter(kind="flag").count() == 1
