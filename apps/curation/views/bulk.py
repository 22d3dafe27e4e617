"""Records from a table: send it, look at what each row would become, make drafts of the rows that can be taken."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused
from apps.literature import tasks as literature_tasks

from .. import services
from ..forms import BulkForm
from ..forms.columns import BY_NAME
from ..models import BulkRow, BulkUpload
from ..tables import MOST_BYTES, MOST_ROWS
from ..tasks import begin
from .access import curators_only, status_of

_PAGE_SIZE = 50
_LIST_SIZE = 25
#: What of a row is shown, so that one knows it again.
_SHOWN = ("target", "cancers", "reference")
_DRAFTED = "drafted"
_TABS = (
    (BulkRow.State.COMPLETE, "Complete"),
    (BulkRow.State.UNFINISHED, "To be finished"),
    (BulkRow.State.REFUSED, "Not taken"),
    (BulkRow.State.KNOWN, "Already here"),
    (_DRAFTED, "With a draft"),
    (BulkRow.State.WAITING, "Not checked yet"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is wrong with a row, or to be finished in it."""

    place: str
    text: str
    is_problem: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the preview shows it."""

    row: BulkRow
    shown: tuple[str, ...]
    said: list[Said]


@curators_only
@require_GET
def bulk_list(request: HttpRequest) -> HttpResponse:
    uploads = BulkUpload.objects.of(signed_in(request)).counted().order_by("-pk")
    page = Paginator(uploads, _LIST_SIZE).get_page(request.GET.get("page"))
    return render(request, "curation/bulk_list.html", {"page_obj": page})


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_create(request: HttpRequest) -> HttpResponse:
    form = BulkForm(request.POST, request.FILES) if request.method == "POST" else BulkForm()
    if form.is_valid():
        try:
            upload = services.send_bulk(actor=signed_in(request), **form.for_service())
        except Refused as refused:
            form.add_error("file", refused.reason)
        else:
            begin(upload)
            return redirect("curation:bulk-detail", upload.pk)
    context = {"form": form, "most_bytes": MOST_BYTES, "most_rows": MOST_ROWS}
    return render(request, "curation/bulk_create.html", context, status=422 if form.errors else 200)


@curators_only
@require_GET
def bulk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page; to htmx, while the portal works on the table, how far it is alone."""
    upload = _own(request, pk)
    if not getattr(request, "htmx", False):
        return _page(request, upload)
    response = render(request, "curation/bulk_detail.html#progress", _progress(upload))
    if not upload.is_at_work:
        response["HX-Refresh"] = "true"  # its rows stand outside the fragment
    return response


@curators_only
@require_POST
def bulk_check(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, services.check_bulk_again)


@curators_only
@require_POST
def bulk_draft(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, services.draft_bulk, submit="submit" in request.POST)


def _do(request: HttpRequest, pk: int, verb: Callable[..., BulkUpload], **options: Any) -> HttpResponse:
    """Ask for it and begin: of a small table all is done when the answer arrives."""
    upload = _own(request, pk)
    try:
        begin(verb(actor=signed_in(request), upload=upload, **options))
    except Refused as refused:
        return _page(request, upload, refused=refused)
    return redirect("curation:bulk-detail", pk)


@curators_only
@require_POST
def bulk_import(request: HttpRequest, pk: int) -> HttpResponse:
    upload = _own(request, pk)
    try:
        run = services.import_for_bulk(actor=signed_in(request), upload=upload)
    except Refused as refused:
        return _page(request, upload, refused=refused)
    literature_tasks.ring(run)
    messages.success(request, "The import has begun. When it is over, check this table again.")
    return redirect("curation:bulk-detail", pk)


@curators_only
@require_POST
def bulk_discard(request: HttpRequest, pk: int) -> HttpResponse:
    services.discard_bulk(actor=signed_in(request), upload=_own(request, pk))
    messages.success(request, "Thrown away. Drafts that were made of it stay.")
    return redirect("curation:bulk-list")


def _own(request: HttpRequest, pk: int) -> BulkUpload:
    return get_object_or_404(BulkUpload.objects.of(signed_in(request)).counted().select_related("import_run"), pk=pk)


def _page(request: HttpRequest, upload: BulkUpload, *, refused: Refused | None = None) -> HttpResponse:
    wanted = request.GET.get("show", "")
    rows = rows_of(upload, wanted)
    page = Paginator(rows.select_related("submission"), _PAGE_SIZE).get_page(request.GET.get("page"))
    progress = _progress(upload)
    address = reverse("curation:bulk-detail", args=[upload.pk])
    tabs = [
        {"url": address, "label": "All rows", "count": intcomma(upload.row_count), "current": wanted not in dict(_TABS)}
    ]
    tabs += [
        {"url": f"{address}?show={code}", "label": label, "count": intcomma(count), "current": wanted == code}
        for code, label in _TABS
        if (count := progress["counts"][str(code)]) or wanted == code
    ]
    context = {
        **progress,
        "tabs": tabs,
        "page_obj": page,
        "query": f"show={wanted}" if wanted in dict(_TABS) else "",
        "shown": [BY_NAME[name].label for name in _SHOWN],
        "lines": [_line(upload, row) for row in page],
        "missing": services.missing_publications(upload),
        "columns_at_fault": _columns_at_fault(upload),
        "refused": refused,
    }
    return render(request, "curation/bulk_detail.html", context, status=status_of(refused) if refused else 200)


def rows_of(upload: BulkUpload, wanted: str) -> Any:
    """The rows of one kind, or all."""
    rows = upload.rows.order_by("number")
    if wanted == _DRAFTED:
        return rows.exclude(submission=None)
    if wanted in {BulkRow.State.COMPLETE, BulkRow.State.UNFINISHED}:
        return rows.filter(state=wanted, submission=None)
    return rows.filter(state=wanted) if wanted in BulkRow.State.values else rows


def _progress(upload: BulkUpload) -> dict[str, Any]:
    """How many rows there are of each kind, and how far the work on them is."""
    counts: dict[str, int] = {str(code): getattr(upload, f"{code}_rows") for code, _ in _TABS}
    drafting = upload.state == BulkUpload.State.DRAFTING
    left = counts["complete"] + counts["unfinished"] * (not upload.submits) if drafting else counts["waiting"]
    return {"upload": upload, "counts": counts, "done": upload.row_count - left, "drafting": drafting}


def _line(upload: BulkUpload, row: BulkRow) -> Line:
    row.upload = upload
    said = [Said(_place(one["cell"], one["field"]), one["message"], True) for one in row.problems]
    said += [Said(_place("", one["field"]), f"{one['message']} {one['mend']}", False) for one in row.findings]
    return Line(row, tuple(row.text_of(name) for name in _SHOWN), said)


def _place(cell: str, name: str) -> str:
    return " · ".join(filter(None, [cell, BY_NAME[name].label if name in BY_NAME else ""]))


def _columns_at_fault(upload: BulkUpload) -> list[tuple[str, int]]:
    """In how many rows each column keeps the row from being taken, the most first."""
    refused = upload.rows.filter(state=BulkRow.State.REFUSED).values_list("problems", flat=True)
    counted = Counter(name for problems in refused for name in {one["field"] for one in problems} if name in BY_NAME)
    return [(BY_NAME[name].label, number) for name, number in counted.most_common()]
