"""The states of a candidate in triage and the steps between them; readable at one glance, no ORM."""

from dataclasses import dataclass

from django.db.models import TextChoices

from .choices import CandidateState


class CandidateVerb(TextChoices):
    CLAIM = "claim", "Claim"
    RELEASE = "release", "Release"
    REJECT = "reject", "Reject"
    POSTPONE = "postpone", "Put off"
    REOPEN = "reopen", "Put back"
    CURATE = "curate", "Mark as curated"


@dataclass(frozen=True, slots=True)
class Step:
    source: CandidateState
    verb: CandidateVerb
    target: CandidateState


N, C, D = CandidateState.NEW, CandidateState.CLAIMED, CandidateState.CURATED
R, L = CandidateState.REJECTED, CandidateState.LATER
_VERB = CandidateVerb

STEPS: tuple[Step, ...] = (
    Step(N, _VERB.CLAIM, C),
    Step(N, _VERB.REJECT, R),
    Step(N, _VERB.POSTPONE, L),
    Step(N, _VERB.CURATE, D),
    Step(C, _VERB.RELEASE, N),
    Step(C, _VERB.REJECT, R),
    Step(C, _VERB.POSTPONE, L),
    Step(C, _VERB.CURATE, D),
    Step(L, _VERB.CLAIM, C),
    Step(L, _VERB.REJECT, R),
    Step(L, _VERB.REOPEN, N),
    Step(L, _VERB.CURATE, D),
    Step(R, _VERB.REOPEN, N),
    Step(R, _VERB.CURATE, D),
    Step(D, _VERB.REOPEN, N),
)

_BY_SOURCE_AND_VERB = {(step.source, step.verb): step.target for step in STEPS}


def next_state(source: str, verb: CandidateVerb) -> CandidateState | None:
    """Where ``verb`` leads from ``source``; ``None`` where there is no such step."""
    return _BY_SOURCE_AND_VERB.get((CandidateState(source), verb))


def transitions() -> list[tuple[str, str]]:
    """The pairs of states that the database allows, for its trigger."""
    return sorted({(step.source.value, step.target.value) for step in STEPS})
