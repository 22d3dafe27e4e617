"""Who may look terms and targets up while writing, who may ask for new ones, and who may change them."""

from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import User
from apps.core.verdicts import ALLOWED, Verdict, denied

from .choices import TermStatus
from .models import Request, Target, Term


def may_search(person: User | AnonymousUser) -> Verdict:
    if person.is_authenticated and person.is_active:
        return ALLOWED
    return denied("Sign in to look up terms and targets.")


def may_manage(person: User | None) -> Verdict:
    """``None`` is the portal itself, loading what it ships with."""
    if person is None or person.is_editor:
        return ALLOWED
    return denied("Only editors change terms and targets.")


def may_request(person: User | AnonymousUser) -> Verdict:
    if person.is_authenticated and person.is_curator:
        return ALLOWED
    return denied("Only curators ask for new terms and targets. You can apply for the role in your profile.")


def may_decide(person: User, request: Request) -> Verdict:
    """An editor, not on their own request, while it is open."""
    if not (verdict := may_manage(person)):
        return verdict
    if request.asked_by_id == person.pk:
        return denied("You asked for this yourself, so another editor decides on it.")
    if not request.is_open:
        return denied(f"This request was decided on already: {request.get_state_display().lower()}.", code="state")
    return ALLOWED


def may_edit_term(person: User, term: Term) -> Verdict:
    """Editors, a term of our own that was approved once."""
    if not (verdict := may_manage(person)):
        return verdict
    if not term.is_local:
        return denied(f"{term.curie} belongs to an ontology: loading a newer version of that changes it.")
    if term.status == TermStatus.PENDING:
        return denied(f"{term.curie} awaits a decision: approve it with your changes.", code="state")
    if term.status == TermStatus.DECLINED:
        return denied(f"{term.curie} was declined and stays as it is.", code="state")
    return ALLOWED


def may_merge(person: User, target: Target, into: Target) -> Verdict:
    """Editors, of two different targets in use."""
    if not (verdict := may_manage(person)):
        return verdict
    if target.pk == into.pk:
        return denied("A target cannot be merged into itself. Choose the other one.", code="state")
    for one in (target, into):
        if one.merged_into_id:
            return denied(f"{one.symbol} was merged into another target already.", code="state")
        if one.status != TermStatus.APPROVED:
            return denied(f"Only approved targets merge: {one.symbol} is not one.", code="state")
    return ALLOWED
