"""The pages of the runs that import references."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import permissions, services
from ..filters import ImportRunFilter
from ..models import ImportRun
from ..report import Outcome, Report
from ..tasks import ring
from .access import PAGE_SIZE, curators_only, status_of, told

#: Of the failed rows and of the remarks, so many stand on the page of the run itself.
FIRST_ROWS = 10
#: Those who listen to the page are told of each quarter (in percent) that is done.
QUARTER = 25
State = ImportRun.State


@curators_only
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    filtered = ImportRunFilter(request.GET, queryset=ImportRun.objects.for_list(), request=request)
    page = Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "literature/import_list.html", {"filter": filtered, "page_obj": page})


@curators_only
@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page; to htmx, while the run goes on, its progress alone.

    With it come, once the browser has not ``seen`` them yet, the buttons and a word for those who
    cannot see the bar move.
    """
    run = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    if not getattr(request, "htmx", False):
        return _import_page(request, run)
    context = _progress(request, run)
    context["is_news"] = request.GET.get("seen") != context["seen"]
    response = render(request, "literature/import_detail.html#progress", context)
    if run.is_over:
        response["HX-Refresh"] = "true"  # its rows and history stand outside the fragment
    return response


@curators_only
@require_POST
def import_pause(request: HttpRequest, pk: int) -> HttpResponse:
    return _steer(request, pk, services.pause_import)


@curators_only
@require_POST
def import_resume(request: HttpRequest, pk: int) -> HttpResponse:
    return _steer(request, pk, services.resume_import)


@curators_only
@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _steer(request, pk, services.cancel_import)


@curators_only
@require_POST
def import_retry(request: HttpRequest, pk: int) -> HttpResponse:
    return _steer(request, pk, services.retry_import)


@curators_only
@require_POST
def import_retry_failed(request: HttpRequest, pk: int) -> HttpResponse:
    return _steer(request, pk, services.retry_failed_rows)


def _steer(request: HttpRequest, pk: int, verb: Callable[..., ImportRun]) -> HttpResponse:
    """Do it, wake a worker where one is needed, and show the run that it is about now."""
    run = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    try:
        now = verb(actor=signed_in(request), run=run)
    except Refused as refused:
        return _import_page(request, run, refused=refused)
    ring(now)
    messages.success(request, _what_happens(now))
    return redirect("literature:import-detail", now.pk)


def _what_happens(run: ImportRun) -> str:
    if run.cancel_requested:
        return "The import stops after the records it is at. What it has stored stays."
    if run.pause_requested:
        return "The import pauses after the records it is at."
    if run.state == State.CANCELLED:
        return "Cancelled. What the import has stored stays."
    if run.state == State.PAUSED:
        return "Paused. The import goes on when you resume it."
    if run.only and not run.checkpoint:
        return "The rows that failed are tried again, as an import of their own."
    return "The import goes on after the last record it dealt with."


def _import_page(request: HttpRequest, run: ImportRun, *, refused: Refused | None = None) -> HttpResponse:
    rows = Report(run, outcome=Outcome.FAILED)
    context = {
        **_progress(request, run),
        "failed_rows": rows[:FIRST_ROWS] if run.failed else [],
        # Why it stopped stands at the top of the page.
        "remarks": [row for row in Report(run, outcome=Outcome.REMARKS)[:FIRST_ROWS] if row.reason != run.error],
        "history": told(run),
        "same_file": None if run.retry_of_id else ImportRun.objects.of_the_same_file(run).first(),
        "retries": run.retries.order_by("pk"),
        "kept_until": services.kept_until(run),
        "keep_days": settings.IMPORT_KEEP_DAYS,
        "refused": refused,
    }
    status = status_of(refused) if refused else 200
    return render(request, "literature/import_detail.html", context, status=status)


def _progress(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """How far the run is, and what this person may do with it."""
    person = signed_in(request)
    percent = min(100 * run.done // run.total, 100) if run.total else None
    pace = run.records / run.seconds_worked if run.is_over and run.seconds_worked else run.pace
    return {
        "run": run,
        "percent": percent,
        "pace": pace,
        "seen": f"{run.state}.{run.pause_requested:d}{run.cancel_requested:d}.{(percent or 0) // QUARTER}",
        "leads_to_triage": run.is_over and run.to_triage and run.created > 0,
        "may_pause": permissions.may_pause(person, run) and not run.pause_requested,
        "may_resume": permissions.may_resume(person, run),
        "may_cancel": permissions.may_cancel(person, run) and not run.cancel_requested,
        "may_retry": permissions.may_retry(person, run),
        "may_retry_failed_rows": permissions.may_retry_failed_rows(person, run),
    }
