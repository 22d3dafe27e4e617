"""An entry under re-review as editors see it, and what they make of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.authentication import signed_in
from apps.catalogue.models import Entry
from apps.core.exceptions import Refused

from .. import permissions, services
from ..forms import ReReviewForm
from ..models import ReReview
from . import show
from .access import editors_only, status_of


@editors_only
@require_GET
def re_review_detail(request: HttpRequest, accession: str) -> HttpResponse:
    return _page(request, _re_review(accession))


@editors_only
@require_POST
def re_review_uphold(request: HttpRequest, accession: str) -> HttpResponse:
    return _ended(request, accession, services.uphold, "Upheld. The entry says so, with your reason.")


@editors_only
@require_POST
def re_review_retract(request: HttpRequest, accession: str) -> HttpResponse:
    return _ended(request, accession, services.retract_re_reviewed, "Retracted. Its tombstone shows your reason.")


def _re_review(accession: str) -> ReReview:
    """The last re-review of the record with this accession."""
    found = ReReview.objects.of_records().filter(record__accession=accession).order_by("pk").last()
    if found is None:
        raise Http404
    return found


def _ended(request: HttpRequest, accession: str, verb: Callable[..., Any], done: str) -> HttpResponse:
    re_review = _re_review(accession)
    form = ReReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, re_review, form=form, status=422)
    try:
        verb(actor=signed_in(request), re_review=re_review, reason=form.cleaned_data["reason"])
    except Refused as refused:
        if refused.field in form.fields:
            form.add_error(refused.field, refused.reason)
            refused_above = None
        else:
            refused_above = refused
        return _page(request, _re_review(accession), form=form, refused=refused_above, status=status_of(refused))
    messages.success(request, done)
    return redirect("curation:re-review-detail", accession)


def _page(
    request: HttpRequest,
    re_review: ReReview,
    *,
    form: ReReviewForm | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    assert re_review.record is not None
    reference = re_review.reference.heir if re_review.reference else None
    context = {
        "re_review": re_review,
        "entry": Entry.objects.defer("document", "search").get(accession=re_review.record.accession),
        "reference": reference,
        "citation": show.citation(reference) if reference else "",
        "form": form or ReReviewForm(),
        "refused": refused,
        "may_end": permissions.may_end_re_review(signed_in(request), re_review),
        "history": show.history(re_review.record),
    }
    return render(request, "curation/re_review_detail.html", context, status=status)
