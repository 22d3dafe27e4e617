"""Help for people who lost what they sign in with."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import may_change
from apps.core.exceptions import Refused

from .events import record_event


@transaction.atomic
def remove_authenticators(*, actor: User | None, person: User, reason: str) -> int:
    """Take the authenticator app and the recovery codes off an account, so that its owner can set up new ones.

    ``actor`` is None when an operator does it from the command line. Returns how many were removed.
    """
    if actor is not None:
        may_change(actor, person).require()
    reason = reason.strip()
    if not reason:
        raise Refused("Say how you made sure that the request came from this person.", field="reason")
    removed, _ = Authenticator.objects.filter(user=person).delete()
    if removed:
        record_event(actor=actor, verb="remove_authenticators", obj=person, reason=reason)
    return removed
