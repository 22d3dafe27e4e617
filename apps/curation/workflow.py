"""The statuses of a submission and the steps between them; readable at one glance, no ORM."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices


class Status(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in_review", "In review"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Verb(TextChoices):
    START = "start", "Start"
    EDIT = "edit", "Edit"
    SUBMIT = "submit", "Submit"
    WITHDRAW = "withdraw", "Withdraw"
    CLAIM = "claim", "Claim"
    RELEASE = "release", "Release"
    REQUEST_CHANGES = "request_changes", "Request changes"
    REJECT = "reject", "Reject"
    APPROVE = "approve", "Approve"
    REBASE = "rebase", "Bring up to date"
    ASSIGN = "assign", "Assign"
    LEAVE = "leave", "Leave"
    ASK_SECOND = "ask_second", "Ask for a second review of"
    VERDICT = "verdict", "Give a verdict on"
    NEW_ROUND = "new_round", "Begin a new round for"


@dataclass(frozen=True, slots=True)
class Step:
    source: Status
    verb: Verb
    target: Status


D, S, R, C = Status.DRAFT, Status.SUBMITTED, Status.IN_REVIEW, Status.CHANGES_REQUESTED

STEPS: tuple[Step, ...] = (
    Step(D, Verb.EDIT, D),
    Step(C, Verb.EDIT, C),
    Step(D, Verb.REBASE, D),
    Step(C, Verb.REBASE, C),
    # Its text becomes another one, so its authors hand it in again.
    Step(S, Verb.REBASE, D),
    Step(D, Verb.SUBMIT, S),
    Step(C, Verb.SUBMIT, S),
    Step(D, Verb.WITHDRAW, Status.WITHDRAWN),
    Step(S, Verb.WITHDRAW, Status.WITHDRAWN),
    Step(C, Verb.WITHDRAW, Status.WITHDRAWN),
    Step(S, Verb.CLAIM, R),
    Step(S, Verb.ASSIGN, R),
    Step(S, Verb.ASK_SECOND, S),
    # Two or three reviewers: the others take their seats, and give them back, while it stays in review.
    Step(R, Verb.CLAIM, R),
    Step(R, Verb.ASSIGN, R),
    Step(R, Verb.ASK_SECOND, R),
    Step(R, Verb.LEAVE, R),
    Step(R, Verb.VERDICT, R),
    Step(R, Verb.NEW_ROUND, R),
    # The only reviewer, or the last one.
    Step(R, Verb.RELEASE, S),
    Step(R, Verb.REQUEST_CHANGES, C),
    Step(R, Verb.REJECT, Status.REJECTED),
    Step(R, Verb.APPROVE, Status.APPROVED),
)

EDITABLE = frozenset({Status.DRAFT, Status.CHANGES_REQUESTED})
OPEN = frozenset({Status.DRAFT, Status.SUBMITTED, Status.IN_REVIEW, Status.CHANGES_REQUESTED})

_BY_SOURCE_AND_VERB = {(step.source, step.verb): step.target for step in STEPS}


def next_status(source: str, verb: Verb) -> Status | None:
    """Where ``verb`` leads from ``source``; ``None`` where there is no such step."""
    return _BY_SOURCE_AND_VERB.get((Status(source), verb))


#: With this seat a third editor settles what the first two disagree about.
THIRD = 3


def settled(seats: int, verdicts: Mapping[int, str]) -> str:
    """The outcome of a round with so many seats, from the verdicts by seat; empty while it is open.

    One reviewer decides alone, two that agree decide together, and where they do not the third does.
    """
    if len(verdicts) < seats:
        return ""
    last = verdicts[seats]
    return last if seats != 2 or verdicts[1] == verdicts[2] else ""


def disagree(verdicts: Mapping[int, str]) -> bool:
    """Whether the first two have spoken, and said different things."""
    return {1, 2} <= verdicts.keys() and verdicts[1] != verdicts[2]


def transitions() -> list[tuple[str, str]]:
    """The pairs of different statuses that the database allows, for its trigger."""
    return sorted({(step.source.value, step.target.value) for step in STEPS if step.source != step.target})
