"""One's own account: overview, profile, role, conflict statement, API tokens."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import services
from apps.accounts.authentication import signed_in
from apps.accounts.forms.details import add_refusal
from apps.accounts.forms.pages import ConflictStatementForm, ProfileForm, RoleApplicationForm, TokenForm
from apps.accounts.models import ApiToken, ConflictStatement, RoleApplication
from apps.accounts.permissions import APPLICABLE_ROLES, mfa_satisfied
from apps.accounts.roles import Role
from apps.core.exceptions import Refused

from .requests import posted


@login_required
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """The overview: what the portal knows about a person, and what is left to do."""
    person = signed_in(request)
    authenticators = dict(Authenticator.objects.filter(user=person).values_list("type", "pk"))
    context = {
        "person": person,
        "statement": services.conflict_statement_in_force(person),
        "application": person.role_applications.order_by("-applied_at").first(),
        "token_count": ApiToken.objects.of(person).count(),
        "has_authenticator": Authenticator.Type.TOTP in authenticators,
        "two_step": mfa_satisfied(person),
        "orcid_sign_in": bool(settings.SOCIALACCOUNT_PROVIDERS),
        "orcid_connected": SocialAccount.objects.filter(user=person, provider="orcid").exists(),
    }
    return render(request, "accounts/profile.html", context)


@login_required
def profile_edit(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = ProfileForm(posted(request), person=person)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_profile(person=person, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal.reason, refusal.field)
        else:
            messages.success(request, "Your profile is saved.")
            return redirect("accounts:profile")
    return render(request, "accounts/profile_edit.html", {"form": form, "person": person}, status=_status(form))


@login_required
def role(request: HttpRequest) -> HttpResponse:
    """The role one has, the applications made, and the form for the next."""
    person = signed_in(request)
    applications = list(person.role_applications.select_related("decided_by").order_by("-applied_at"))
    waiting = next((one for one in applications if one.state == RoleApplication.State.OPEN), None)
    can_apply = not waiting and any(not person.has_role(one) for one in APPLICABLE_ROLES)
    form = RoleApplicationForm(posted(request), person=person)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                described = services.update_profile(
                    person=person, name=said["name"], affiliation=said["affiliation"], orcid=said["orcid"]
                )
                services.apply_for_role(applicant=described, role=Role(said["role"]), reason=said["reason"])
        except Refused as refusal:
            add_refusal(form, refusal.reason, refusal.field)
        else:
            messages.success(request, "Your application is with the administrators. You will be told by e-mail.")
            return redirect("accounts:role-application")
    context = {"form": form, "person": person, "applications": applications, "waiting": waiting, "can_apply": can_apply}
    return render(request, "accounts/role.html", context, status=_status(form))


@login_required
def conflicts(request: HttpRequest) -> HttpResponse:
    """The conflict-of-interest statement in force, the ones before it, and the form for a new one."""
    person = signed_in(request)
    form = ConflictStatementForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_conflict_statement(person=person, text=form.cleaned_data["statement"])
        except Refused as refusal:
            add_refusal(form, refusal.reason, refusal.field)
        else:
            messages.success(request, f"Your statement is valid until {made.expires_at:%-d %B %Y}.")
            return redirect("accounts:conflict-statement")
    statements = list(ConflictStatement.objects.of(person))
    context = {
        "form": form,
        "person": person,
        "statements": statements,
        "statement": next((one for one in statements if one.in_force), None),
    }
    return render(request, "accounts/conflicts.html", context, status=_status(form))


@login_required
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """The list of one's tokens; a new one is shown here once, in the answer to the form that made it."""
    person = signed_in(request)
    form = TokenForm(posted(request))
    made, plain = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, plain = services.make_token(owner=person, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal.reason, refusal.field)
        else:
            form = TokenForm()
    context = {
        "form": form,
        "tokens": ApiToken.objects.of(person),
        "made": made,
        "plain": plain,
        "api_address": request.build_absolute_uri("/api/v1/"),
        "now": timezone.now(),
        "two_step": mfa_satisfied(person),
    }
    return render(request, "accounts/tokens.html", context, status=_status(form))


@login_required
@require_POST
def token_revoke(request: HttpRequest, begins: str) -> HttpResponse:
    person = signed_in(request)
    token = get_object_or_404(ApiToken.objects.of(person), token_key=begins)
    services.revoke_token(owner=person, token=token)
    messages.success(request, f"The token “{token.name}” is revoked: whoever still uses it is refused.")
    return redirect("accounts:token-list")


def _status(form: object) -> int:
    """A form that comes back with errors is 422, so that htmx, tests and people's scripts can tell."""
    return 422 if getattr(form, "errors", None) else 200
