"""The editors' desk: the queue, and one screen on which a submission is read and decided."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.authentication import signed_in
from apps.accounts.services import conflict_statement_in_force
from apps.core.exceptions import Refused

from .. import permissions, services
from ..filters import QueueFilter
from ..forms import DecisionForm
from ..models import Submission
from . import show
from .access import editors_only, status_of, visible_submission
from .foresight import foresight
from .submission import described
from .threads import discussion_of

_PAGE_SIZE = 25


@editors_only
@require_GET
def review_queue(request: HttpRequest) -> HttpResponse:
    waiting = Submission.objects.awaiting_review()
    filtered = QueueFilter(request.GET, queryset=waiting.with_content().order_by("submitted_at", "pk"), request=request)
    page = Paginator(filtered.qs, _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": filtered,
        "page_obj": page,
        "rows": show.queue_rows(page, signed_in(request)),
        "is_filtered": any(value for name, value in request.GET.items() if name in filtered.filters),
        "conflict_statement": conflict_statement_in_force(signed_in(request)),
    }
    return render(request, "curation/review_queue.html", context)


@editors_only
@require_GET
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, visible_submission(signed_in(request), pk))


@editors_only
@require_POST
def review_claim(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.claim, "You have claimed this submission. Read it, then decide.")


@editors_only
@require_POST
def review_release(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.release, "Returned to the queue.")


@editors_only
@require_POST
def review_approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _decided(request, pk, services.approve, "Approved and published.")


@editors_only
@require_POST
def review_request_changes(request: HttpRequest, pk: int) -> HttpResponse:
    return _decided(request, pk, services.request_changes, "Sent back to the submitter with your reason.")


@editors_only
@require_POST
def review_reject(request: HttpRequest, pk: int) -> HttpResponse:
    return _decided(request, pk, services.reject, "Rejected. The submitter sees your reason.")


def _decided(request: HttpRequest, pk: int, verb: Callable[..., Any], done: str) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, visible_submission(signed_in(request), pk), form=form, status=422)
    return _done(request, pk, verb, done, form=form, **form.cleaned_data)


def _done(
    request: HttpRequest,
    pk: int,
    verb: Callable[..., Any],
    done: str,
    *,
    form: DecisionForm | None = None,
    **given: str,
) -> HttpResponse:
    submission = visible_submission(signed_in(request), pk)
    try:
        verb(actor=signed_in(request), submission=submission, **given)
    except Refused as refused:
        return _page(
            request, visible_submission(signed_in(request), pk), form=form, refused=refused, status=status_of(refused)
        )
    messages.success(request, done)
    return redirect("curation:review-detail", pk)


def _page(
    request: HttpRequest,
    submission: Submission,
    *,
    form: DecisionForm | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The typed reason stays; the hash is always that of the content shown here."""
    if refused and form and refused.field in form.fields:
        form.add_error(refused.field, refused.reason)
    context = {
        **described(request, submission),
        "discussion": discussion_of(request, submission, page="review"),
        "form": form or DecisionForm(),
        "refused": refused,
        "findings": services.findings(submission),
        "may_claim": permissions.may_claim(signed_in(request), submission),
        "may_release": permissions.may_release(signed_in(request), submission),
        "may_decide": permissions.may_decide(signed_in(request), submission),
        "conflict_statement": conflict_statement_in_force(signed_in(request)),
        "similar": show.similar(submission),
        "foresight": foresight(submission),
    }
    return render(request, "curation/review_detail.html", context, status=status)
