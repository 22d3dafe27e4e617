"""Who may do what with accounts; each answer carries its reason."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings

from apps.core.verdicts import ALLOWED, Verdict, denied

from .models import RoleApplication, User
from .roles import Role

APPLICABLE_ROLES = (Role.CURATOR, Role.EDITOR)


def mfa_satisfied(user: User) -> Verdict:
    """Whether two-step sign-in is set up where the role asks for it (``settings.REQUIRE_MFA``).

    Editors and administrators need an authenticator app before they may do anything editorial,
    on the pages and with a token alike.
    """
    if not settings.REQUIRE_MFA or not user.is_editor:
        return ALLOWED
    # A "yes" holds for as long as this object lives, which is one request.
    if not getattr(user, "_has_authenticator", False):
        user._has_authenticator = Authenticator.objects.filter(  # type: ignore[attr-defined]
            user_id=user.pk, type=Authenticator.Type.TOTP
        ).exists()
    if user._has_authenticator:  # type: ignore[attr-defined]
        return ALLOWED
    return denied("Set up two-step sign-in first: it is required of editors and administrators.")


def may_act_as(user: User, role: Role) -> Verdict:
    """Whether ``user`` may now do what ``role`` may: active, of that role or above, two-step sign-in set up."""
    if not user.is_authenticated:
        return denied("Please sign in.")
    if not user.is_active:
        return denied("This account is not active.")
    if not user.has_role(role):
        return denied(f"This needs the role of {role.label.lower()}.")
    return mfa_satisfied(user)


def has_confirmed_address(user: User) -> Verdict:
    """Whether this person has shown that an e-mail address is theirs."""
    if not user.is_authenticated or not user.is_active:
        return denied("Please sign in.")
    # A "yes" holds for as long as this object lives, which is one request.
    if not getattr(user, "_has_address", False):
        user._has_address = EmailAddress.objects.filter(user=user.pk, verified=True).exists()  # type: ignore[attr-defined]
    if not user._has_address:  # type: ignore[attr-defined]
        return denied("Confirm your e-mail address first: you find it on the pages of your account.")
    return ALLOWED


def may_administer(user: User) -> Verdict:
    return may_act_as(user, Role.ADMINISTRATOR)


def may_apply(applicant: User, role: Role) -> Verdict:
    if not applicant.is_active:
        return denied("This account is not active.")
    if role not in APPLICABLE_ROLES:
        return denied("This role is not applied for: administrators are appointed by administrators.")
    if applicant.has_role(role):
        return denied(f"You already have the role of {Role(applicant.role).label.lower()}.")
    return ALLOWED


def may_decide(user: User, application: RoleApplication) -> Verdict:
    if application.applicant_id == user.pk:
        return denied("Nobody grants a role to themselves: another administrator has to decide.")
    return may_administer(user)


def may_change(user: User, person: User) -> Verdict:
    """Whether ``user`` may change the role of ``person``, or close or open their account."""
    if person.pk == user.pk:
        return denied("Nobody changes their own role or closes their own account: ask another administrator.")
    return may_administer(user)
