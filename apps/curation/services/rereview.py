"""Re-review: opened when a publication turns out worse than it was known to be, ended with an outcome."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Notice, User
from apps.accounts.services import notify, record_event
from apps.catalogue import services as catalogue
from apps.core.exceptions import Refused
from apps.literature.models import Reference, RetractionState

from .. import permissions
from ..models import Record, ReReview, Submission
from .dependants import people_of
from .happenings import keys_about

Outcome = ReReview.Outcome
UNDER_REVIEW = "under_review"
LONGEST_REASON = 4000


def open_re_review(
    *, of: Record | Submission, reference: Reference, cause: RetractionState, reason: str, actor: User | None
) -> ReReview | None:
    """Put a published record or an open submission, which the caller holds, under re-review; the reason is public.

    One that is open already is taken further where the cause is graver; otherwise nothing happens.
    """
    re_review = of.re_reviews.open().first()
    if re_review is None:
        record, submission = (of, None) if isinstance(of, Record) else (None, of)
        re_review = ReReview(record=record, submission=submission, opened_by=actor)
    elif RetractionState(re_review.cause).gravity >= cause.gravity:
        return None
    re_review.reference, re_review.cause, re_review.reason = reference, cause, reason
    re_review.save()
    record_event(
        actor=actor,
        verb="re_review",
        obj=of,
        to_state=UNDER_REVIEW,
        reason=reason,
        data={"re_review": re_review.pk, "reference": reference.pk, "cause": cause},
    )
    if isinstance(of, Record):
        assert of.accession is not None
        catalogue.put_under_review(accession=of.accession, reason=reason, at=re_review.opened_at)
    return re_review


@transaction.atomic
def uphold(*, actor: User, re_review: ReReview, reason: str) -> ReReview:
    """End the re-review of an entry that stands as it is; everyone may read why."""
    re_review, accession = _to_end(actor, re_review)
    _close(re_review, Outcome.UPHELD, actor=actor, reason=_public(reason))
    catalogue.uphold(accession=accession, reason=re_review.outcome_reason, at=timezone.now())
    _tell(re_review, f"{accession} was looked at again and stands", actor)
    return re_review


@transaction.atomic
def retract(*, actor: User, re_review: ReReview, reason: str) -> ReReview:
    """End a re-review by taking the entry out of force; everyone may read why, for good."""
    re_review, accession = _to_end(actor, re_review)
    _close(re_review, Outcome.RETRACTED, actor=actor, reason=_public(reason))
    catalogue.retract(accession=accession, reason=re_review.outcome_reason)
    _tell(re_review, f"{accession} was looked at again and retracted", actor)
    return re_review


def end_with_revision(*, record: Record, actor: User) -> None:
    """A new version of the record was approved, so the one under re-review is no longer in force."""
    if re_review := record.re_reviews.open().first():
        _close(re_review, Outcome.REVISED, actor=actor)


def end_with_submission(*, submission: Submission, outcome: ReReview.Outcome, actor: User | None) -> None:
    """The submission was decided on or withdrawn: what came of its re-review, if it was under one."""
    if re_review := submission.re_reviews.open().first():
        _close(re_review, outcome, actor=actor)


def follow_paper(*, submission: Submission, actor: User) -> None:
    """A submission that rests on another publication now is no longer under re-review for the former one."""
    re_review = submission.re_reviews.open().select_related("reference__merged_into").first()
    if re_review is not None and re_review.reference.heir != submission.paper:
        _close(re_review, Outcome.REVISED, actor=actor)


def _to_end(actor: User, re_review: ReReview) -> tuple[ReReview, str]:
    """The open re-review of a record and the accession, both held until the transaction ends."""
    record = Record.objects.select_for_update().filter(re_reviews=re_review.pk).first()
    re_review = ReReview.objects.select_for_update(of=("self",)).get(pk=re_review.pk)
    permissions.may_end_re_review(actor, re_review).require()
    assert record is not None
    assert record.accession is not None
    return re_review, record.accession


def _public(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused("Give the reason: everyone who looks at the entry reads it.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"The reason is too long: at most {LONGEST_REASON:,} characters.", field="reason")
    return reason


def _close(re_review: ReReview, outcome: ReReview.Outcome, *, actor: User | None, reason: str = "") -> None:
    re_review.closed_at, re_review.closed_by = timezone.now(), actor
    re_review.outcome, re_review.outcome_reason = outcome, reason
    re_review.save(update_fields=["closed_at", "closed_by", "outcome", "outcome_reason"])
    of = re_review.record or re_review.submission
    assert of is not None
    record_event(
        actor=actor,
        verb="end_re_review",
        obj=of,
        from_state=UNDER_REVIEW,
        to_state=outcome,
        reason=reason,
        data={"re_review": re_review.pk},
    )


def _tell(re_review: ReReview, what: str, actor: User) -> None:
    """Tell everyone who had a part in the record, but not the editor who has just decided."""
    assert re_review.record is not None
    submissions = re_review.record.submissions.select_related("submitter")
    rows = submissions.prefetch_related("co_editors", "decisions__editor", "reviews__editor")
    people = {person.pk: person for one in rows for person in people_of(one) if person.pk != actor.pk}
    notify(
        people=people.values(),
        kind=Notice.Kind.RE_REVIEW_ENDED,
        text=f"{what}: {re_review.outcome_reason}"[:2000],
        url=reverse("catalogue:entry-detail", args=[re_review.record.accession]),
        key=f"re-review {re_review.pk} ended",
        also=keys_about([re_review.record.accession or ""]),
    )
