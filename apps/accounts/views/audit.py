"""The audit log, for administrators; and the head of its chain, for whoever wants to witness it."""

from contextlib import suppress
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import renderers, services, tasks
from apps.accounts.authentication import signed_in
from apps.accounts.forms.audit import AuditForm
from apps.accounts.models import ChainHead, Event
from apps.accounts.sentences import kind_in_words
from apps.core.keyset import BadCursor, Order, keyset_page

from .people import administrators_only

PAGE_SIZE, STREAMED = 50, 2000
_NEWEST = Order("-newest", "pk", "pk")
_KINDS = {
    "csv": (renderers.as_csv, "text/csv"),
    "ndjson": (renderers.as_ndjson, "application/x-ndjson"),
}
#: Kind of object → the page of one, by its number. The floors above are named, never imported.
_PAGES = {
    "user": "accounts:person-detail",
    "submission": "curation:review-detail",
    "reference": "literature:reference-detail",
    "importrun": "literature:import-detail",
    "candidate": "literature:triage-detail",
    "ontologyload": "vocabularies:load-detail",
    "flag": "curation:flag-detail",
}


@administrators_only
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    form = AuditForm(request.GET)
    query = urlencode(form.wanted)
    try:
        page = keyset_page(
            form.events, order=_NEWEST, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE, fields=("pk",)
        )
    except BadCursor:
        return redirect(f"{request.path}?{query}")
    numbers = [number for (number,) in page.rows]
    events = Event.objects.select_related("actor").in_bulk(numbers)
    context = {
        "form": form,
        "rows": [_row(events[number]) for number in numbers],
        "query": query,
        "next_url": _url(query, page.next),
        "previous_url": _url(query, page.previous),
        "head": ChainHead.objects.filter(pk=1).first(),
    }
    return render(request, "accounts/audit.html", context, status=422 if form.errors else 200)


def _row(event: Event) -> dict[str, Any]:
    url = ""
    if name := _PAGES.get(event.object_type):
        with suppress(NoReverseMatch):
            url = reverse(name, args=[event.object_id])
    states = [state.replace("_", " ") for state in dict.fromkeys([event.from_state, event.to_state]) if state]
    return {"event": event, "kind": kind_in_words(event.object_type), "url": url, "states": " → ".join(states)}


def _url(query: str, cursor: str | None) -> str:
    return f"?{query}{'&' if query else ''}{urlencode({'cursor': cursor})}" if cursor else ""


@administrators_only
@require_POST
def audit_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The log that the filters leave, however long; its last line is the one before this export."""
    form = AuditForm(request.POST)
    if not form.is_valid():
        return redirect(f"{reverse('accounts:audit')}?{urlencode(request.POST.dict())}")
    with transaction.atomic():
        line = services.export_audit(actor=signed_in(request), kind=kind, wanted=form.wanted)
        transaction.on_commit(tasks.seal_events.delay, robust=True)
    events = form.events.filter(pk__lt=line.pk).select_related("actor").order_by("pk").iterator(chunk_size=STREAMED)
    write, media_type = _KINDS[kind]
    headers = {"Content-Disposition": f'attachment; filename="audit-{line.pk}.{kind}"'}
    return StreamingHttpResponse(write(events), content_type=f"{media_type}; charset=utf-8", headers=headers)


@require_safe
def history_head(request: HttpRequest) -> HttpResponse:
    """Place and digest of the chain's head, for everyone: who notes it down can tell later if the past was changed."""
    head = ChainHead.objects.filter(pk=1).first()
    answer = {
        "place": head.place if head else 0,
        "digest": head.digest if head else "",
        "sealed_at": head.sealed_at if head else None,
    }
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})
