"""The pages of the runs that import references."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import permissions, services
from ..forms import ImportForm
from ..models import ImportRun
from ..renderers import issues_csv
from ..tasks import ring
from .access import PAGE_SIZE, curators_only, status_of, told


@curators_only
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(ImportRun.objects.for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "literature/import_list.html", {"page_obj": page})


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = services.request_import(requested_by=signed_in(request), file=file, file_name=file.name)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
        else:
            ring(run)
            messages.success(request, "The file has arrived. Its import goes on by itself; you may leave this page.")
            return redirect("literature:import-detail", run.pk)
    context = {"form": form, "limit": settings.UPLOAD_LIMIT_BYTES}
    return render(request, "literature/import_create.html", context, status=422 if form.errors else 200)


@curators_only
@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page; to htmx, while the run goes on, its progress alone."""
    run = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    if not getattr(request, "htmx", False):
        return _import_page(request, run)
    response = render(request, "literature/import_detail.html#progress", _progress(run))
    if run.is_over:
        response["HX-Refresh"] = "true"  # its issues, history and buttons stand outside the fragment
    return response


@curators_only
@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    try:
        run = services.cancel_import(actor=signed_in(request), run=run)
    except Refused as refused:
        return _import_page(request, run, refused=refused)
    done = "Cancelled." if run.is_over else "The import stops after the records it is at."
    messages.success(request, f"{done} What it has stored stays.")
    return redirect("literature:import-detail", pk)


@curators_only
@require_POST
def import_retry(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    try:
        services.retry_import(actor=signed_in(request), run=run)
    except Refused as refused:
        return _import_page(request, run, refused=refused)
    ring(run)
    messages.success(request, "The import goes on after the last record it dealt with.")
    return redirect("literature:import-detail", pk)


@curators_only
@require_GET
def import_issues(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """All issues of a run, however many, as CSV."""
    run = get_object_or_404(ImportRun, pk=pk)
    lines = issues_csv(run.issues.order_by("pk").iterator(chunk_size=2000))
    name = f"import-{run.pk}-issues.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _import_page(request: HttpRequest, run: ImportRun, *, refused: Refused | None = None) -> HttpResponse:
    issues = Paginator(run.issues.order_by("pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **_progress(run),
        "page_obj": issues,
        "history": told(run),
        "same_file": ImportRun.objects.of_the_same_file(run).first(),
        "may_cancel": permissions.may_cancel(signed_in(request), run) and not run.cancel_requested,
        "may_retry": permissions.may_retry(signed_in(request), run),
        "refused": refused,
    }
    status = status_of(refused) if refused else 200
    return render(request, "literature/import_detail.html", context, status=status)


def _progress(run: ImportRun) -> dict[str, Any]:
    seconds = ((run.finished_at or timezone.now()) - run.started_at).total_seconds() if run.started_at else 0
    return {"run": run, "speed": round(run.records / seconds) if seconds > 0 else None}
