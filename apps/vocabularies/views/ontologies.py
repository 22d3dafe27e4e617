"""Loading versions of ontologies: send a file, look at what it changes, apply it or throw it away."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import services
from ..forms.ontologies import OntologyForm
from ..models import OntologyLoad
from .access import editors_only, status_of

_PAGE_SIZE = 25
#: How many lines of each kind of change a page shows.
_SHOWN = 100

_KINDS = {
    "new": ("New", ("Id", "Label")),
    "renamed": ("Renamed", ("Id", "From", "To")),
    "obsoleted": ("Made obsolete", ("Id", "Label", "Replaced by")),
    "revived": ("No longer obsolete", ("Id", "Label")),
    "replaced": ("Other replacement", ("Id", "Label", "Was replaced by", "Now by")),
    "moved": ("Moved in the hierarchy", ("Id", "Label", "No longer below", "Now below")),
    "reworded": ("Other words: definition, synonyms, cross-references", ("Id", "Label")),
    "withdrawn": ("Withdrawn by HGNC", ("Id", "Symbol")),
    "targets": ("Targets that take a new symbol", ("Id", "From", "To")),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change, as a table."""

    code: str
    title: str
    columns: tuple[str, ...]
    rows: list[list[str]]
    count: int


@editors_only
@require_GET
def load_list(request: HttpRequest) -> HttpResponse:
    loads = OntologyLoad.objects.select_related("made_by").defer("difference").order_by("-pk")
    page = Paginator(loads, _PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "vocabularies/load_list.html", {"page_obj": page})


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def load_create(request: HttpRequest) -> HttpResponse:
    form = OntologyForm(request.POST, request.FILES) if request.method == "POST" else OntologyForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            load = services.preview_load(
                actor=signed_in(request), file=file, file_name=file.name, prefixes=form.cleaned_data["prefixes"]
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
        else:
            messages.success(request, "The file was read. Nothing is changed until you apply it.")
            return redirect("vocabularies:load-detail", load.pk)
    context = {"form": form, "limit": settings.UPLOAD_LIMIT_BYTES}
    return render(request, "vocabularies/load_create.html", context, status=422 if form.errors else 200)


@editors_only
@require_GET
def load_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(OntologyLoad.objects.select_related("made_by"), pk=pk))


@editors_only
@require_POST
def load_apply(request: HttpRequest, pk: int) -> HttpResponse:
    load = get_object_or_404(OntologyLoad, pk=pk)
    try:
        load = services.apply_load(actor=signed_in(request), load=load)
    except Refused as refused:
        return _page(request, get_object_or_404(OntologyLoad, pk=pk), refused=refused)
    messages.success(
        request, f"Applied: {load.difference['created']:,} created, {load.difference['updated']:,} changed."
    )
    return redirect("vocabularies:load-detail", pk)


@editors_only
@require_POST
def load_discard(request: HttpRequest, pk: int) -> HttpResponse:
    load = get_object_or_404(OntologyLoad, pk=pk)
    try:
        services.discard_load(actor=signed_in(request), load=load)
    except Refused as refused:
        return _page(request, get_object_or_404(OntologyLoad, pk=pk), refused=refused)
    messages.success(request, "Discarded. The vocabularies are as they were.")
    return redirect("vocabularies:load-list")


def _page(request: HttpRequest, load: OntologyLoad, *, refused: Refused | None = None) -> HttpResponse:
    context = {
        "load": load,
        "kinds": [
            Kind(code, title, columns, [_cells(row) for row in rows[:_SHOWN]], len(rows))
            for code, (title, columns) in _KINDS.items()
            if (rows := load.difference.get(code))
        ],
        "problems": load.difference.get("problems", []),
        "refused": refused,
    }
    status = status_of(refused) if refused else 200
    return render(request, "vocabularies/load_detail.html", context, status=status)


def _cells(row: list[Any]) -> list[str]:
    return [", ".join(cell) if isinstance(cell, list) else str(cell) for cell in row]
