"""What was found out about publications: looked at with all that it would touch, then applied or dismissed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused
from apps.literature import services as literature
from apps.literature.models import RetractionFinding

from .. import services
from ..forms import DismissForm, TableForm
from ..models import ReReview
from ..services import Dependants
from .access import editors_only, status_of

_PAGE_SIZE = 10
_LIST = "curation:retraction-list"
_SHOWN = {
    "": "To be looked at",
    "idle": "Nothing rests on it",
    "reviews": "Under re-review",
    "judged": "Applied and dismissed",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A finding; while it is open, with what applying it would touch and when that happens by itself."""

    finding: RetractionFinding
    touched: Dependants | None = None
    due: datetime | None = None


@editors_only
@require_GET
def retraction_list(request: HttpRequest) -> HttpResponse:
    return _page(request)


@editors_only
@require_POST
def retraction_apply(request: HttpRequest) -> HttpResponse:
    """Apply one finding or several, each by itself: what is refused keeps none of the others back."""
    numbers = [int(one) for one in request.POST.getlist("finding") if one.isascii() and one.isdigit() and len(one) < 19]
    findings = RetractionFinding.objects.filter(pk__in=numbers).order_by("pk")
    applied = []
    for finding in findings:
        try:
            applied.append(services.apply_finding(actor=signed_in(request), finding=finding))
        except Refused as refused:
            messages.error(request, f"“{finding.reference.title[:100]}”: {refused.reason}")
    if applied:
        messages.success(request, _told(applied))
    elif not findings:
        messages.warning(request, "Tick the findings that are to be applied first.")
    return redirect(_LIST)


def _told(applied: list[Dependants]) -> str:
    entries, submissions = sum(len(one.entries) for one in applied), sum(len(one.submissions) for one in applied)
    people = {each.person.pk for one in applied for each in one.concerns}
    counts = [(entries, "entry", "entries"), (submissions, "submission", "submissions")]
    touched = " and ".join(f"{number} {one if number == 1 else many}" for number, one, many in counts if number)
    if not touched:
        return "Applied. Nothing rests on the publication."
    return f"Applied. It concerns {touched}; {len(people)} {'person is' if len(people) == 1 else 'people are'} told."


@editors_only
@require_POST
def retraction_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    finding = get_object_or_404(RetractionFinding, pk=pk)
    form = DismissForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, pk=pk, status=422)
    try:
        literature.dismiss_finding(actor=signed_in(request), finding=finding, reason=form.cleaned_data["reason"])
    except Refused as refused:
        if refused.field != "reason":
            return _page(request, refused=refused, status=status_of(refused))
        form.add_error("reason", refused.reason)
        return _page(request, form=form, pk=pk, status=status_of(refused))
    messages.success(request, "Dismissed. The same source is not listened to about this again.")
    return redirect(_LIST)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def retraction_upload(request: HttpRequest) -> HttpResponse:
    """Take the table of Retraction Watch, and tell on the same page what came of it."""
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    gathered = None
    if form.is_valid():
        try:
            gathered = services.take_table(actor=signed_in(request), file=form.cleaned_data["file"])
        except Refused as refused:
            form.add_error("file" if refused.field == "file" else None, refused.reason)
    context = {"form": form, "gathered": gathered, "limit": settings.UPLOAD_LIMIT_BYTES}
    return render(request, "curation/retraction_upload.html", context, status=422 if form.errors else 200)


def _page(
    request: HttpRequest,
    *,
    form: DismissForm | None = None,
    pk: int = 0,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = request.GET.get("show", "")
    shown = shown if shown in _SHOWN else ""
    listed = _listed()
    page = Paginator(listed[shown], _PAGE_SIZE).get_page(request.GET.get("page"))
    address = reverse(_LIST)
    context = {
        "shown": shown,
        "tabs": [
            {
                "url": f"{address}?show={name}" if name else address,
                "label": label,
                "current": name == shown,
                "count": listed[name].count() if name != "judged" else None,
            }
            for name, label in _SHOWN.items()
        ],
        "page_obj": page,
        "rows": list(_rows(page)) if shown != "reviews" else [],
        "form": form or DismissForm(),
        "form_of": pk,
        "refused": refused,
    }
    return render(request, "curation/retraction_list.html", context, status=status)


def _listed() -> dict[str, Any]:
    """The rows of each tab. A finding that touches nothing waits apart: there may be many of those."""
    findings = RetractionFinding.objects.for_list()
    waiting = findings.open().order_by("pk")
    touching = Q(reference__in=services.resting())
    return {
        "": waiting.filter(touching),
        "idle": waiting.exclude(touching),
        "reviews": ReReview.objects.open().of_records(),
        "judged": findings.exclude(status="open").order_by("-decided_at", "-pk"),
    }


def _rows(findings: Iterable[RetractionFinding]) -> Iterable[Row]:
    listed = list(findings)
    grace = timedelta(hours=settings.RETRACTION_GRACE_HOURS)
    waiting = [finding for finding in listed if finding.is_open]
    touched = dict(zip((finding.pk for finding in waiting), services.dependants_of(waiting), strict=True))
    for finding in listed:
        yield Row(finding, touched.get(finding.pk), finding.found_at + grace if finding.is_open else None)
