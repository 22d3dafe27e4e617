"""What curators miss in the vocabularies: the queue of the editors, and everybody's own wishes."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.accounts.authentication import signed_in

from ..models import TermRequest
from ..permissions import may_request

_PAGE_SIZE = 25


@login_required
@require_GET
def term_request_list(request: HttpRequest) -> HttpResponse:
    """One's own wishes; to editors also those that wait for them, and those that were decided on."""
    person = signed_in(request)
    if not (verdict := may_request(person)):
        raise PermissionDenied(verdict.reason)
    every = TermRequest.objects.for_list()
    lists = {"mine": every.of(person).order_by("-pk")}
    if person.is_editor:
        waiting, decided = every.open(), every.exclude(pk__in=TermRequest.objects.open()).order_by("-decided_at", "-pk")
        lists = {"waiting": waiting, "decided": decided} | lists
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


_TABS = {"waiting": "Awaiting a decision", "decided": "Decided", "mine": "Yours"}
