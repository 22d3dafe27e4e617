"""Targets that curators miss: asked for, listed, and decided on by editors."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.authentication import signed_in
from apps.accounts.models import Event
from apps.core.exceptions import Refused

from .. import services
from ..forms.targets import TargetForm, TargetInsteadForm, TargetRequestForm
from ..forms.terms import AnswerForm
from ..models import TargetRequest
from ..permissions import may_decide
from .access import curators_only, editors_only
from .deciding import decide, refuse, visible_wish, wish_list


@curators_only
@require_GET
def target_request_list(request: HttpRequest) -> HttpResponse:
    return wish_list(request, TargetRequest.objects.for_target_list(), "target")


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def target_request_create(request: HttpRequest) -> HttpResponse:
    """``?name=CSF1R`` fills the form in from the HGNC table, where that knows the name."""
    form = TargetRequestForm(request.POST or None, name=request.GET.get("name", ""))
    if form.is_valid():
        try:
            services.request_target(actor=signed_in(request), said=form.said(), reason=form.cleaned_data["reason"])
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, "Asked for. Drafts can name it from now on.")
            return redirect(f"{reverse('vocabularies:target-request-list')}?show=mine")
    return render(request, "vocabularies/target_create.html", {"form": form}, status=422 if form.errors else 200)


@curators_only
@require_GET
def target_request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@editors_only
@require_POST
def target_request_approve(request: HttpRequest, pk: int) -> HttpResponse:
    wish = _visible(request, pk)
    form, answer = TargetForm.of(wish.target, request.POST), AnswerForm.optional(request.POST)

    def approve() -> str:
        target = services.approve_target_request(
            actor=signed_in(request), request=wish, said=form.said(), answer=answer.cleaned_data["answer"]
        )
        return f"{target} is approved."

    return _decide(request, pk, {"approve": form, "answer": answer}, approve)


@editors_only
@require_POST
def target_request_decline(request: HttpRequest, pk: int) -> HttpResponse:
    wish, form = _visible(request, pk), AnswerForm(request.POST, auto_id="id_decline_%s")

    def decline() -> str:
        answer = form.cleaned_data["answer"]
        target = services.decline_target_request(actor=signed_in(request), request=wish, answer=answer)
        return f"{target} is declined."

    return _decide(request, pk, {"decline": form}, decline)


@editors_only
@require_POST
def target_request_instead(request: HttpRequest, pk: int) -> HttpResponse:
    wish, form = _visible(request, pk), TargetInsteadForm(request.POST, auto_id="id_instead_%s")

    def point() -> str:
        target = services.answer_target_request_with(
            actor=signed_in(request), request=wish, instead=form.target(), answer=form.cleaned_data["answer"]
        )
        return f"Drafts that name {target} offer {target.merged_into} in its place."

    return _decide(request, pk, {"instead": form}, point)


def _decide(request: HttpRequest, pk: int, tried: dict[str, forms.Form], act: Callable[[], str]) -> HttpResponse:
    def again(**what: Any) -> HttpResponse:
        return _page(request, _visible(request, pk), **what)

    return decide(request, tried, act, again=again, noun="target")


def _visible(request: HttpRequest, pk: int) -> TargetRequest:
    wish: TargetRequest = visible_wish(request, TargetRequest.objects.for_target_list(), pk)
    return wish


def _page(
    request: HttpRequest, wish: TargetRequest, *, tried: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    """The wish with the forms to decide on it; ``tried`` are those that were just sent and refused."""
    target, may = wish.target, may_decide(signed_in(request), wish)
    tried = tried or {}
    context: dict[str, Any] = {
        "noun": "target",
        "wish": wish,
        "target": target,
        "heir": target.merged_into,
        "why_not": may.reason,
        "tried": [*tried.values()],
        "history": Event.objects.of_object(target),
    }
    if may:
        names = [target.symbol, target.name, *target.synonyms]
        fresh = {
            "approve": TargetForm.of(target),
            "answer": AnswerForm.optional(),
            "decline": AnswerForm(auto_id="id_decline_%s"),
            "instead": TargetInsteadForm(auto_id="id_instead_%s"),
        }
        context |= {
            "alike": [one for one in services.targets_alike(names) if one.pk != target.pk],
            "forms": fresh | tried,
        }
    return render(request, "vocabularies/target_request_detail.html", context, status=status)
