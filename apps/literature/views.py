"""The pages of references and of the runs that import them; for curators and everyone above."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.models import Event, User
from apps.core.exceptions import Refused

from . import permissions, services
from .filters import ReferenceFilter
from .forms import ImportForm
from .models import ImportRun, Reference, RetractionState
from .pagination import CappedPaginator
from .renderers import issues_csv
from .tasks import ring

_PAGE_SIZE = 25
_STATUS_OF_CODE = {"forbidden": 403, "state": 409}


def _curators_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (verdict := permissions.may_import(_person(request))):
            raise PermissionDenied(verdict.reason)
        return view(request, *args, **kwargs)

    return guarded


def _person(request: HttpRequest) -> User:
    """Who asks; whoever is not signed in was turned away before."""
    assert isinstance(request.user, User)
    return request.user


# --- imports -----------------------------------------------------------------------------------


@_curators_only
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(ImportRun.objects.for_list(), _PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "literature/import_list.html", {"page_obj": page})


@_curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = services.request_import(requested_by=_person(request), file=file, file_name=file.name)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
        else:
            ring(run)
            messages.success(request, "The file has arrived. Its import goes on by itself; you may leave this page.")
            return redirect("literature:import-detail", run.pk)
    context = {"form": form, "limit": settings.UPLOAD_LIMIT_BYTES}
    return render(request, "literature/import_create.html", context, status=422 if form.errors else 200)


@_curators_only
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


@_curators_only
@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    try:
        run = services.cancel_import(actor=_person(request), run=run)
    except Refused as refused:
        return _import_page(request, run, refused=refused)
    done = "Cancelled." if run.is_over else "The import stops after the records it is at."
    messages.success(request, f"{done} What it has stored stays.")
    return redirect("literature:import-detail", pk)


@_curators_only
@require_POST
def import_retry(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    try:
        services.retry_import(actor=_person(request), run=run)
    except Refused as refused:
        return _import_page(request, run, refused=refused)
    ring(run)
    messages.success(request, "The import goes on after the last record it dealt with.")
    return redirect("literature:import-detail", pk)


@_curators_only
@require_GET
def import_issues(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """All issues of a run, however many, as CSV."""
    run = get_object_or_404(ImportRun, pk=pk)
    lines = issues_csv(run.issues.order_by("pk").iterator(chunk_size=2000))
    name = f"import-{run.pk}-issues.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _import_page(request: HttpRequest, run: ImportRun, *, refused: Refused | None = None) -> HttpResponse:
    issues = Paginator(run.issues.order_by("pk"), _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **_progress(run),
        "page_obj": issues,
        "history": Event.objects.of_object(run),
        "same_file": ImportRun.objects.of_the_same_file(run).first(),
        "may_cancel": permissions.may_cancel(_person(request), run) and not run.cancel_requested,
        "may_retry": permissions.may_retry(_person(request), run),
        "refused": refused,
    }
    status = _STATUS_OF_CODE.get(refused.code, 422) if refused else 200
    return render(request, "literature/import_detail.html", context, status=status)


def _progress(run: ImportRun) -> dict[str, Any]:
    seconds = ((run.finished_at or timezone.now()) - run.started_at).total_seconds() if run.started_at else 0
    return {"run": run, "speed": round(run.records / seconds) if seconds > 0 else None}


# --- references --------------------------------------------------------------------------------


@_curators_only
@require_GET
def reference_list(request: HttpRequest) -> HttpResponse:
    listed = Reference.objects.newest_first().defer("abstract", "mesh_terms", "publication_types")
    filtered = ReferenceFilter(request.GET, queryset=listed)
    page = CappedPaginator(filtered.qs, _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"filter": filtered, "page_obj": page, "rows": [(each, byline(each)) for each in page]}
    return render(request, "literature/reference_list.html", context)


@_curators_only
@require_GET
def reference_detail(request: HttpRequest, pk: int) -> HttpResponse:
    reference = get_object_or_404(Reference.objects.select_related("preprint_of"), pk=pk)
    context = {
        "reference": reference,
        "byline": byline(reference, most=20),
        "source": _source(reference),
        "is_barred": reference.retraction_state in {RetractionState.RETRACTED, RetractionState.WITHDRAWN},
        "preprints": reference.preprints.order_by("pk"),
        "runs": ImportRun.objects.bringing(reference),
        "history": Event.objects.of_object(reference),
    }
    return render(request, "literature/reference_detail.html", context)


def byline(reference: Reference, *, most: int = 3) -> str:
    """Its authors in print style, ``most`` of them."""
    named = (
        author.get("collective") or " ".join(filter(None, (author.get("family"), author.get("given"))))
        for author in reference.authors[:most]
    )
    more = " and others" if len(reference.authors) > most else ""
    return ", ".join(filter(None, named)) + more


def _source(reference: Reference) -> str:
    """Where it appeared: journal, year, volume(issue): pages."""
    volume = reference.volume + (f"({reference.issue})" if reference.issue else "")
    place = ": ".join(filter(None, (volume, reference.pages)))
    return ", ".join(filter(None, (reference.journal, str(reference.year or ""), place)))
