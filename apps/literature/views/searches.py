"""The pages of saved searches."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import permissions, services
from ..forms import SavedSearchForm
from ..models import Reference, SavedSearch
from ..tasks import ring
from .access import PAGE_SIZE, curators_only


@curators_only
@require_GET
def search_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(SavedSearch.objects.for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(search, bool(permissions.may_change_search(signed_in(request), search))) for search in page]
    return render(request, "literature/search_list.html", {"page_obj": page, "rows": rows})


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def search_create(request: HttpRequest) -> HttpResponse:
    wanted = {name: request.GET[name] for name in ("service", "query", "name") if name in request.GET}
    form = SavedSearchForm(request.POST) if request.method == "POST" else SavedSearchForm(initial=wanted)
    if form.is_valid():
        try:
            services.save_search(actor=signed_in(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
        else:
            messages.success(request, "Saved. Its first run begins within a few minutes and finds all there is.")
            return redirect("literature:search-list")
    return render(request, "literature/search_form.html", {"form": form}, status=422 if form.errors else 200)


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def search_edit(request: HttpRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(SavedSearch.objects.select_related("owner"), pk=pk)
    form = SavedSearchForm(request.POST if request.method == "POST" else None, instance=search)
    if form.is_valid():
        try:
            services.change_search(actor=signed_in(request), search=search, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
        else:
            messages.success(request, "Changed.")
            return redirect("literature:search-list")
    context = {"form": form, "search": search}
    return render(request, "literature/search_form.html", context, status=422 if form.errors else 200)


@curators_only
@require_POST
def search_run(request: HttpRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(SavedSearch, pk=pk)
    try:
        run = services.run_search(actor=signed_in(request), search=search)
    except Refused as refused:
        messages.warning(request, refused.reason)
        return redirect("literature:search-list")
    ring(run)
    messages.success(request, "The service is being asked. What is new goes to triage.")
    return redirect("literature:import-detail", run.pk)


@curators_only
@require_POST
def reference_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the services again about one reference."""
    reference = get_object_or_404(Reference.objects.select_related("merged_into"), pk=pk)
    try:
        run = services.refresh_reference(actor=signed_in(request), reference=reference)
    except Refused as refused:
        messages.warning(request, refused.reason)
        return redirect("literature:reference-detail", pk)
    ring(run)
    messages.success(request, "The services are being asked about this paper. Nothing that curators added is lost.")
    return redirect("literature:import-detail", run.pk)
