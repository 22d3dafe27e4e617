"""The administrators' pages: applications, people, roles, closed accounts."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import services
from apps.accounts.authentication import signed_in
from apps.accounts.forms.pages import AnswerForm, PeopleFilterForm, ReasonForm, RoleForm
from apps.accounts.models import Event, RoleApplication, User
from apps.accounts.permissions import may_administer, may_change
from apps.accounts.roles import Role
from apps.core.exceptions import Refused

PEOPLE_PER_PAGE = 50


def administrators_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        verdict = may_administer(signed_in(request))
        if not verdict:
            raise PermissionDenied(verdict.reason)
        return view(request, *args, **kwargs)

    return guarded


@administrators_only
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The applications that wait for an answer, and everybody who has an account."""
    form = PeopleFilterForm(request.GET)
    found = User.objects.all()
    wanted = {}
    if form.is_valid():
        wanted = {name: value for name, value in form.cleaned_data.items() if value}
        found = found.search(form.cleaned_data["q"])
        if form.cleaned_data["role"]:
            found = found.filter(role=form.cleaned_data["role"])
    context = {
        "form": form,
        "applications": RoleApplication.objects.awaiting_decision(),
        "page": Paginator(found.by_name(), PEOPLE_PER_PAGE).get_page(request.GET.get("page")),
        "query": urlencode(wanted),
    }
    return render(request, "accounts/people.html", context)


@administrators_only
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    return _person_page(request, get_object_or_404(User, pk=pk))


@administrators_only
@require_POST
def person_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person another role."""
    someone = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            changed = services.set_role(
                actor=signed_in(request),
                person=someone,
                role=Role(form.cleaned_data["role"]),
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
        else:
            messages.success(request, f"{changed} now has the role of {changed.get_role_display().lower()}.")
            return redirect("accounts:person-detail", pk=pk)
    return _person_page(request, someone, role_form=form)


@administrators_only
@require_POST
def person_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    someone = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST, prefix="account")
    active = not someone.is_active
    if form.is_valid():
        try:
            services.set_active(
                actor=signed_in(request), person=someone, active=active, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, f"The account of {someone} is {'open again' if active else 'closed'}.")
            return redirect("accounts:person-detail", pk=pk)
    return _person_page(request, someone, account_form=form)


@administrators_only
@require_POST
def application_grant(request: HttpRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, services.grant_role)


@administrators_only
@require_POST
def application_decline(request: HttpRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, services.decline_role)


def _answer(request: HttpRequest, pk: int, verb: Callable[..., RoleApplication]) -> HttpResponse:
    application = get_object_or_404(RoleApplication, pk=pk)
    form = AnswerForm(request.POST)
    form.is_valid()
    try:
        decided = verb(actor=signed_in(request), application=application, answer=form.cleaned_data.get("answer", ""))
    except Refused as refusal:
        messages.error(request, refusal.reason)
    else:
        role = decided.get_role_display().lower()
        done = "granted" if decided.state == RoleApplication.State.GRANTED else "declined"
        messages.success(request, f"{decided.applicant}: the role of {role} is {done}. A notice tells them.")
    return redirect("accounts:person-list")


def _person_page(
    request: HttpRequest, someone: User, role_form: RoleForm | None = None, account_form: ReasonForm | None = None
) -> HttpResponse:
    context = {
        "person": someone,
        "may_change": may_change(signed_in(request), someone),
        "role_form": role_form or RoleForm(initial={"role": someone.role}),
        "account_form": account_form or ReasonForm(prefix="account"),
        "statement": services.conflict_statement_in_force(someone),
        "applications": someone.role_applications.select_related("decided_by").order_by("-applied_at"),
        "events": Event.objects.of_object(someone).order_by("-pk")[:100],
    }
    wrong = (role_form is not None and role_form.errors) or (account_form is not None and account_form.errors)
    return render(request, "accounts/person.html", context, status=422 if wrong else 200)
