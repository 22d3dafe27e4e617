"""Tables of records to download: the template, one's own submissions, the rows that were not taken."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from apps.accounts.authentication import signed_in

from ..forms import template
from ..models import BulkUpload, Submission
from ..tables import MOST_ROWS
from .access import curators_only
from .bulk import rows_of


@curators_only
@require_GET
def bulk_template(request: HttpRequest, kind: str) -> HttpResponse:
    return _file(template.template(kind), kind, "records-template")


@curators_only
@require_GET
def bulk_export(request: HttpRequest, kind: str) -> HttpResponse:
    """One's own submissions as a table, the latest first."""
    mine = Submission.objects.written_by(signed_in(request)).with_content().order_by("-pk")[:MOST_ROWS]
    return _file(template.exported(kind, mine), kind, "my-submissions")


@curators_only
@require_GET
def bulk_rows(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Rows as they were sent, with what is wrong with them: all, or those of one kind."""
    upload = get_object_or_404(BulkUpload.objects.of(signed_in(request)), pk=pk)
    rows = rows_of(upload, request.GET.get("show", ""))
    return _file(template.with_errors(kind, upload, rows), kind, f"records-{upload.pk}")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(content, content_type=template.KINDS[kind], headers=headers)
