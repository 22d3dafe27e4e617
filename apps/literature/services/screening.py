"""Screening by two people: each votes without seeing the other's vote; a third decides where they differ."""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import record_event

from ..choices import RejectionReason, ScreeningOutcome, Verdict
from ..models import Candidate, ScreeningVote
from ..permissions import may_resolve, may_vote
from .triaging import locked, move_to_rejected, reason_given

_NO_REASON = {"reason": "", "reason_text": ""}


@transaction.atomic
def vote_on_candidate(
    *, actor: User, candidate: Candidate, verdict: Verdict, reason: str = "", text: str = ""
) -> Candidate:
    """Include or exclude; one's vote may be given anew until the other one is there, and then counts."""
    candidate = locked(candidate)
    may_vote(actor, candidate).require()
    given = reason_given(reason, text) if verdict == Verdict.EXCLUDE else _NO_REASON
    ScreeningVote.objects.update_or_create(
        candidate=candidate, person=actor, defaults={"verdict": verdict, "at": timezone.now(), **given}
    )
    # What was voted stands in the vote alone: the history is open to the other one.
    record_event(actor=actor, verb="vote", obj=candidate, from_state=candidate.state, to_state=candidate.state)
    votes = list(candidate.votes.select_related("person").order_by("pk"))
    return _conclude(candidate, votes) if len(votes) >= candidate.votes_needed else candidate


@transaction.atomic
def resolve_conflict(
    *, actor: User, candidate: Candidate, verdict: Verdict, reason: str = "", text: str = ""
) -> Candidate:
    """Decide between two people who disagree."""
    candidate = locked(candidate)
    may_resolve(actor, candidate).require()
    if verdict == Verdict.EXCLUDE:
        given = reason_given(reason, text)
        return move_to_rejected(candidate, given, actor=actor, screening=ScreeningOutcome.EXCLUDED)
    candidate.decided_by = actor
    candidate.decided_at = timezone.now()
    return _screened(candidate, ScreeningOutcome.INCLUDED, actor=actor)


def _conclude(candidate: Candidate, votes: list[ScreeningVote]) -> Candidate:
    verdicts = {vote.verdict for vote in votes}
    if verdicts == {Verdict.EXCLUDE}:
        return move_to_rejected(candidate, _joined(votes), actor=None, screening=ScreeningOutcome.EXCLUDED)
    outcome = ScreeningOutcome.INCLUDED if verdicts == {Verdict.INCLUDE} else ScreeningOutcome.CONFLICT
    return _screened(candidate, outcome, actor=None)


def _screened(candidate: Candidate, outcome: ScreeningOutcome, *, actor: User | None) -> Candidate:
    candidate.screening = outcome
    candidate.save(update_fields=["screening", "decided_by", "decided_at"])
    record_event(
        actor=actor,
        verb="screen",
        obj=candidate,
        from_state=candidate.state,
        to_state=candidate.state,
        reason=outcome.label,
    )
    return candidate


def _joined(votes: list[ScreeningVote]) -> dict[str, str]:
    """The reason of the first, and in words what the other one said where that differs."""
    first, *others = votes
    texts = [vote.reason_text for vote in votes if vote.reason_text]
    texts += [RejectionReason(vote.reason).label for vote in others if vote.reason != first.reason]
    return {"reason": first.reason, "reason_text": "; ".join(texts)[:500]}
