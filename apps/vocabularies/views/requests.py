"""What curators miss in the vocabularies: asked for, listed, and decided on by editors."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import services
from ..choices import LOCAL_PREFIX
from ..forms.terms import AnswerForm, InsteadForm, TermForm, TermRequestForm
from ..models import TermRequest
from ..permissions import may_decide
from .access import curators_only, editors_only, status_of

_PAGE_SIZE = 25
_TABS = {"waiting": "Awaiting a decision", "decided": "Decided", "mine": "Yours"}


@curators_only
@require_GET
def term_request_list(request: HttpRequest) -> HttpResponse:
    """One's own wishes; to editors also those that wait for them, and those that were decided on."""
    person = signed_in(request)
    every = TermRequest.objects.for_list()
    lists = {"mine": every.of(person).order_by("-pk")}
    if person.is_editor:
        lists = {"waiting": every.open(), "decided": every.decided().order_by("-decided_at", "-pk")} | lists
    wanted = request.GET.get("show", "")
    shown = wanted if wanted in lists else next(iter(lists))
    address = reverse("vocabularies:term-request-list")
    tabs = [
        {"url": f"{address}?show={name}", "label": _TABS[name], "current": name == shown}
        for name in lists
        if len(lists) > 1
    ]
    page = Paginator(lists[shown], _PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "vocabularies/request_list.html", {"tabs": tabs, "shown": shown, "page_obj": page})


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


def refuse(form: forms.Form, refused: Refused) -> None:
    """Say a refusal at its field, or above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, refused.reason)


@curators_only
@require_GET
def term_request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@editors_only
@require_POST
def term_request_approve(request: HttpRequest, pk: int) -> HttpResponse:
    wish = _visible(request, pk)
    form = TermForm.of(wish.term, request.POST)
    answer = AnswerForm(request.POST, needed=False)
    if not (form.is_valid() and answer.is_valid()):
        return _page(request, wish, approve=form)
    try:
        term = services.approve_request(
            actor=signed_in(request), request=wish, said=form.said(), answer=answer.cleaned_data["answer"]
        )
    except Refused as refused:
        refuse(form, refused)
        return _page(request, _visible(request, pk), status=status_of(refused), approve=form)
    return _decided(request, f"“{term}” is approved.")


@editors_only
@require_POST
def term_request_decline(request: HttpRequest, pk: int) -> HttpResponse:
    wish = _visible(request, pk)
    form = AnswerForm(request.POST, auto_id="id_decline_%s")
    if not form.is_valid():
        return _page(request, wish, decline=form)
    try:
        services.decline_request(actor=signed_in(request), request=wish, answer=form.cleaned_data["answer"])
    except Refused as refused:
        refuse(form, refused)
        return _page(request, _visible(request, pk), status=status_of(refused), decline=form)
    return _decided(request, f"“{wish.term}” is declined.")


@editors_only
@require_POST
def term_request_instead(request: HttpRequest, pk: int) -> HttpResponse:
    wish = _visible(request, pk)
    form = InsteadForm(wish.term.vocabulary, request.POST, needed=False, auto_id="id_instead_%s")
    if not form.is_valid() or not (instead := form.instead()):
        return _page(request, wish, instead=form)
    try:
        services.answer_request_with(
            actor=signed_in(request), request=wish, instead=instead, answer=form.cleaned_data["answer"]
        )
    except Refused as refused:
        refuse(form, refused)
        return _page(request, _visible(request, pk), status=status_of(refused), instead=form)
    return _decided(request, f"Drafts that name “{wish.term}” offer “{instead}” in its place.")


def _visible(request: HttpRequest, pk: int) -> TermRequest:
    """To whoever asked, and to editors."""
    wish = get_object_or_404(TermRequest.objects.for_list(), pk=pk)
    if wish.asked_by_id != signed_in(request).pk and not signed_in(request).is_editor:
        raise Http404
    return wish


def _decided(request: HttpRequest, text: str) -> HttpResponse:
    messages.success(request, f"{text} Whoever asked is told.")
    return redirect("vocabularies:term-request-list")


def _page(request: HttpRequest, wish: TermRequest, *, status: int = 422, **tried: forms.Form) -> HttpResponse:
    """The wish with the forms to decide on it; ``tried`` is the one that was just sent and refused."""
    term = wish.term
    may = may_decide(signed_in(request), wish)
    context: dict[str, Any] = {"wish": wish, "term": term, "why_not": may.reason, "tried": next(iter(tried), "")}
    if may:
        near = [one for one in services.terms_alike(term.vocabulary, [term.label, *term.synonyms]) if one.pk != term.pk]
        fresh = {
            "approve": TermForm.of(term),
            "decline": AnswerForm(auto_id="id_decline_%s"),
            "instead": InsteadForm(term.vocabulary, needed=False, auto_id="id_instead_%s"),
        }
        context |= {"alike": near, "forms": fresh | tried}
    else:
        context["refused"] = next(iter(tried.values()), None)
    return render(request, "vocabularies/request_detail.html", context, status=status if tried else 200)
