"""Conflict-of-interest statements: made, never altered, in force for a year."""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import CONFLICT_STATEMENT_VALID_FOR, NO_CONFLICT, ConflictStatement, User
from apps.core.exceptions import Refused

from .events import record_event


@transaction.atomic
def make_conflict_statement(*, person: User, text: str) -> ConflictStatement:
    """Declare competing interests, or “none”, for one year from now; the one before stays in the history."""
    text = text.strip()
    if not text:
        raise Refused("Write down your competing interests, or “none” if you have none.", field="text")
    if not person.is_active:
        raise Refused("This account is not active.", code="forbidden")
    if text.rstrip(".").lower() == NO_CONFLICT:
        text = NO_CONFLICT
    now = timezone.now()
    statement = ConflictStatement.objects.create(
        person=person, text=text, made_at=now, expires_at=now + CONFLICT_STATEMENT_VALID_FOR
    )
    record_event(actor=person, verb="make_conflict_statement", obj=statement, data={"expires_at": statement.expires_at})
    return statement


def conflict_statement_in_force(person: User) -> ConflictStatement | None:
    """The newest statement of ``person`` that is valid now, or None."""
    return ConflictStatement.objects.of(person).in_force().first()
