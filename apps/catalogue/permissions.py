"""Who may do what with the catalogue itself."""

from apps.accounts.models import User
from apps.accounts.permissions import may_act_as
from apps.accounts.roles import Role
from apps.core.verdicts import ALLOWED, Verdict


def may_cut(person: User | None) -> Verdict:
    """Whether ``person`` may cut a release; ``None`` is the portal itself, once a month."""
    return ALLOWED if person is None else may_act_as(person, Role.EDITOR)
