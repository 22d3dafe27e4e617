"""Who may do what with the catalogue itself."""

from apps.accounts.models import User
from apps.accounts.permissions import may_act_as
from apps.accounts.roles import Role
from apps.core.verdicts import ALLOWED, Verdict, denied


def may_cut(person: User | None) -> Verdict:
    """Whether ``person`` may cut a release; ``None`` is the portal itself, once a month."""
    return ALLOWED if person is None else may_act_as(person, Role.EDITOR)


def may_pin(person: User) -> Verdict:
    """Whoever has an account may keep a query of a release for good."""
    return ALLOWED if person.is_authenticated and person.is_active else denied("Please sign in to pin a query.")
