"""Every step that a curator takes with candidates: from the queue, from a candidate's page, and with many at once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import services
from ..forms import BulkForm, NoteForm, PostponeForm, RejectionForm, VoteForm
from ..models import Candidate, Reference
from .access import curators_only
from .triage import candidate_page, candidate_row


@curators_only
@require_POST
def triage_claim(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, services.claim_candidate, "Claimed. It is yours to curate now.")


@curators_only
@require_POST
def triage_release(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, services.release_candidate, "Given back to the queue.")


@curators_only
@require_POST
def triage_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, services.reopen_candidate, "Put back into the queue.")


@curators_only
@require_POST
def triage_reject(request: HttpRequest, pk: int) -> HttpResponse:
    return _told(request, pk, services.reject_candidate, "Rejected.", rejection=RejectionForm(request.POST))


@curators_only
@require_POST
def triage_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    return _told(request, pk, services.postpone_candidate, "Put off.", postponing=PostponeForm(request.POST))


@curators_only
@require_POST
def triage_vote(request: HttpRequest, pk: int) -> HttpResponse:
    return _told(request, pk, services.vote_on_candidate, "Your vote is kept.", rejection=VoteForm(request.POST))


@curators_only
@require_POST
def triage_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    return _told(request, pk, services.resolve_conflict, "Decided.", rejection=VoteForm(request.POST))


@curators_only
@require_POST
def triage_note(request: HttpRequest, pk: int) -> HttpResponse:
    return _told(request, pk, services.note_on_candidate, "Your note is kept.", note=NoteForm(request.POST))


@curators_only
@require_POST
def triage_curated(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, _mark_curated, "Marked as curated.")


@curators_only
@require_POST
def reference_nominate(request: HttpRequest, pk: int) -> HttpResponse:
    candidate = services.nominate(actor=signed_in(request), reference=get_object_or_404(Reference, pk=pk))
    messages.success(request, "It is in triage.")
    return redirect("literature:triage-detail", candidate.pk)


@curators_only
@require_POST
def triage_bulk(request: HttpRequest) -> HttpResponse:
    """The same step with each candidate that was ticked; what is refused is told and hinders no other."""
    form = BulkForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(problem) for problems in form.errors.values() for problem in problems))
        return redirect(_way_back(request) or "literature:triage-queue")
    verb, said = _BULK[form.cleaned_data["verb"]]
    done, refusals = 0, Counter[str]()
    for candidate in Candidate.objects.filter(pk__in=form.cleaned_data["chosen"]).order_by("pk"):
        try:
            verb(actor=signed_in(request), candidate=candidate, **form.words)
        except Refused as refused:
            refusals[refused.reason] += 1
        else:
            done += 1
    if done:
        messages.success(request, f"{done} candidate{'s' if done > 1 else ''} {said}.")
    for reason, number in refusals.items():
        messages.warning(request, f"{number} left as {'they were' if number > 1 else 'it was'}: {reason}")
    return redirect(_way_back(request) or "literature:triage-queue")


_BULK: dict[str, tuple[Callable[..., Any], str]] = {
    "claim": (services.claim_candidate, "claimed"),
    "reject": (services.reject_candidate, "rejected"),
    "postpone": (services.postpone_candidate, "put off"),
    "reopen": (services.reopen_candidate, "put back into the queue"),
}


def _mark_curated(*, actor: Any, candidate: Candidate) -> None:
    services.mark_curated(actor=actor, reference_id=candidate.reference_id)


def _told(request: HttpRequest, pk: int, verb: Callable[..., Any], done: str, **named: forms.Form) -> HttpResponse:
    """A step with what its form says."""
    (form,) = named.values()
    if not form.is_valid():
        return candidate_page(request, pk, status=422, **named)
    return _step(request, pk, verb, done, named=named, **form.cleaned_data)


def _step(
    request: HttpRequest,
    pk: int,
    verb: Callable[..., Any],
    done: str,
    *,
    named: dict[str, forms.Form] | None = None,
    **given: Any,
) -> HttpResponse:
    in_place = bool(getattr(request, "htmx", False))
    candidate = get_object_or_404(Candidate, pk=pk)
    try:
        verb(actor=signed_in(request), candidate=candidate, **given)
    except Refused as refused:
        if in_place:
            return candidate_row(request, pk, refused=refused)
        return candidate_page(request, pk, refused=refused, **named or {})
    if in_place:
        return candidate_row(request, pk)
    messages.success(request, done)
    return redirect(_way_back(request) or reverse("literature:triage-detail", args=[pk]))


def _way_back(request: HttpRequest) -> str:
    """The page of the queue that the step was taken on; "" where it was none."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours and address.startswith(reverse("literature:triage-queue")) else ""
