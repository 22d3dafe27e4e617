"""The statuses of a submission and the steps between them; readable at one glance, no ORM."""

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


def transitions() -> list[tuple[str, str]]:
    """The pairs of different statuses that the database allows, for its trigger."""
    return sorted({(step.source.value, step.target.value) for step in STEPS if step.source != step.target})
