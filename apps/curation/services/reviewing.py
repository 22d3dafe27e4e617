"""The three verdicts of an editor, and what comes of them: nothing yet, a refusal, or a publication."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import conflict_statement_in_force
from apps.catalogue import services as catalogue
from apps.catalogue.models import Entry, EntryVersion
from apps.core.exceptions import Refused

from .. import permissions, projection
from ..choices import Outcome, Reason
from ..content import FIELD_NAMES
from ..models import Decision, Record, ReReview, Review, Submission
from ..rules import blocking
from ..workflow import THIRD, Verb, disagree, settled
from .facts import findings
from .panel import LONGEST_REASON, UNCLAIMED, needing, second_review_of
from .rereview import end_with_revision, end_with_submission
from .steps import RulesRefused, locked, move, one_at_a_time

LONGEST_REMARK = 2000


@transaction.atomic
def request_changes(
    *,
    actor: User,
    submission: Submission,
    reason: str,
    content_hash: str,
    reasons: Iterable[str] = (),
    remarks: Mapping[str, str] = {},
) -> Submission:
    """Send it back to its submitter, who may edit and submit again. Where several review, a verdict like the others."""
    submission, seat = to_decide(actor, submission, content_hash)
    decision = give(seat, submission, outcome=Outcome.REQUEST_CHANGES, reason=reason, reasons=reasons, remarks=remarks)
    return close(submission, decision) if _is_settled(submission) else _await_others(submission, decision)


@transaction.atomic
def reject(
    *,
    actor: User,
    submission: Submission,
    reason: str,
    content_hash: str,
    reasons: Iterable[str] = (),
    remarks: Mapping[str, str] = {},
) -> Submission:
    """Decline it for good. Where several review, a verdict like the others."""
    submission, seat = to_decide(actor, submission, content_hash)
    decision = give(seat, submission, outcome=Outcome.REJECT, reason=reason, reasons=reasons, remarks=remarks)
    if not _is_settled(submission):
        return _await_others(submission, decision)
    end_with_submission(submission=submission, outcome=ReReview.Outcome.ENDED, actor=actor)
    return close(submission, decision)


@transaction.atomic
def approve(
    *,
    actor: User,
    submission: Submission,
    content_hash: str,
    reason: str = "",
    reasons: Iterable[str] = (),
    remarks: Mapping[str, str] = {},
) -> EntryVersion | None:
    """Approve and publish: decision, accession, version and event, all in this transaction or not at all.

    ``content_hash`` is that of the content the editor read. Refused as ``stale`` when it is not the
    content any more, or when the entry that it revises has moved on. Where several review, nothing is
    published (None) before they agree, or the third has settled it.
    """
    submission, seat = to_decide(actor, submission, content_hash)
    one_at_a_time(submission.duplicate_key)
    if hindering := blocking(findings(submission), Verb.APPROVE):
        raise RulesRefused(hindering, verb=Verb.APPROVE)
    record = Record.objects.select_for_update().get(pk=submission.record_id)
    version = next_version(record, submission)
    decision = give(seat, submission, outcome=Outcome.APPROVE, reason=reason, reasons=reasons, remarks=remarks)
    if _is_settled(submission):
        return _publish(submission, record, version, decision)
    _await_others(submission, decision)
    return None


def to_decide(actor: User, submission: Submission, content_hash: str) -> tuple[Submission, Review]:
    """The submission, locked, and the seat of this editor, who may decide and has read what stands there now."""
    submission = locked(submission)
    permissions.may_decide(actor, submission).require()
    if not submission.content_hash == content_hash == submission.content().digest():
        raise Refused(
            "The content is not the one you read: it was changed after you opened this page. "
            "Read it again, then decide.",
            code="stale",
        )
    seat = permissions.seat_of(actor, submission)
    assert seat is not None  # may_decide asked
    return submission, seat


def give(
    seat: Review,
    submission: Submission,
    *,
    outcome: Outcome,
    reason: str,
    reasons: Iterable[str],
    remarks: Mapping[str, str],
) -> Decision:
    """The verdict, in its seat. Whether it settles anything is another question."""
    statement = conflict_statement_in_force(seat.editor)
    assert statement is not None  # may_decide asked
    seat.decision = Decision.objects.create(
        submission=submission,
        round=submission.round,
        editor=seat.editor,
        outcome=outcome,
        reasons=_known(reasons),
        reason=_worded(reason, needed=outcome is not Outcome.APPROVE),
        remarks=_on_fields(remarks),
        content_hash=submission.content_hash,
        conflict_statement=statement.text,
    )
    seat.save(update_fields=["decision"])
    # What was published meanwhile may contradict it; and the first two may not agree.
    need = needing(second_review_of(submission), seats=submission.seats)
    submission.second_review = need["second_review"]
    submission.seats = THIRD if disagree(_verdicts(submission)) else need["seats"]
    return seat.decision


def _worded(reason: str, *, needed: bool) -> str:
    reason = reason.strip()
    if needed and not reason:
        raise Refused("Give the submitter a reason that they can act on.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"The reason is too long: at most {LONGEST_REASON} characters.", field="reason")
    return reason


def _known(reasons: Iterable[str]) -> list[str]:
    codes = list(dict.fromkeys(reasons))
    if unknown := [code for code in codes if code not in Reason.values]:
        raise Refused(f"“{unknown[0]}” is none of the reasons that a verdict can have.", field="reasons")
    return codes


def _on_fields(remarks: Mapping[str, str]) -> dict[str, str]:
    kept = {name: text.strip() for name, text in remarks.items() if text.strip()}
    for name, text in kept.items():
        if name not in FIELD_NAMES:
            raise Refused(f"A submission has no field “{name}” to remark on.", field="remarks")
        if len(text) > LONGEST_REMARK:
            raise Refused(f"A remark is too long: at most {LONGEST_REMARK} characters.", field="remarks")
    return kept


def _verdicts(submission: Submission) -> dict[int, str]:
    """What was said in this round, by seat."""
    reviews = submission.reviews.filter(round=submission.round, decision__isnull=False).select_related("decision")
    return {each.number: each.decision.outcome for each in reviews if each.decision}


def _is_settled(submission: Submission) -> bool:
    """Whether the verdict just given ends the round; its outcome is that verdict then."""
    return bool(settled(submission.seats, _verdicts(submission)))


def _await_others(submission: Submission, decision: Decision) -> Submission:
    """The line of history says that there is a verdict, never which: that stands in the decision alone."""
    return move(
        submission,
        Verb.VERDICT,
        actor=decision.editor,
        data={"decision": decision.pk, "round": decision.round},
        seats=submission.seats,
        second_review=submission.second_review,
    )


def close(submission: Submission, decision: Decision, data: Mapping[str, Any] = {}, **changes: Any) -> Submission:
    """The verdict that ends the round."""
    told = {"decision": decision.pk, "content_hash": decision.content_hash, "round": decision.round}
    return move(
        submission,
        Verb(decision.outcome),
        actor=decision.editor,
        reason=decision.reason,
        data=told | dict(data),
        seats=submission.seats,
        second_review=submission.second_review,
        **changes,
        **UNCLAIMED,
    )


def _publish(submission: Submission, record: Record, version: int, decision: Decision) -> EntryVersion:
    if record.accession is None:
        record.accession = catalogue.next_accession()
        record.save(update_fields=["accession"])
    approving = submission.decisions.filter(round=submission.round, outcome=Outcome.APPROVE).select_related("editor")
    document = projection.to_document(
        submission,
        accession=record.accession,
        version=version,
        published_at=decision.made_at,
        reviewed_by=[each.editor for each in approving.order_by("pk")],
    )
    told = {"accession": record.accession, "version": version}
    close(submission, decision, told, published_version=version)
    end_with_submission(submission=submission, outcome=ReReview.Outcome.UPHELD, actor=decision.editor)
    end_with_revision(record=record, actor=decision.editor)
    return catalogue.publish(document)


def next_version(record: Record, submission: Submission) -> int:
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
