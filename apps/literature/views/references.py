"""The pages of references."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import services
from ..choices import Source
from ..filters import ReferenceFilter
from ..forms import AmendForm
from ..models import Candidate, ImportRun, Reference, RetractionState
from ..pagination import CappedPaginator
from .access import PAGE_SIZE, curators_only, status_of
from .history import history_of
from .relations import relations_of


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
        "source": source_of(reference),
        "is_barred": reference.retraction_state in {RetractionState.RETRACTED, RetractionState.WITHDRAWN},
        "relations": relations_of(reference),
        "sources": sources_of(reference),
        "candidate": Candidate.objects.filter(reference=reference).first(),
        "runs": ImportRun.objects.bringing(reference),
        "findings": reference.retraction_findings.order_by("-pk"),
        "history": history_of(reference),
    }
    return render(request, "literature/reference_detail.html", context)


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def reference_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A form over what is known; saved over somebody else's change, it shows both."""
    reference = get_object_or_404(Reference, pk=pk)
    if reference.merged_into_id:
        return redirect("literature:reference-edit", reference.merged_into_id)
    if request.method != "POST":
        return _edit_page(request, reference, AmendForm(initial=_typed(reference)))
    form = AmendForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, reference, form, status=422)
    try:
        services.amend_reference(
            actor=signed_in(request),
            reference=reference,
            values=form.cleaned_data,
            edition=form.cleaned_data["edition"],
            reason=form.cleaned_data["reason"],
        )
    except Refused as refused:
        reference.refresh_from_db()
        form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
        return _edit_page(request, reference, form, is_stale=refused.code == "stale", status=status_of(refused))
    messages.success(request, "Saved. No import changes these fields any more.")
    return redirect("literature:reference-detail", pk)


def _edit_page(
    request: HttpRequest, reference: Reference, form: AmendForm, *, is_stale: bool = False, status: int = 200
) -> HttpResponse:
    stored = _typed(reference)
    if is_stale:
        form.data = {**form.data.dict(), "edition": stored["edition"]}  # type: ignore[attr-defined]  # a QueryDict
    rows = [
        (field, stored.get(field.name) if is_stale and str(field.value()) != str(stored.get(field.name)) else None)
        for field in form.visible_fields()
    ]
    return render(
        request, "literature/reference_edit.html", {"reference": reference, "form": form, "rows": rows}, status=status
    )


def _typed(reference: Reference) -> dict[str, Any]:
    """What is stored, as one types it."""
    values = {name: getattr(reference, name) for name in services.AMENDABLE}
    year = "" if reference.year is None else reference.year
    return values | {"year": year, "nct_ids": " ".join(reference.nct_ids), "edition": services.edition_of(reference)}


def byline(reference: Reference, *, most: int = 3) -> str:
    """Its authors in print style, ``most`` of them."""
    named = (
        author.get("collective") or " ".join(filter(None, (author.get("family"), author.get("given"))))
        for author in reference.authors[:most]
    )
    more = " and others" if len(reference.authors) > most else ""
    return ", ".join(filter(None, named)) + more


def source_of(reference: Reference) -> str:
    """Where it appeared: journal, year, volume(issue): pages."""
    volume = reference.volume + (f"({reference.issue})" if reference.issue else "")
    place = ": ".join(filter(None, (volume, reference.pages)))
    return ", ".join(filter(None, (reference.journal, str(reference.year or ""), place)))


def sources_of(reference: Reference) -> list[str]:
    """Who describes it as a whole, then who else said what: “PubMed”, “Crossref: abstract, year”."""
    whole = reference.provenance.get("*")
    named: dict[str, list[str]] = {}
    for field in Reference._meta.concrete_fields:
        if source := reference.provenance.get(field.name):
            named.setdefault(source, []).append(str(field.verbose_name))
    others = [f"{Source(source).label}: {', '.join(fields)}" for source, fields in named.items()]
    return [Source(whole).label, *others] if whole else others
