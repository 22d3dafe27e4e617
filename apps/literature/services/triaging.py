"""Candidates for curation: how they come into triage, and every step that is taken with one."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..choices import RejectionReason, ScreeningOutcome
from ..models import Candidate, CandidateNote, ImportRun, Reference
from ..permissions import may_step, may_triage
from ..querysets import CandidateQuerySet
from ..workflow import CandidateVerb, next_state

_UNCLAIMED: dict[str, Any] = {"claimed_by": None, "claimed_at": None}
_UNDECIDED: dict[str, Any] = {
    "decided_by": None,
    "decided_at": None,
    "reason": "",
    "reason_text": "",
    "later_until": None,
}


def add_candidates(*, reference_ids: Collection[int], run: ImportRun) -> None:
    """Put what a run brought into triage, in the transaction of the caller; what is there already stays as it is."""
    votes = 2 if run.two_person else 1
    Candidate.objects.bulk_create(
        (Candidate(reference_id=pk, run=run, votes_needed=votes) for pk in reference_ids), ignore_conflicts=True
    )


@transaction.atomic
def nominate(*, actor: User, reference: Reference) -> Candidate:
    """Put one reference into triage by hand; the candidate that it is already, where it is one."""
    may_triage(actor).require()
    candidate, is_new = Candidate.objects.get_or_create(reference=reference.merged_into or reference)
    if is_new:
        record_event(actor=actor, verb="nominate", obj=candidate, to_state=candidate.state)
    return candidate


@transaction.atomic
def claim_candidate(*, actor: User, candidate: Candidate) -> Candidate:
    """Take it up; it goes back to the queue after ``TRIAGE_CLAIM_DAYS`` in which nothing came of it."""
    candidate = _allowed(actor, candidate, CandidateVerb.CLAIM)
    changes = _UNDECIDED | {"claimed_by": actor, "claimed_at": timezone.now()}
    return _move(candidate, CandidateVerb.CLAIM, changes, actor=actor)


@transaction.atomic
def release_candidate(*, actor: User, candidate: Candidate) -> Candidate:
    """Give a claimed one back to the queue."""
    candidate = _allowed(actor, candidate, CandidateVerb.RELEASE)
    return _move(candidate, CandidateVerb.RELEASE, _UNCLAIMED, actor=actor)


@transaction.atomic
def reject_candidate(*, actor: User, candidate: Candidate, reason: str, text: str = "") -> Candidate:
    """Say that it will not be curated, and why; ``text`` is needed where the reason is “another one”."""
    candidate = _allowed(actor, candidate, CandidateVerb.REJECT)
    return move_to_rejected(candidate, reason_given(reason, text), actor=actor)


@transaction.atomic
def postpone_candidate(*, actor: User, candidate: Candidate, until: date | None = None) -> Candidate:
    """Put it off; it comes back to the queue on that day, or when somebody puts it back."""
    candidate = _allowed(actor, candidate, CandidateVerb.POSTPONE)
    if until is not None and until <= timezone.now().date():
        raise Refused("Choose a day that is still to come, or none.", field="until")
    changes = _UNCLAIMED | {"later_until": until} | _decided(actor)
    data = {"until": until.isoformat()} if until else None
    return _move(candidate, CandidateVerb.POSTPONE, changes, actor=actor, data=data)


@transaction.atomic
def reopen_candidate(*, actor: User, candidate: Candidate) -> Candidate:
    """Put what was decided back into the queue; what two people excluded is screened anew."""
    candidate = _allowed(actor, candidate, CandidateVerb.REOPEN)
    return _reopen(candidate, actor=actor)


@transaction.atomic
def mark_curated(*, actor: User, reference_id: int | None) -> Candidate | None:
    """Note that a reference is curated, as far as it is in triage; nothing, where that was known or it is not.

    Whatever state its candidate was in: by hand, or because a submission on it was submitted.
    """
    may_triage(actor).require()
    rows = Candidate.objects.select_for_update(of=("self",))
    candidate = rows.filter(Q(reference=reference_id) | Q(reference__merged=reference_id)).first()
    if candidate is None or next_state(candidate.state, CandidateVerb.CURATE) is None:
        return candidate
    return _move(candidate, CandidateVerb.CURATE, _UNCLAIMED | _UNDECIDED | _decided(actor), actor=actor)


@transaction.atomic
def note_on_candidate(*, actor: User, candidate: Candidate, text: str) -> CandidateNote:
    """Leave a remark for whoever looks at it next."""
    may_triage(actor).require()
    text = text.strip()
    longest = CandidateNote._meta.get_field("text").max_length or 0
    if not text:
        raise Refused("Write something, or leave it.", field="text")
    if len(text) > longest:
        raise Refused(f"The note is too long: at most {longest} characters.", field="text")
    note = CandidateNote.objects.create(candidate=candidate, author=actor, text=text)
    record_event(actor=actor, verb="note", obj=candidate, data={"note": note.pk})
    return note


def return_candidates() -> int:
    """Put back into the queue what was claimed and rested too long, and what was put off until now; how many."""
    rested = Candidate.objects.resting(timezone.now() - timedelta(days=settings.TRIAGE_CLAIM_DAYS))
    due = Candidate.objects.due(timezone.now().date())
    return sum(_return(rows, pk) for rows in (rested, due) for pk in rows.values_list("pk", flat=True))


@transaction.atomic
def _return(rows: CandidateQuerySet, pk: int) -> bool:
    # A row that is locked is being decided on at this moment: leave it to the next round.
    candidate = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if candidate is None:
        return False
    if candidate.claimed_by:
        reason = f"The claim of {candidate.claimed_by} rested for {settings.TRIAGE_CLAIM_DAYS} days."
        _move(candidate, CandidateVerb.RELEASE, _UNCLAIMED, actor=None, reason=reason)
    else:
        _reopen(candidate, actor=None, reason=f"Put off until {candidate.later_until:%-d %B %Y}.")
    return True


def locked(candidate: Candidate) -> Candidate:
    """The row as it is now, locked until the transaction ends."""
    assert transaction.get_connection().in_atomic_block
    fresh = Candidate.objects.select_for_update(of=("self",)).filter(pk=candidate.pk).first()
    if fresh is None:
        raise Refused("There is no such candidate any more.", code="missing")
    return fresh


def reason_given(reason: str, text: str) -> dict[str, str]:
    """The columns of a reason for leaving a reference out; refused where it says nothing."""
    text = text.strip()
    longest = Candidate._meta.get_field("reason_text").max_length or 0
    if reason not in RejectionReason.values:
        raise Refused("Choose the reason why it is left out.", field="reason")
    if reason == RejectionReason.OTHER and not text:
        raise Refused("Say in a few words what the other reason is.", field="text")
    if len(text) > longest:
        raise Refused(f"Say it in at most {longest} characters; a note has room for more.", field="text")
    return {"reason": reason, "reason_text": text}


def move_to_rejected(
    candidate: Candidate, given: Mapping[str, str], *, actor: User | None, screening: str = ""
) -> Candidate:
    """Reject it for the reason given; ``screening`` where it was two people who excluded it."""
    changes: dict[str, Any] = {**_UNCLAIMED, "later_until": None, **given, **_decided(actor)}
    if screening:
        changes["screening"] = screening
    reason = ": ".join(filter(None, (RejectionReason(given["reason"]).label, given["reason_text"])))
    return _move(candidate, CandidateVerb.REJECT, changes, actor=actor, reason=reason)


def _reopen(candidate: Candidate, *, actor: User | None, reason: str = "") -> Candidate:
    changes, data = dict(_UNDECIDED), {}
    if candidate.screening == ScreeningOutcome.EXCLUDED:
        data["votes"] = list(candidate.votes.values("person", "verdict", "reason", "reason_text"))
        candidate.votes.all().delete()
        changes["screening"] = ""
    return _move(candidate, CandidateVerb.REOPEN, changes, actor=actor, reason=reason, data=data)


def _decided(actor: User | None) -> dict[str, Any]:
    return {"decided_by": actor, "decided_at": timezone.now()}


def _allowed(actor: User, candidate: Candidate, verb: CandidateVerb) -> Candidate:
    candidate = locked(candidate)
    may_step(actor, candidate, verb).require()
    return candidate


def _move(
    candidate: Candidate,
    verb: CandidateVerb,
    changes: Mapping[str, Any],
    *,
    actor: User | None,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> Candidate:
    """Take the step that ``verb`` is, with the columns that change beside the state, and record it."""
    source = candidate.state
    target = next_state(source, verb)
    assert target is not None, f"{verb} from {source}: the permission should have refused"
    changes = {**changes, "state": target}
    for name, value in changes.items():
        setattr(candidate, name, value)
    candidate.save(update_fields=list(changes))
    record_event(actor=actor, verb=verb, obj=candidate, from_state=source, to_state=target, reason=reason, data=data)
    return candidate
