"""The seats of a review: taking one, giving it back, giving it to somebody else, and asking for a second."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.services import conflict_statement_in_force, notify
from apps.catalogue import services as catalogue
from apps.core.exceptions import Refused

from .. import conflicts, permissions, projection
from ..choices import Caution, SecondReview
from ..models import Review, Submission
from ..workflow import Status, Verb
from .steps import locked, move

UNCLAIMED: dict[str, Any] = {"claimed_by": None, "claimed_at": None, "claim_expires_at": None}
LONGEST_REASON = 4000


@transaction.atomic
def claim(*, actor: User, submission: Submission) -> Submission:
    """Take a vacant seat; it is given back after ``REVIEW_CLAIM_DAYS`` without a verdict."""
    submission = locked(submission)
    permissions.may_claim(actor, submission).require()
    return _seat(submission, actor, Verb.CLAIM, actor=actor)


@transaction.atomic
def assign(*, actor: User, submission: Submission, editor: User) -> Submission:
    """Give a vacant seat to another editor, who is told, and may release it."""
    submission = locked(submission)
    permissions.may_assign(actor, submission).require()
    if editor.pk == actor.pk:
        raise Refused("To review it yourself, claim it.", field="editor")
    if not (verdict := permissions.may_claim(editor, submission)):
        reason = f"{editor} cannot review this. What stands in the way, in words for them: {verdict.reason}"
        raise Refused(reason, field="editor", code="conflict")
    submission = _seat(submission, editor, Verb.ASSIGN, actor=actor)
    seat = permissions.seat_of(editor, submission)
    assert seat is not None  # just taken
    notify(
        people=[editor],
        kind=Kind.ASSIGNED,
        text=f"{actor} asks you to review submission {submission.pk}. You can release it if you cannot.",
        url=reverse("curation:review-detail", args=[submission.pk]),
        key=f"review {seat.pk} assigned",
    )
    return submission


@transaction.atomic
def release(*, actor: User, submission: Submission) -> Submission:
    """Give a seat back, undecided; the submission returns to the queue when nobody else reviews it."""
    submission = locked(submission)
    permissions.may_release(actor, submission).require()
    seat = permissions.seat_of(actor, submission)
    assert seat is not None  # may_release asked
    return _give_back(submission, seat, actor=actor)


@transaction.atomic
def ask_second_review(*, actor: User, submission: Submission, reason: str) -> Submission:
    """Have two reviewers decide on it, in this round and all that follow; nobody undoes that."""
    submission = locked(submission)
    permissions.may_ask_second(actor, submission).require()
    reason = reason.strip()
    if not reason:
        raise Refused("Say why a second reviewer should decide too.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"The reason is too long: at most {LONGEST_REASON:,} characters.", field="reason")
    return move(
        submission, Verb.ASK_SECOND, actor=actor, reason=reason, **needing([*submission.second_review, "asked"])
    )


def expire_claims() -> int:
    """Give back the seats on which nobody decided in time; how many there were."""
    expired = Review.objects.open().filter(expires_at__lte=timezone.now()).order_by("pk")
    return sum(_expire(*pair) for pair in expired.values_list("pk", "submission"))


@transaction.atomic
def _expire(pk: int, submission_id: int) -> bool:
    # A submission that is locked is being decided on at this moment: leave it to the next round.
    submission = Submission.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=submission_id).first()
    if submission is None:
        return False
    seat = Review.objects.open().filter(pk=pk, expires_at__lte=timezone.now()).select_related("editor").first()
    if seat is None:
        return False
    days = settings.REVIEW_CLAIM_DAYS
    reason = f"The claim of {seat.editor} expired after {days} days without a decision."
    _give_back(submission, seat, actor=None, reason=reason)
    return True


def second_review_of(submission: Submission, *, anew: bool = False) -> list[str]:
    """Why two reviewers have to decide on it as it is now.

    A cause once found stays for the round; ``anew``, only the wish of an editor stays.
    """
    content = submission.content()
    causes = set(submission.second_review)
    if anew:
        causes &= {SecondReview.ASKED.value}
    if content.level == "A":
        causes.add(SecondReview.LEVEL)
    if SecondReview.CONTRADICTION not in causes and contradicts(submission):
        causes.add(SecondReview.CONTRADICTION)
    return [cause for cause in SecondReview.values if cause in causes]


def needing(causes: Iterable[str], *, seats: int = 1) -> dict[str, Any]:
    """The columns that say so: two seats where there is any cause, and never fewer than ``seats``."""
    causes = list(causes)
    return {"second_review": causes, "seats": max(seats, 2) if causes else 1}


def renew_round(submission: Submission, *, actor: User | None, reason: str) -> None:
    """The content of a submission in review is another now: what was said of the former one no longer counts.

    The first two reviewers keep their seats and read it again; a third is not needed yet.
    """
    panel = submission.panel
    if not any(seat.decision_id for seat in panel):
        return
    now = timezone.now()
    # Seats that have their verdict stay as they are, in the round that is over.
    _released([seat for seat in panel if seat.is_open], now)
    submission.round += 1
    submission.seats = min(submission.seats, 2)
    for seat in panel:
        if seat.number <= submission.seats:
            _new_seat(submission, seat.editor, seat.number, assigned_by=seat.assigned_by)
    move(
        submission,
        Verb.NEW_ROUND,
        actor=actor,
        reason=reason,
        data={"round": submission.round},
        round=submission.round,
        seats=submission.seats,
        **_lead(submission),
    )


def _seat(submission: Submission, editor: User, verb: Verb, *, actor: User) -> Submission:
    """The first vacant seat for this editor, who may have it."""
    need = needing(second_review_of(submission), seats=submission.seats)
    submission.seats, submission.second_review = need["seats"], need["second_review"]
    number = submission.vacant[0]
    seat = _new_seat(submission, editor, number, assigned_by=None if editor.pk == actor.pk else actor)
    data: dict[str, Any] = {
        "expires_at": seat.expires_at.isoformat(),
        "round": submission.round,
        "seat": number,
        "cautions": seat.cautions,
    }
    if actor.pk != editor.pk:
        data |= {"editor": editor.pk, "name": str(editor)}
    return move(submission, verb, actor=actor, data=data, **need, **_lead(submission))


def _new_seat(submission: Submission, editor: User, number: int, *, assigned_by: User | None) -> Review:
    statement = conflict_statement_in_force(editor)
    now = timezone.now()
    return Review.objects.create(
        submission=submission,
        round=submission.round,
        number=number,
        editor=editor,
        assigned_by=assigned_by,
        claimed_at=now,
        expires_at=now + timedelta(days=settings.REVIEW_CLAIM_DAYS),
        conflict_statement=statement.text if statement else "",
        cautions=_cautions(submission, editor),
    )


def _cautions(submission: Submission, editor: User) -> list[str]:
    person = conflicts.Someone.of(editor)
    authors = [submission.submitter, *submission.co_editors.all()]
    near = any(conflicts.same_affiliation(person, conflicts.Someone.of(author)) for author in authors)
    return [Caution.AFFILIATION] if near else []


def dissolve(submission: Submission, *, actor: User, reason: str) -> Submission:
    """Free all seats of a review that goes on, which the caller holds: it returns to the queue undecided."""
    _released(submission.panel, timezone.now())
    return move(submission, Verb.RELEASE, actor=actor, reason=reason, **UNCLAIMED)


def _give_back(submission: Submission, seat: Review, *, actor: User | None, reason: str = "") -> Submission:
    _released([seat], timezone.now())
    verb = Verb.LEAVE if submission.panel else Verb.RELEASE
    data = {"round": submission.round, "seat": seat.number}
    return move(submission, verb, actor=actor, reason=reason, data=data, **_lead(submission))


def _released(seats: Iterable[Review], at: Any) -> None:
    for seat in seats:
        seat.released_at = at
        seat.save(update_fields=["released_at"])


def _lead(submission: Submission) -> dict[str, Any]:
    """What the submission itself says of its reviewers: the one who has the first of the seats that are taken.

    A verdict changes nothing of it, so that nobody can tell from outside who has given theirs.
    """
    first = next(iter(submission.panel), None)
    if first is None or submission.status not in {Status.SUBMITTED, Status.IN_REVIEW}:
        return UNCLAIMED
    return {"claimed_by": first.editor, "claimed_at": first.claimed_at, "claim_expires_at": first.expires_at}


def contradicts(submission: Submission) -> bool:
    """Whether it would contradict an entry in force (see ``catalogue.contradictions``)."""
    document = projection.provisional(submission)
    return document is not None and bool(catalogue.rivals(document))
