"""What became of every row of an import: as a page, and as a table to download."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from ..models import ImportRun
from ..renderers import rows_table
from ..report import Outcome, Report, Row
from .access import PAGE_SIZE, curators_only

_TYPES = {"csv": "text/csv", "tsv": "text/tab-separated-values"}
_LONGEST_TEXT = 500


@curators_only
@require_GET
def import_report(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    outcome, text = _asked(request)
    report = Report(run, outcome=outcome, text=text)
    rows: Paginator[Row] = Paginator(report, PAGE_SIZE)  # type: ignore[arg-type]  # it asks for slices alone
    page = rows.get_page(request.GET.get("page"))
    counts = {"": run.records, **{name: getattr(run, name, None) for name in Outcome.values}}
    told = {name: None if count is None else intcomma(count) for name, count in counts.items()}
    tabs = [
        {"url": _query(name, text), "label": label, "count": told[name], "current": name == outcome}
        for name, label in (("", "All"), *Outcome.choices)
    ]
    context = {
        "run": run, "page_obj": page, "tabs": tabs, "outcome": outcome, "text": text, "query": _query(outcome, text),
    }  # fmt: skip
    return render(request, "literature/import_report.html", context)


@curators_only
@require_GET
def import_rows(request: HttpRequest, pk: int, kind: str) -> StreamingHttpResponse:
    """The rows of an import that the page would show, however many."""
    run = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    # Made once: a run may have a hundred thousand rows.
    before, after = request.build_absolute_uri(reverse("literature:reference-detail", args=[0])).rsplit("0", 1)
    outcome, text = _asked(request)
    lines = rows_table(Report(run, outcome=outcome, text=text), kind, lambda number: f"{before}{number}{after}")
    headers = {"Content-Disposition": f'attachment; filename="import-{run.pk}.{kind}"'}
    return StreamingHttpResponse(lines, content_type=f"{_TYPES[kind]}; charset=utf-8", headers=headers)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """The outcome and the text to narrow the rows by; an outcome that does not exist narrows nothing."""
    outcome = request.GET.get("outcome", "")
    text = request.GET.get("q", "").strip()[:_LONGEST_TEXT]
    return outcome if outcome in Outcome.values else "", text


def _query(outcome: str, text: str) -> str:
    return "?" + urlencode({name: value for name, value in (("outcome", outcome), ("q", text)) if value})
