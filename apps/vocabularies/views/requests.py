"""What curators miss in the vocabularies: asked for, listed, and decided on by editors."""

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
from ..choices import LOCAL_PREFIX
from ..forms.terms import AnswerForm, InsteadForm, TermForm, TermRequestForm
from ..models import TermRequest
from ..permissions import may_decide
from .access import curators_only, editors_only
from .deciding import decide, refuse, visible_wish, wish_list


@curators_only
@require_GET
def term_request_list(request: HttpRequest) -> HttpResponse:
    return wish_list(request, TermRequest.objects.for_list(), "term")


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def term_request_create(request: HttpRequest) -> HttpResponse:
    """``?vocabulary=cell_state``: a wish for one of those; without it, the choice between them."""
    vocabulary = request.GET.get("vocabulary", "")
    if vocabulary not in LOCAL_PREFIX:
        lead = "Look in the field of a draft first: it finds synonyms and mistyped names too."
        return choice(request, "Ask for a term", lead, "vocabularies:term-request-create")
    form = TermRequestForm(vocabulary, request.POST or None, initial={"label": request.GET.get("name", "")})
    if form.is_valid():
        try:
            services.request_term(actor=signed_in(request), said=form.said(), reason=form.cleaned_data["reason"])
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, "Asked for. Drafts can name it from now on.")
            return redirect(f"{reverse('vocabularies:term-request-list')}?show=mine")
    return render(request, "vocabularies/request_create.html", {"form": form}, status=422 if form.errors else 200)


def choice(request: HttpRequest, title: str, lead: str, name: str) -> HttpResponse:
    """The vocabularies that have terms of our own, each a link to the address of that name."""
    choices = [(f"{reverse(name)}?vocabulary={one.value}", one.label) for one in LOCAL_PREFIX]
    return render(request, "vocabularies/vocabulary_choice.html", {"title": title, "lead": lead, "choices": choices})


@curators_only
@require_GET
def term_request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@editors_only
@require_POST
def term_request_approve(request: HttpRequest, pk: int) -> HttpResponse:
    wish = _visible(request, pk)
    form, answer = TermForm.of(wish.term, request.POST), AnswerForm.optional(request.POST)

    def approve() -> str:
        term = services.approve_request(
            actor=signed_in(request), request=wish, said=form.said(), answer=answer.cleaned_data["answer"]
        )
        return f"“{term}” is approved."

    return _decide(request, pk, {"approve": form, "answer": answer}, approve)


@editors_only
@require_POST
def term_request_decline(request: HttpRequest, pk: int) -> HttpResponse:
    wish, form = _visible(request, pk), AnswerForm(request.POST, auto_id="id_decline_%s")

    def decline() -> str:
        services.decline_request(actor=signed_in(request), request=wish, answer=form.cleaned_data["answer"])
        return f"“{wish.term}” is declined."

    return _decide(request, pk, {"decline": form}, decline)


@editors_only
@require_POST
def term_request_instead(request: HttpRequest, pk: int) -> HttpResponse:
    wish = _visible(request, pk)
    form = InsteadForm(wish.term.vocabulary, request.POST, needed=False, auto_id="id_instead_%s")

    def point() -> str:
        instead = form.chosen()
        services.answer_request_with(
            actor=signed_in(request), request=wish, instead=instead, answer=form.cleaned_data["answer"]
        )
        return f"Drafts that name “{wish.term}” offer “{instead}” in its place."

    return _decide(request, pk, {"instead": form}, point)


def _decide(request: HttpRequest, pk: int, tried: dict[str, forms.Form], act: Callable[[], str]) -> HttpResponse:
    def again(**what: Any) -> HttpResponse:
        return _page(request, _visible(request, pk), **what)

    return decide(request, tried, act, again=again, noun="term")


def _visible(request: HttpRequest, pk: int) -> TermRequest:
    wish: TermRequest = visible_wish(request, TermRequest.objects.for_list(), pk)
    return wish


def _page(
    request: HttpRequest, wish: TermRequest, *, tried: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    """The wish with the forms to decide on it; ``tried`` are those that were just sent and refused."""
    term, may = wish.term, may_decide(signed_in(request), wish)
    tried = tried or {}
    context: dict[str, Any] = {
        "noun": "term",
        "wish": wish,
        "term": term,
        "heir": term.replaced_by,
        "why_not": may.reason,
        "tried": [*tried.values()],
        "history": Event.objects.of_object(term),
    }
    if may:
        near = [one for one in services.terms_alike(term.vocabulary, [term.label, *term.synonyms]) if one.pk != term.pk]
        fresh = {
            "approve": TermForm.of(term),
            "answer": AnswerForm.optional(),
            "decline": AnswerForm(auto_id="id_decline_%s"),
            "instead": InsteadForm(term.vocabulary, needed=False, auto_id="id_instead_%s"),
        }
        context |= {"alike": near, "forms": fresh | tried}
    return render(request, "vocabularies/term_request_detail.html", context, status=status)
