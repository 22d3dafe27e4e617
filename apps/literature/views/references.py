"""The pages of references."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from ..filters import ReferenceFilter
from ..models import ImportRun, Reference, RetractionState
from ..pagination import CappedPaginator
from .access import PAGE_SIZE, curators_only, told


@curators_only
@require_GET
def reference_list(request: HttpRequest) -> HttpResponse:
    listed = Reference.objects.current().newest_first().defer("abstract", "mesh_terms", "publication_types")
    filtered = ReferenceFilter(request.GET, queryset=listed)
    page = CappedPaginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"filter": filtered, "page_obj": page, "rows": [(each, byline(each)) for each in page]}
    return render(request, "literature/reference_list.html", context)


@curators_only
@require_GET
def reference_detail(request: HttpRequest, pk: int) -> HttpResponse:
    reference = get_object_or_404(Reference.objects.select_related("preprint_of"), pk=pk)
    if reference.merged_into_id:
        return redirect("literature:reference-detail", reference.merged_into_id)
    context = {
        "reference": reference,
        "byline": byline(reference, most=20),
        "source": _source(reference),
        "is_barred": reference.retraction_state in {RetractionState.RETRACTED, RetractionState.WITHDRAWN},
        "preprints": reference.preprints.order_by("pk"),
        "runs": ImportRun.objects.bringing(reference),
        "history": told(reference),
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
