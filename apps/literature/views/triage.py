"""The queue of triage, and one candidate on a page of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.accounts.authentication import signed_in
from apps.accounts.models import User
from apps.core.exceptions import Refused
from apps.core.keyset import BadCursor

from .. import permissions
from ..choices import RejectionReason
from ..filters import Tab, TriageFilter
from ..forms import BulkForm, NoteForm, PostponeForm, RejectionForm
from ..models import Candidate
from ..pagination import best_first
from .access import PAGE_SIZE, curators_only, status_of, told
from .candidates import rows_of


@curators_only
@require_GET
def triage_queue(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    query = request.GET.urlencode()
    back = f"{request.path}?{query}" if query else request.path
    filtered = TriageFilter(request.GET, queryset=Candidate.objects.for_list(person), request=request)
    try:
        shown, page = best_first(filtered.qs, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE)
    except BadCursor:
        shown, page = best_first(filtered.qs, cursor="", size=PAGE_SIZE)
    filtered.offer()
    context = {
        "filter": filtered,
        "tabs": _tabs(person, filtered.tab),
        "rows": rows_of(shown, person, back=back),
        "shown": " ".join(str(each.pk) for each in shown),
        "number": filtered.qs.counted(),
        "previous_url": _address(request, page.previous),
        "next_url": _address(request, page.next),
        "reasons": RejectionReason.choices,
        "bulk": BulkForm(),
        "back": back,
    }
    return render(request, "literature/triage_queue.html", context)


@curators_only
@require_GET
def triage_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return candidate_page(request, pk)


def candidate_row(request: HttpRequest, pk: int, *, refused: Refused | None = None) -> HttpResponse:
    """The row alone, as it is after a step that was taken, or refused, in the queue."""
    person = signed_in(request)
    candidate = get_object_or_404(Candidate.objects.for_list(person), pk=pk)
    (row,) = rows_of([candidate], person, back=request.POST.get("next", ""), refused=refused)
    status = status_of(refused) if refused else 200
    return render(request, "literature/triage_queue.html#row", {"row": row}, status=status)


def candidate_page(request: HttpRequest, pk: int, **shown: Any) -> HttpResponse:
    """The page of one candidate; ``shown`` are forms as they were sent, and the refusal of a step."""
    person = signed_in(request)
    candidate = get_object_or_404(Candidate.objects.for_list(person), pk=pk)
    (row,) = rows_of([candidate], person, back="")
    votes = candidate.votes.select_related("person").order_by("pk")
    context = {
        "row": row,
        "candidate": candidate,
        "reference": candidate.reference,
        "notes": candidate.notes.select_related("author").order_by("pk"),
        "votes": [] if candidate.awaits_votes else votes,
        "own_vote": next((vote for vote in votes if vote.person_id == person.pk), None),
        "may_resolve": permissions.may_resolve(person, candidate),
        "rejection": RejectionForm(),
        "postponing": PostponeForm(),
        "note": NoteForm(),
        "reasons": RejectionReason.choices,
        "history": told(candidate),
        **shown,
    }
    refused = shown.get("refused")
    status = status_of(refused) if refused else shown.get("status", 200)
    return render(request, "literature/triage_detail.html", context, status=status)


def _tabs(person: User, current: Tab) -> list[dict[str, Any]]:
    address = reverse("literature:triage-queue")
    rows = Candidate.objects.all()
    # The views whose number tells that something is to be done there.
    counts = {
        Tab.NEW: rows.filter(state=Tab.NEW),
        Tab.MINE: rows.claimed_by(person),
        Tab.CONFLICT: rows.in_conflict(),
    }
    return [
        {
            "url": address if tab == Tab.NEW else f"{address}?state={tab}",
            "label": tab.label,
            "current": tab == current,
            "count": counts[tab].counted() if tab in counts else None,
        }
        for tab in Tab
    ]


def _address(request: HttpRequest, cursor: str | None) -> str:
    if cursor is None:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{request.path}?{query.urlencode()}"
