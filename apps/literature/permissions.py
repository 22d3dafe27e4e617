"""Who may import references, and who may stop an import."""

from apps.accounts.models import User
from apps.accounts.permissions import may_act_as
from apps.accounts.roles import Role
from apps.core.verdicts import ALLOWED, Verdict, denied

from .models import ImportRun


def may_import(user: User) -> Verdict:
    """Curators and everyone above; also needed to see references and runs."""
    return may_act_as(user, Role.CURATOR)


def may_cancel(user: User, run: ImportRun) -> Verdict:
    verdict = _is_its_own_or_administrators(user, run)
    if verdict and run.is_over:
        return denied(f"This import is {run.get_state_display().lower()} already.")
    return verdict


def may_retry(user: User, run: ImportRun) -> Verdict:
    verdict = _is_its_own_or_administrators(user, run)
    if verdict and run.state not in {ImportRun.State.FAILED, ImportRun.State.CANCELLED}:
        return denied("Only an import that failed or was cancelled can go on.")
    return verdict


def _is_its_own_or_administrators(user: User, run: ImportRun) -> Verdict:
    if not (verdict := may_import(user)):
        return verdict
    if user.is_administrator or run.requested_by_id == user.pk:
        return ALLOWED
    return denied("Only the person who asked for this import, or an administrator, may do that.")
