"""What editors do with a record in force: a second look on their own ground, retraction, merge."""

import pytest

from apps.accounts.models import Event, Notice
from apps.catalogue.models import Entry, TargetDossier
from apps.core.exceptions import Refused
from apps.curation import services
from apps.curation.models import ReReview, Submission
from apps.curation.workflow import Status
from apps.literature.choices import RetractionState
from tests.factories.accounts import CuratorFactory, EditorFactory
from tests.factories.curation import ReferenceFactory, make_draft, make_editor, make_published, make_revision
from tests.factories.retractions import make_finding

pytestmark = pytest.mark.django_db

WHY = "The <figure> shows another cell."


@pytest.fixture
def published(db):
    return make_published()


@pytest.fixture
def other(published):
    """The same claim from another paper."""
    return make_published(reference=ReferenceFactory().pk)


@pytest.fixture
def sworn(editor):
    return make_editor(editor)


def entry_of(submission):
    return Entry.objects.get(accession=submission.record.accession)


def told(person):
    return [(one.kind, one.text) for one in Notice.objects.of(person)]


def revision_of(submission, person=None):
    return services.start(actor=person or CuratorFactory(), revises=submission.record.accession)


def in_review(submission, editor):
    """A revision of it that an editor has claimed."""
    revision = make_revision(submission.record.accession, summary="Another wording altogether.")
    return services.claim(actor=make_editor(editor), submission=revision)


# --- re-review ---------------------------------------------------------------------------------


def test_an_editor_looks_again_on_any_ground(published, sworn):
    re_review = services.re_review(actor=sworn, record=published.record, reason=f"  {WHY} ")
    assert (re_review.cause, re_review.reference, re_review.opened_by) == ("doubt", None, sworn)
    entry = entry_of(published)
    assert entry.under_review_since == re_review.opened_at
    assert entry.review_reason == WHY
    assert Event.objects.of_object(published.record).last().verb == "re_review"
    assert (Notice.Kind.RE_REVIEW, f"{entry.accession} is under re-review: {WHY}") in told(published.submitter)
    assert not told(sworn)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 4001])
def test_the_ground_is_given(published, sworn, reason):
    with pytest.raises(Refused) as refusal:
        services.re_review(actor=sworn, record=published.record, reason=reason)
    assert refusal.value.field == "reason"
    assert not ReReview.objects.exists()


def test_it_is_for_editors_with_a_statement_and_once(published, sworn):
    for person, code in ((CuratorFactory(), "forbidden"), (EditorFactory(), "forbidden")):
        with pytest.raises(Refused) as refusal:
            services.re_review(actor=person, record=published.record, reason=WHY)
        assert refusal.value.code == code
    services.re_review(actor=sworn, record=published.record, reason=WHY)
    with pytest.raises(Refused) as refusal:
        services.re_review(actor=sworn, record=published.record, reason=WHY)
    assert refusal.value.code == "state"


def test_it_is_upheld_by_whoever_wrote_none_of_it(sworn):
    author = make_editor()
    published = make_published(submitter=author)
    re_review = services.re_review(actor=author, record=published.record, reason=WHY)
    with pytest.raises(Refused, match="another editor"):
        services.uphold(actor=author, re_review=re_review, reason="It is mine.")
    services.uphold(actor=sworn, re_review=re_review, reason="Looked at.")
    assert entry_of(published).upheld_reason == "Looked at."


def test_a_retraction_takes_it_further_and_keeps_the_ground(published, sworn):
    services.re_review(actor=sworn, record=published.record, reason=WHY)
    services.apply_finding(actor=None, finding=make_finding(published.reference, RetractionState.RETRACTED))
    re_review = ReReview.objects.get()
    assert (re_review.cause, re_review.reference) == ("retracted", published.reference)
    assert WHY in re_review.reason
    assert WHY in entry_of(published).review_reason


def test_a_new_version_ends_it(published, sworn, other_editor):
    services.re_review(actor=sworn, record=published.record, reason=WHY)
    revision = in_review(published, other_editor)
    services.approve(actor=other_editor, submission=revision, content_hash=revision.content_hash)
    assert ReReview.objects.get().outcome == "revised"
    assert entry_of(published).under_review_since is None


# --- retraction --------------------------------------------------------------------------------


def test_a_retraction_leaves_a_tombstone_and_tells_everyone(published, sworn):
    services.retract(actor=sworn, record=published.record, reason=WHY)
    entry = entry_of(published)
    assert (entry.status, entry.tombstone_reason) == ("retracted", WHY)
    event = Event.objects.of_object(published.record).last()
    assert (event.verb, event.from_state, event.to_state, event.reason) == ("retract", "current", "retracted", WHY)
    assert (Notice.Kind.ENTRY_ENDED, f"{entry.accession} was retracted: {WHY}") in told(published.submitter)
    with pytest.raises(Refused) as refusal:
        services.retract(actor=sworn, record=published.record, reason=WHY)
    assert refusal.value.code == "state"


def test_its_re_review_ends_with_it(published, sworn):
    services.re_review(actor=sworn, record=published.record, reason="A doubt.")
    services.retract(actor=sworn, record=published.record, reason=WHY)
    re_review = ReReview.objects.get()
    assert (re_review.outcome, re_review.outcome_reason) == ("retracted", WHY)


def test_open_revisions_end_with_it_and_nothing_typed_is_lost(published, sworn, other_editor):
    draft, claimed = revision_of(published), in_review(published, other_editor)
    services.retract(actor=sworn, record=published.record, reason=WHY)
    for one in (draft, claimed):
        fresh = Submission.objects.get(pk=one.pk)
        assert fresh.status == Status.WITHDRAWN
        assert fresh.content() == one.content()
        assert fresh.claimed_by is None
        assert WHY in Event.objects.of_object(fresh).last().reason
        copy = services.start(actor=one.submitter, copies=fresh)
        assert copy.content().summary == one.content().summary
        assert any("Nothing that you typed is lost" in text for _, text in told(one.submitter))


def test_nobody_retracts_what_they_wrote(sworn):
    author = make_editor()
    published = make_published(submitter=author)
    with pytest.raises(Refused, match="You wrote some of"):
        services.retract(actor=author, record=published.record, reason=WHY)
    later = make_editor()
    revision = revision_of(published, later)
    assert revision.record == published.record
    with pytest.raises(Refused, match="You wrote some of"):
        services.retract(actor=later, record=published.record, reason=WHY)
    assert entry_of(published).status == "current"


@pytest.mark.parametrize("who", ["curator", "unsworn"])
def test_it_is_for_editors_in_order(published, who):
    person = CuratorFactory() if who == "curator" else EditorFactory()
    with pytest.raises(Refused):
        services.retract(actor=person, record=published.record, reason=WHY)
    with pytest.raises(Refused):
        services.merge(actor=person, record=published.record, successor="TMEE:0000001", reason=WHY)


# --- merge -------------------------------------------------------------------------------------


def test_a_merge_leads_on_and_counts_once(published, other, sworn):
    dossier = TargetDossier.objects.get(target="HGNC:2433")
    before = dossier.score
    services.merge(actor=sworn, record=published.record, successor=other.record.accession, reason=WHY)
    entry = entry_of(published)
    assert (entry.status, entry.successor, entry.heir) == ("merged", entry_of(other), entry_of(other))
    dossier.refresh_from_db()
    assert dossier.entry_count == 1
    assert 0 < dossier.score < before
    assert Event.objects.of_object(other.record).last().verb == "take_over"
    assert Event.objects.of_object(published.record).last().data["into"] == other.record.accession


def test_what_was_merged_twice_leads_to_the_last(published, other, sworn):
    third = make_published(reference=ReferenceFactory().pk)
    services.merge(actor=sworn, record=published.record, successor=other.record.accession, reason=WHY)
    services.merge(actor=sworn, record=other.record, successor=third.record.accession, reason=WHY)
    assert entry_of(published).heir == entry_of(third)


def test_a_re_review_ends_as_merged(published, other, sworn):
    services.re_review(actor=sworn, record=published.record, reason="A doubt.")
    services.merge(actor=sworn, record=published.record, successor=other.record.accession, reason=WHY)
    assert ReReview.objects.get().outcome == "merged"


@pytest.mark.parametrize("successor", ["itself", "TMEE:9999999", "ended"])
def test_the_successor_is_another_one_in_force(published, other, sworn, successor):
    if successor == "ended":
        services.retract(actor=sworn, record=other.record, reason=WHY)
        successor = other.record.accession
    named = published.record.accession if successor == "itself" else successor
    with pytest.raises(Refused):
        services.merge(actor=sworn, record=published.record, successor=named, reason=WHY)
    assert entry_of(published).status == "current"


def test_nobody_merges_into_what_they_wrote(published):
    author = make_editor()
    own = make_published(submitter=author, reference=ReferenceFactory().pk)
    with pytest.raises(Refused, match="You wrote some of"):
        services.merge(actor=author, record=published.record, successor=own.record.accession, reason=WHY)


def test_drafts_of_others_stay(published, sworn):
    draft = make_draft(outcome="metastasis")
    services.retract(actor=sworn, record=published.record, reason=WHY)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
