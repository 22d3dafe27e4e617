"""A publication turns out worse than it was known to be: what rests on it goes under re-review, once."""

from datetime import date, timedelta

import orjson
import pytest
from django.utils import timezone

from apps.accounts.models import Event, Notice
from apps.accounts.services import make_conflict_statement
from apps.catalogue.models import Entry, TargetDossier
from apps.core.exceptions import Refused
from apps.curation import services
from apps.curation.models import Record, ReReview, Submission
from apps.curation.services.steps import RulesRefused
from apps.literature import services as literature
from apps.literature.choices import RetractionState, Source
from apps.literature.formats import Citation
from apps.literature.models import Reference, RetractionFinding
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import (
    ReferenceFactory,
    complete_content,
    make_draft,
    make_editor,
    make_in_review,
    make_published,
    make_submitted,
)
from tests.factories.retractions import make_finding, report

pytestmark = pytest.mark.django_db

CONCERN, CORRECTED = RetractionState.EXPRESSION_OF_CONCERN, RetractionState.CORRECTED


def told(person):
    """Of what concerns retractions: the steps of submissions are told of as well."""
    notices = Notice.objects.of(person).exclude(kind__in=["review_step", "decision", "queue"])
    return [(notice.kind, notice.text, notice.url) for notice in notices]


def entry_of(submission):
    return Entry.objects.get(accession=Record.objects.get(pk=submission.record_id).accession)


def finding_about(*submissions, **more):
    """About the reference that all of these rest on."""
    (reference,) = {one.reference for one in submissions}
    return make_finding(reference, noticed_on=date(2021, 5, 3), notice_pmid=33333333, **more)


@pytest.fixture
def paper(db):
    return ReferenceFactory(title="A study of macrophages", pmid=101)


@pytest.fixture
def published(paper):
    return make_published(reference=paper.pk)


# --- applying ------------------------------------------------------------------------------------


def test_what_rests_on_a_retracted_paper_goes_under_re_review(published, editor):
    finding = finding_about(published)
    before = TargetDossier.objects.get().score

    services.apply_finding(actor=editor, finding=finding)

    re_review = ReReview.objects.get()
    assert (re_review.record, re_review.cause, re_review.opened_by) == (published.record, "retracted", editor)
    assert re_review.reason == "The publication was retracted on 3 May 2021 (notice: PMID 33333333)."
    entry = entry_of(published)
    assert (entry.retraction_state, entry.review_reason) == ("retracted", re_review.reason)
    assert entry.under_review_since == re_review.opened_at
    assert before > 0
    assert TargetDossier.objects.get().score == 0
    assert Reference.objects.get(pk=published.reference_id).retraction_state == "retracted"
    event = Event.objects.of_object(published.record).get()
    assert (event.actor, event.verb, event.to_state) == (editor, "re_review", "under_review")


def test_everybody_concerned_is_told_once_of_all_that_is_theirs(paper, editor):
    curator, helper = CuratorFactory(), CuratorFactory()
    first = make_published(curator, reference=paper.pk)
    second = make_published(curator, reference=paper.pk, outcome="metastasis")
    in_review = make_in_review(curator, reference=paper.pk, outcome="cell_function")
    in_review.co_editors.add(helper)

    services.apply_finding(actor=editor, finding=finding_about(first, second, in_review))

    accessions = [first.record.accession, second.record.accession]
    everything = f"{accessions[0]}, {accessions[1]} and submission {in_review.pk}"
    assert told(curator) == [
        (
            "re_review",
            f"“A study of macrophages” was retracted. Under re-review because of it: {everything}.",
            f"/workbench/references/{paper.pk}/",
        )
    ]
    assert told(helper)[0][2] == f"/workbench/submissions/{in_review.pk}/"
    assert told(in_review.claimed_by)[0][2] == f"/review/{in_review.pk}/"
    decider = first.decisions.get().editor
    assert told(decider)[0][1:] == (
        f"“A study of macrophages” was retracted. Under re-review because of it: {accessions[0]}.",
        f"/entries/{accessions[0]}/",
    )
    assert told(editor) == []


def test_open_submissions_go_under_re_review_in_every_state(paper, editor):
    rests_on_it = {
        make_draft(reference=paper.pk),
        make_submitted(reference=paper.pk, outcome="metastasis"),
        make_in_review(reference=paper.pk, outcome="cell_function"),
    }
    over = make_submitted(reference=paper.pk, outcome="toxicity")
    services.withdraw(actor=over.submitter, submission=over)
    make_draft()

    services.apply_finding(actor=None, finding=make_finding(paper))

    assert {one.submission for one in ReReview.objects.open()} == rests_on_it
    submission = Submission.objects.get(status="in_review")
    assert submission.open_re_review.cause == "retracted"
    with pytest.raises(RulesRefused, match="was retracted"):
        services.approve(
            actor=submission.claimed_by, submission=submission, content_hash=submission.content_hash, reason="Fine."
        )


def test_a_correction_is_noted_and_told_and_opens_no_re_review(published, editor):
    services.apply_finding(actor=editor, finding=finding_about(published, state=CORRECTED))
    assert not ReReview.objects.exists()
    entry = entry_of(published)
    assert (entry.retraction_state, entry.under_review_since) == ("corrected", None)
    ((kind, text, _),) = told(published.submitter)
    assert kind == "correction"
    assert f"{entry.accession} rests on it: read the correction" in text
    assert TargetDossier.objects.get().score > 0


def test_a_concern_that_becomes_a_retraction_takes_the_re_review_further(published, editor):
    services.apply_finding(actor=editor, finding=finding_about(published, state=CONCERN))
    assert TargetDossier.objects.get().score > 0
    begun = ReReview.objects.get()

    services.apply_finding(actor=editor, finding=finding_about(published))

    re_review = ReReview.objects.get()
    assert (re_review.pk, re_review.cause, re_review.opened_at) == (begun.pk, "retracted", begun.opened_at)
    assert entry_of(published).review_reason == re_review.reason != begun.reason
    assert len(told(published.submitter)) == 2
    assert TargetDossier.objects.get().score == 0


def test_a_concern_that_the_editors_weighed_before_publishing_is_no_news():
    paper = ReferenceFactory(retraction_state=CONCERN)
    published = make_published(reference=paper.pk, answers=(("retraction", "The figure at issue is another one."),))
    assert services.find_raised() == []
    services.apply_finding(actor=None, finding=make_finding(paper))
    assert ReReview.objects.get().record == published.record


def test_a_draft_begun_after_the_finding_is_its_authors_own_business(paper):
    finding = make_finding(paper)
    make_draft(reference=paper.pk)
    services.apply_finding(actor=None, finding=finding)
    assert not ReReview.objects.exists()


def test_applying_twice_does_it_once(published, editor):
    finding = finding_about(published)
    services.apply_finding(actor=editor, finding=finding)
    changed = entry_of(published).sequence
    with pytest.raises(Refused, match="was applied before"):
        services.apply_finding(actor=editor, finding=finding)
    assert ReReview.objects.count() == len(told(published.submitter)) == 1
    assert entry_of(published).sequence == changed


def test_a_curator_applies_nothing(published, curator):
    with pytest.raises(Refused, match="role of editor"):
        services.apply_finding(actor=curator, finding=finding_about(published))
    assert Reference.objects.get(pk=published.reference_id).retraction_state == "none"
    assert not ReReview.objects.exists()


# --- by itself ------------------------------------------------------------------------------------


def test_what_nobody_dismissed_in_time_is_applied_by_the_system(published, editor, settings):
    settings.RETRACTION_GRACE_HOURS = 24
    finding = finding_about(published)
    dismissed = make_finding()
    literature.dismiss_finding(actor=editor, finding=dismissed, reason="Another paper.")
    assert services.apply_due() == 0
    RetractionFinding.objects.update(found_at=timezone.now() - timedelta(hours=25))
    Submission.objects.update(created_at=timezone.now() - timedelta(hours=26))
    assert services.apply_due() == 1
    assert services.apply_due() == 0
    finding.refresh_from_db()
    assert (finding.status, finding.decided_by) == ("applied", None)
    assert ReReview.objects.get().opened_by is None


def test_without_grace_it_is_applied_at_once(published, settings):
    settings.RETRACTION_GRACE_HOURS = 0
    finding_about(published)
    assert services.apply_due() == 1


def test_the_editors_are_told_that_findings_wait_but_not_who_found_them(published, editor, other_editor, curator):
    waiting, idle = finding_about(published), make_finding()
    services.tell_editors(found=[waiting.pk, idle.pk], actor=editor)
    services.tell_editors(found=[waiting.pk, idle.pk])
    services.tell_editors(found=[idle.pk])
    ((kind, text, url),) = told(other_editor)
    assert (kind, url) == ("findings", "/workbench/retractions/")
    assert text.startswith("A publication that something rests on was found to be retracted")
    assert len(told(editor)) == 1
    assert told(curator) == []


# --- what imports raised -----------------------------------------------------------------------------


def test_a_state_that_an_import_raised_takes_the_same_way(published):
    raised = Reference.objects.get(pk=published.reference_id)
    raised.retraction_state, raised.provenance = "retracted", {"retraction_state": "pubmed"}
    raised.save()
    raised.links.create(kind="retracted_by", pmid=777, source="pubmed", note="J Ex. 2021")
    ReferenceFactory(retraction_state="retracted")

    (number,) = services.find_raised()
    assert services.find_raised() == []

    finding = RetractionFinding.objects.get(pk=number)
    assert (finding.source, finding.notice_pmid, finding.is_open) == ("pubmed", 777, True)
    assert entry_of(published).retraction_state == ""
    services.apply_finding(actor=None, finding=finding)
    assert ReReview.objects.get().record == published.record
    assert services.find_raised() == []


def test_an_import_that_raises_a_state_is_dated_by_its_event(paper):
    before = make_draft(reference=paper.pk)
    literature.upsert_citations(
        [Citation(position=1, pmid=paper.pmid, title=paper.title, retraction_state="retracted")]
    )
    make_draft(reference=paper.pk, outcome="metastasis")
    (number,) = services.find_raised()
    services.apply_finding(actor=None, finding=RetractionFinding.objects.get(pk=number))
    assert [one.submission for one in ReReview.objects.all()] == [before]


def test_what_was_dismissed_is_left_alone(published, editor):
    Reference.objects.update(retraction_state="retracted")
    (number,) = services.find_raised()
    finding = RetractionFinding.objects.get(pk=number)
    literature.dismiss_finding(actor=editor, finding=finding, reason="Retracted and republished.")
    assert services.find_raised() == []
    assert entry_of(published).since_publication is None


def test_entries_of_merged_references_are_found(published):
    heir = ReferenceFactory(retraction_state="none")
    Reference.objects.filter(pk=published.reference_id).update(pmid=None, merged_into=heir)
    services.apply_finding(actor=None, finding=make_finding(heir))
    assert entry_of(published).retraction_state == "retracted"
    assert ReReview.objects.get().reference == heir


def test_what_comes_to_rest_on_a_retracted_reference_by_a_merger_is_seen_to(published):
    heir = ReferenceFactory()
    services.apply_finding(actor=None, finding=make_finding(heir))
    Reference.objects.filter(pk=published.reference_id).update(pmid=None, merged_into=heir)
    assert services.find_raised() == []
    assert entry_of(published).under_review_since
    assert len(told(published.submitter)) == 1


# --- ending -----------------------------------------------------------------------------------------


@pytest.fixture
def re_review(published):
    services.apply_finding(actor=None, finding=finding_about(published))
    Notice.objects.all().delete()
    return ReReview.objects.get()


def test_an_entry_is_upheld_with_a_reason_that_everyone_reads(re_review, published, editor):
    make_editor(editor)
    ended = services.uphold(actor=editor, re_review=re_review, reason=" The figure at issue is another one. ")
    assert (ended.outcome, ended.closed_by) == ("upheld", editor)
    entry = entry_of(published)
    assert (entry.under_review_since, entry.upheld_reason) == (None, "The figure at issue is another one.")
    assert entry.retraction_state == "retracted"
    assert TargetDossier.objects.get().score == 0
    ((kind, text, _),) = told(published.submitter)
    assert kind == "re_review_ended"
    assert text == f"{entry.accession} was looked at again and stands: The figure at issue is another one."
    assert services.find_raised() == []


def test_an_entry_is_retracted_with_a_reason(re_review, published, editor):
    make_editor(editor)
    services.retract_re_reviewed(actor=editor, re_review=re_review, reason="Nothing else supports it.")
    entry = entry_of(published)
    assert (entry.status, entry.tombstone_reason) == ("retracted", "Nothing else supports it.")
    assert ReReview.objects.get().outcome == "retracted"
    assert "retracted: Nothing else supports it." in told(published.submitter)[0][1]
    verbs = [event.verb for event in Event.objects.of_object(published.record)]
    assert verbs == ["re_review", "end_re_review", "retract"]


def test_a_revision_ends_it(re_review, published):
    curator, other = CuratorFactory(), ReferenceFactory()
    draft = services.start(actor=curator, revises=published.record.accession)
    content = complete_content(reference=other.pk)
    draft = services.save_draft(
        actor=curator, submission=draft, content=content, edit_count=0, change_note="Another paper shows it."
    )
    submitted = services.submit(actor=curator, submission=draft)
    claimed = services.claim(actor=make_editor(), submission=submitted)
    services.approve(actor=claimed.claimed_by, submission=claimed, content_hash=claimed.content_hash)

    assert ReReview.objects.get().outcome == "revised"
    entry = entry_of(published)
    assert (entry.version, entry.since_publication) == (2, None)
    assert TargetDossier.objects.get().score > 0


def test_nobody_ends_the_re_review_of_what_they_wrote(re_review, published, curator):
    party = make_editor()
    services.start(actor=party, revises=published.record.accession)
    for actor, why in ((party, "You wrote some of this record"), (curator, "Only editors")):
        for verb in (services.uphold, services.retract_re_reviewed):
            with pytest.raises(Refused, match=why):
                verb(actor=actor, re_review=re_review, reason="It stands.")
    assert ReReview.objects.open().count() == 1


def test_it_is_ended_once_for_a_reason_with_a_statement_in_force(re_review, editor):
    with pytest.raises(Refused, match="conflict-of-interest"):
        services.uphold(actor=editor, re_review=re_review, reason="It stands.")
    make_conflict_statement(person=editor, text="none")
    for reason in (" ", "x" * 5000):
        with pytest.raises(Refused) as refusal:
            services.uphold(actor=editor, re_review=re_review, reason=reason)
        assert refusal.value.field == "reason"
    services.uphold(actor=editor, re_review=re_review, reason="It stands.")
    with pytest.raises(Refused, match="has ended: upheld"):
        services.retract_re_reviewed(actor=editor, re_review=re_review, reason="No.")


def test_the_re_review_of_a_submission_ends_with_it(paper):
    changed = make_draft(reference=paper.pk)
    withdrawn = make_submitted(reference=paper.pk, outcome="metastasis")
    rejected = make_in_review(reference=paper.pk, outcome="cell_function")
    services.apply_finding(actor=None, finding=make_finding(paper))

    kept = services.save_draft(
        actor=changed.submitter,
        submission=changed,
        content=complete_content(reference=paper.pk, summary="Otherwise."),
        edit_count=changed.edit_count,
    )
    assert changed.re_reviews.open().exists()
    services.save_draft(
        actor=changed.submitter, submission=kept, content=complete_content(), edit_count=kept.edit_count
    )
    services.withdraw(actor=withdrawn.submitter, submission=withdrawn)
    services.reject(
        actor=rejected.claimed_by, submission=rejected, content_hash=rejected.content_hash, reason="Retracted."
    )

    outcomes = {one.submission_id: one.outcome for one in ReReview.objects.all()}
    assert outcomes == {changed.pk: "revised", withdrawn.pk: "ended", rejected.pk: "ended"}


def test_a_concern_answered_in_writing_and_approved_upholds_the_submission(paper):
    submission = make_draft(reference=paper.pk)
    services.apply_finding(actor=None, finding=make_finding(paper, CONCERN))
    answered = complete_content(reference=paper.pk, answers=(("retraction", "Another figure."),))
    submission = services.save_draft(
        actor=submission.submitter, submission=submission, content=answered, edit_count=submission.edit_count
    )
    claimed = services.claim(
        actor=make_editor(), submission=services.submit(actor=submission.submitter, submission=submission)
    )
    services.approve(actor=claimed.claimed_by, submission=claimed, content_hash=claimed.content_hash)
    assert ReReview.objects.get().outcome == "upheld"
    assert entry_of(claimed).since_publication is None
    document = orjson.loads(entry_of(claimed).document)
    assert document["study"]["reference"]["retraction_state"] == CONCERN
    assert services.find_raised() == []


# --- looking beforehand -------------------------------------------------------------------------------


def test_the_dry_run_names_what_applying_touches_and_keeps_drafts_private(paper):
    published = make_published(reference=paper.pk)
    in_review = make_in_review(reference=paper.pk, outcome="cell_function")
    author = CuratorFactory()
    make_draft(author, reference=paper.pk, outcome="metastasis")
    finding = make_finding(paper)

    (before,) = services.dependants_of([finding])

    assert [entry.accession for entry in before.entries] == [published.record.accession]
    assert (before.seen_by_editors, before.drafts) == ([in_review], 1)
    assert author not in before.people
    assert {published.submitter, in_review.submitter, in_review.claimed_by} <= set(before.people)
    applied = services.apply_finding(actor=None, finding=finding)
    assert (applied.entries, applied.submissions) == (before.entries, before.submissions)
    assert ReReview.objects.count() == 3
    assert told(author)


@pytest.mark.parametrize("count", [1, 3])
def test_looking_costs_the_same_however_much_is_found(count, django_assert_num_queries):
    findings = []
    for _ in range(count):
        paper = ReferenceFactory()
        make_published(reference=paper.pk)
        make_submitted(reference=paper.pk, outcome="metastasis")
        findings.append(make_finding(paper))
    listed = list(RetractionFinding.objects.for_list())
    with django_assert_num_queries(9):
        services.dependants_of(listed)


def test_a_finding_of_another_source_is_settled_with_it(published):
    literature.gather_reports([report(published.reference, CONCERN, Source.CROSSREF)])
    services.apply_finding(actor=None, finding=make_finding(published.reference))
    assert set(RetractionFinding.objects.values_list("status", flat=True)) == {"applied"}
    assert ReReview.objects.count() == 1
