"""What the requests for terms and for targets have in common on their pages: lists, who sees one, deciding."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from ..querysets import RequestQuerySet
from .access import status_of

_PAGE_SIZE = 25
_TABS = {"waiting": "Awaiting a decision", "decided": "Decided", "mine": "Yours"}


def wish_list(request: HttpRequest, every: RequestQuerySet, noun: str) -> HttpResponse:
    """One's own wishes; to editors also those that wait for them, and those that were decided on."""
    person = signed_in(request)
    lists = {"mine": every.of(person).order_by("-pk")}
    if person.is_editor:
        lists = {"waiting": every.open(), "decided": every.decided().order_by("-decided_at", "-pk")} | lists
    wanted = request.GET.get("show", "")
    shown = wanted if wanted in lists else next(iter(lists))
    address = reverse(f"vocabularies:{noun}-request-list")
    tabs = [
        {"url": f"{address}?show={name}", "label": _TABS[name], "current": name == shown}
        for name in lists
        if len(lists) > 1
    ]
    page = Paginator(lists[shown], _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"noun": noun, "tabs": tabs, "shown": shown, "page_obj": page}
    return render(request, f"vocabularies/{noun}_request_list.html", context)


def visible_wish(request: HttpRequest, wishes: RequestQuerySet, pk: int) -> Any:
    """To whoever asked, and to editors."""
    wish = get_object_or_404(wishes, pk=pk)
    if wish.asked_by_id != signed_in(request).pk and not signed_in(request).is_editor:
        raise Http404
    return wish


def decide(
    request: HttpRequest,
    tried: dict[str, forms.Form],
    act: Callable[[], str],
    *,
    again: Callable[..., HttpResponse],
    noun: str,
) -> HttpResponse:
    """Do it and go back to the queue; or the page of the wish ``again``, with what was tried and why not."""
    wrong = [form for form in tried.values() if not form.is_valid()]  # all that is wrong is said at once
    if wrong:
        return again(tried=tried, status=422)
    try:
        said = act()
    except Refused as refused:
        refuse(next(iter(tried.values())), refused)
        return again(tried=tried, status=status_of(refused))
    messages.success(request, f"{said} Whoever asked is told.")
    return redirect(f"vocabularies:{noun}-request-list")


def refuse(form: forms.Form, refused: Refused) -> None:
    """Say a refusal at its field, or above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
