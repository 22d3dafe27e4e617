"""The editor's side: claim, release and the three decisions; and the system's: claims that expire."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import conflict_statement_in_force
from apps.catalogue import services as catalogue
from apps.catalogue.models import Entry, EntryVersion
from apps.core.exceptions import Refused

from .. import permissions, projection
from ..models import Decision, Record, ReReview, Submission
from ..rules import blocking
from ..workflow import Status, Verb
from .facts import findings
from .rereview import end_with_revision, end_with_submission
from .steps import RulesRefused, locked, move, one_at_a_time

_UNCLAIMED: dict[str, Any] = {"claimed_by": None, "claimed_at": None, "claim_expires_at": None}


@transaction.atomic
def claim(*, actor: User, submission: Submission) -> Submission:
    """Take a submission from the queue for review; it returns after ``REVIEW_CLAIM_DAYS`` without a decision."""
    submission = locked(submission)
    permissions.may_claim(actor, submission).require()
    now = timezone.now()
    expires = now + timedelta(days=settings.REVIEW_CLAIM_DAYS)
    return move(
        submission,
        Verb.CLAIM,
        actor=actor,
        data={"expires_at": expires.isoformat()},
        claimed_by=actor,
        claimed_at=now,
        claim_expires_at=expires,
    )


@transaction.atomic
def release(*, actor: User, submission: Submission) -> Submission:
    """Give a claimed submission back to the queue, undecided."""
    submission = locked(submission)
    permissions.may_release(actor, submission).require()
    return move(submission, Verb.RELEASE, actor=actor, **_UNCLAIMED)


@transaction.atomic
def request_changes(*, actor: User, submission: Submission, reason: str, content_hash: str) -> Submission:
    """Send it back to its submitter, who may edit and submit again."""
    submission = _to_decide(actor, submission, content_hash)
    decision = _decide(actor, submission, Decision.Outcome.REQUEST_CHANGES, _needed(reason))
    return move(
        submission, Verb.REQUEST_CHANGES, actor=actor, reason=decision.reason, data=_told(decision), **_UNCLAIMED
    )


@transaction.atomic
def reject(*, actor: User, submission: Submission, reason: str, content_hash: str) -> Submission:
    """Decline it for good."""
    submission = _to_decide(actor, submission, content_hash)
    decision = _decide(actor, submission, Decision.Outcome.REJECT, _needed(reason))
    end_with_submission(submission=submission, outcome=ReReview.Outcome.ENDED, actor=actor)
    return move(submission, Verb.REJECT, actor=actor, reason=decision.reason, data=_told(decision), **_UNCLAIMED)


@transaction.atomic
def approve(*, actor: User, submission: Submission, content_hash: str, reason: str = "") -> EntryVersion:
    """Approve and publish: decision, accession, version and event, all in this transaction or not at all.

    ``content_hash`` is that of the content the editor read. Refused as ``stale`` when it is not the
    content any more, or when the entry that it revises has moved on.
    """
    submission = _to_decide(actor, submission, content_hash)
    one_at_a_time(submission.duplicate_key)
    if hindering := blocking(findings(submission), Verb.APPROVE):
        raise RulesRefused(hindering, verb=Verb.APPROVE)
    record = Record.objects.select_for_update().get(pk=submission.record_id)
    version = _next_version(record, submission)
    if record.accession is None:
        record.accession = catalogue.next_accession()
        record.save(update_fields=["accession"])
    decision = _decide(actor, submission, Decision.Outcome.APPROVE, reason.strip())
    document = projection.to_document(
        submission, accession=record.accession, version=version, published_at=decision.made_at, reviewed_by=[actor]
    )
    move(
        submission,
        Verb.APPROVE,
        actor=actor,
        reason=decision.reason,
        data=_told(decision) | {"accession": record.accession, "version": version},
        published_version=version,
        **_UNCLAIMED,
    )
    end_with_submission(submission=submission, outcome=ReReview.Outcome.UPHELD, actor=actor)
    end_with_revision(record=record, actor=actor)
    return catalogue.publish(document)


def _to_decide(actor: User, submission: Submission, content_hash: str) -> Submission:
    submission = locked(submission)
    permissions.may_decide(actor, submission).require()
    if not submission.content_hash == content_hash == submission.content().digest():
        raise Refused(
            "The content is not the one you read: it was changed after you opened this page. "
            "Read it again, then decide.",
            code="stale",
        )
    return submission


def _needed(reason: str) -> str:
    if not reason.strip():
        raise Refused("Give the submitter a reason that they can act on.", field="reason")
    return reason.strip()


def _decide(actor: User, submission: Submission, outcome: Decision.Outcome, reason: str) -> Decision:
    if len(reason) > 4000:
        raise Refused("The reason is too long: at most 4000 characters.", field="reason")
    statement = conflict_statement_in_force(actor)
    assert statement is not None  # may_decide asked
    return Decision.objects.create(
        submission=submission,
        editor=actor,
        outcome=outcome,
        reason=reason,
        content_hash=submission.content_hash,
        conflict_statement=statement.text,
    )


def _told(decision: Decision) -> dict[str, object]:
    return {"decision": decision.pk, "content_hash": decision.content_hash}


def _next_version(record: Record, submission: Submission) -> int:
    """The number to publish under; the record is locked, so nobody else takes it."""
    if record.accession is None:
        return 1
    entry = Entry.objects.filter(accession=record.accession).first()
    if entry is None or entry.status != Entry.Status.CURRENT:
        raise Refused(f"{record.accession} is not in force any more, so it cannot be revised.", code="state")
    if entry.version != submission.based_on:
        raise Refused(
            f"{record.accession} has moved on to version {entry.version} since this revision was started from "
            f"version {submission.based_on}. Request changes, so that the submitter can start from the current one.",
            code="stale",
        )
    return entry.version + 1


def expire_claims() -> int:
    """Return to the queue what was claimed and not decided in time; the number of submissions returned."""
    expired = Submission.objects.filter(status=Status.IN_REVIEW, claim_expires_at__lte=timezone.now())
    return sum(_expire(pk) for pk in expired.values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: int) -> bool:
    # A row that is locked is being decided on at this moment: leave it to the next round.
    expired = Submission.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk=pk, status=Status.IN_REVIEW, claim_expires_at__lte=timezone.now()
    )
    submission = expired.first()
    if submission is None:
        return False
    days = settings.REVIEW_CLAIM_DAYS
    reason = f"The claim of {submission.claimed_by} expired after {days} days without a decision."
    move(submission, Verb.RELEASE, actor=None, reason=reason, **_UNCLAIMED)
    return True
