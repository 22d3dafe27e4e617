"""What every verb shares: the lock, and the step with its event."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..models import Submission
from ..rules import Finding
from ..workflow import Status, Verb, next_status
from .audience import tell_of_step


class RulesRefused(Refused):
    """The content breaks rules; ``findings`` are those that stand in the way, ``errors`` the same for programs."""

    def __init__(self, findings: Iterable[Finding], *, verb: Verb) -> None:
        self.findings = tuple(findings)
        self.errors = tuple(
            {"field": finding.field, "message": f"{finding.message} {finding.mend}".strip(), "code": finding.rule}
            for finding in self.findings
        )
        first = self.findings[0]
        count = len(self.findings)
        more = f" (and {count - 1} more)" if count > 1 else ""
        done = {Verb.SUBMIT: "submitted", Verb.APPROVE: "approved"}[verb]
        super().__init__(
            f"This cannot be {done} yet: {first.message} {first.mend}{more}", field=first.field or None, code="rules"
        )


def locked(submission: Submission) -> Submission:
    """The row as it is now, with its terms, locked until the transaction ends."""
    assert transaction.get_connection().in_atomic_block
    try:
        return Submission.objects.with_terms().select_for_update(of=("self",)).get(pk=submission.pk)
    except Submission.DoesNotExist:
        raise Refused("There is no such submission any more.", code="missing") from None


def move(
    submission: Submission,
    verb: Verb,
    *,
    actor: User | None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Submission:
    """Take the step that ``verb`` is, with the columns that change beside the status; record it, and tell of it."""
    source = submission.status
    target = next_status(source, verb)
    assert target is not None, f"{verb} from {source}: the permission should have refused"
    changes["status"] = target
    if not source == target == Status.IN_REVIEW:
        # Of reviewers who decide independently, the day of a change would tell who has decided.
        changes["changed_at"] = timezone.now()
    for name, value in changes.items():
        setattr(submission, name, value)
    submission.save(update_fields=list(changes))
    event = record_event(
        actor=actor, verb=verb, obj=submission, from_state=source, to_state=target, reason=reason, data=data
    )
    tell_of_step(submission, verb, event)
    return submission


def one_at_a_time(key: str) -> None:
    """Wait until nobody else decides about this duplicate key; held until the transaction ends."""
    if not key:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"curation:{key}"])
