"""Starting a draft: choose the reference first, then POST. Opening an address never starts anything."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused
from apps.literature.models import Reference

from .. import services
from ..models import Submission
from ..workflow import OPEN
from . import show
from .access import curators_only, status_of

_PAGE_SIZE = 10


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def submission_start(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    try:
        submission = services.start(actor=signed_in(request), **_started_from(request))
    except Refused as refused:
        return _page(request, refused=refused, status=status_of(refused))
    messages.success(request, "Draft started. Fill in what you know; you can save at any time.")
    return redirect("curation:submission-edit", submission.pk)


def _started_from(request: HttpRequest) -> dict[str, Any]:
    """What the new draft starts from: a reference, a submission to copy, or a published entry to revise."""
    if accession := request.POST.get("revises"):
        return {"revises": accession}
    if copied := _numbered(Submission.objects.all(), request.POST.get("copies")):
        return {"copies": copied}
    reference = _numbered(_papers(), request.POST.get("reference"))
    if reference is None:
        raise Refused("Choose the paper that the evidence comes from.", field="reference")
    return {"reference": reference.heir}


def _numbered(rows: QuerySet[Any], number: str | None) -> Any:
    """The row with this number; ``None`` for anything that is none."""
    if not number or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return rows.filter(pk=int(number)).first()


def _papers() -> QuerySet[Reference]:
    return Reference.objects.select_related("merged_into")


def _page(request: HttpRequest, *, refused: Refused | None = None, status: int = 200) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    named = _numbered(_papers(), request.POST.get("reference") or request.GET.get("reference"))
    chosen = named and named.heir
    papers = Reference.objects.current().newest_first()
    page = Paginator(papers.search(text) if text else papers, _PAGE_SIZE).get_page(request.GET.get("page"))
    mine = Submission.objects.of_submitter(signed_in(request)).filter(status__in=OPEN)
    context = {
        "q": text,
        "chosen": chosen,
        "chosen_citation": show.citation(chosen) if chosen else "",
        "page_obj": page,
        "found": [(reference, show.citation(reference)) for reference in page],
        "any_reference": bool(page.object_list) or bool(text and Reference.objects.exists()),
        "open_on_chosen": mine.filter(reference=chosen).select_related("target") if chosen else (),
        "refused": refused,
    }
    return render(request, "curation/submission_start.html", context, status=status)
