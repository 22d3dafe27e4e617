"""Who may look terms and targets up while writing, and who may change them."""

from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import User
from apps.core.verdicts import ALLOWED, Verdict, denied


def may_search(person: User | AnonymousUser) -> Verdict:
    if person.is_authenticated and person.is_active:
        return ALLOWED
    return denied("Sign in to look up terms and targets.")


def may_manage(person: User | None) -> Verdict:
    """``None`` is the portal itself, loading what it ships with."""
    if person is None or person.is_editor:
        return ALLOWED
    return denied("Only editors change terms and targets.")
