"""Re-review: opened on what became of a publication or on an editor's own ground, ended with an outcome."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.accounts.models import User
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
    elif re_review.gravity >= cause.gravity:
        return None
    elif not re_review.gravity:
        reason = f"{reason} It was under re-review before: {re_review.reason}"
    re_review.reference, re_review.cause, re_review.reason = reference, ReReview.Cause(cause.value), reason
    re_review.save()
    _opened(re_review, actor, reference=reference.pk, cause=cause)
    return re_review


@transaction.atomic
def re_review(*, actor: User, record: Record, reason: str, cause: ReReview.Cause = ReReview.Cause.DOUBT) -> ReReview:
    """Put a published record under re-review on an editor's own ground; everyone may read why."""
    record = Record.objects.select_for_update().get(pk=record.pk)
    permissions.may_re_review(actor, record).require()
    re_review = ReReview.objects.create(record=record, cause=cause, reason=public_reason(reason), opened_by=actor)
    _opened(re_review, actor, cause=cause)
    tell(
        record,
        Kind.RE_REVIEW,
        f"{record.accession} is under re-review: {re_review.reason}",
        key=f"re-review {re_review.pk} opened",
        but=actor,
    )
    return re_review


def _opened(re_review: ReReview, actor: User | None, **data: Any) -> None:
    of = re_review.record or re_review.submission
    assert of is not None
    record_event(
        actor=actor,
        verb="re_review",
        obj=of,
        to_state=UNDER_REVIEW,
        reason=re_review.reason,
        data={"re_review": re_review.pk, **data},
    )
    if isinstance(of, Record):
        assert of.accession is not None
        catalogue.put_under_review(accession=of.accession, reason=re_review.reason, at=re_review.opened_at)


@transaction.atomic
def uphold(*, actor: User, re_review: ReReview, reason: str) -> ReReview:
    """End the re-review of an entry that stands as it is; everyone may read why."""
    re_review, accession = _to_end(actor, re_review)
    close(re_review, Outcome.UPHELD, actor=actor, reason=public_reason(reason))
    catalogue.uphold(accession=accession, reason=re_review.outcome_reason, at=timezone.now())
    assert re_review.record is not None
    tell(
        re_review.record,
        Kind.RE_REVIEW_ENDED,
        f"{accession} was looked at again and stands: {re_review.outcome_reason}",
        key=f"re-review {re_review.pk} ended",
        but=actor,
    )
    return re_review


def end_with_revision(*, record: Record, actor: User) -> None:
    """A new version of the record was approved, so the one under re-review is no longer in force."""
    if re_review := record.re_reviews.open().first():
        close(re_review, Outcome.REVISED, actor=actor)


def end_with_submission(*, submission: Submission, outcome: ReReview.Outcome, actor: User | None) -> None:
    """The submission was decided on or withdrawn: what came of its re-review, if it was under one."""
    if re_review := submission.re_reviews.open().first():
        close(re_review, outcome, actor=actor)


def follow_paper(*, submission: Submission, actor: User) -> None:
    """A submission that rests on another publication now is no longer under re-review for the former one."""
    re_review = submission.re_reviews.open().select_related("reference__merged_into").first()
    if re_review is not None and re_review.reference and re_review.reference.heir != submission.paper:
        close(re_review, Outcome.REVISED, actor=actor)


def _to_end(actor: User, re_review: ReReview) -> tuple[ReReview, str]:
    """The open re-review of a record and the accession, both held until the transaction ends."""
    record = Record.objects.select_for_update().filter(re_reviews=re_review.pk).first()
    re_review = ReReview.objects.select_for_update(of=("self",)).get(pk=re_review.pk)
    permissions.may_end_re_review(actor, re_review).require()
    assert record is not None
    assert record.accession is not None
    return re_review, record.accession


def public_reason(reason: str) -> str:
    """The reason without white space around it; refused where there is none, or too much."""
    reason = reason.strip()
    if not reason:
        raise Refused("Give the reason: everyone who looks at the entry reads it.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"The reason is too long: at most {LONGEST_REASON:,} characters.", field="reason")
    return reason


def close(re_review: ReReview, outcome: ReReview.Outcome, *, actor: User | None, reason: str = "") -> None:
    """End a re-review, which the caller holds with what it is of."""
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


def tell(record: Record, kind: Kind, text: str, *, key: str, but: User) -> None:
    """Tell everyone who had a part in the record, but not the editor who has just decided."""
    submissions = record.submissions.select_related("submitter")
    rows = submissions.prefetch_related("co_editors", "decisions__editor", "reviews__editor")
    people = {person.pk: person for one in rows for person in people_of(one) if person.pk != but.pk}
    notify(
        people=people.values(),
        kind=kind,
        text=text[:2000],
        url=reverse("catalogue:entry-detail", args=[record.accession]),
        key=key,
        also=keys_about([record.accession or ""]),
    )
