"""The whole line of a record: versions, the submissions that made them, decisions, re-reviews; for editors, flags."""

from collections import defaultdict

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from apps.accounts.authentication import signed_in
from apps.accounts.models import Event
from apps.catalogue.models import Entry, EntryVersion

from ..models import Flag, Record, Submission
from . import show
from .access import curators_only

_PAGE_SIZE = 100


@curators_only
@require_GET
def record_detail(request: HttpRequest, accession: str) -> HttpResponse:
    """What is not open to the reader is counted and not shown; the newest comes first."""
    record = get_object_or_404(Record, accession=accession)
    entry = get_object_or_404(Entry.objects.defer("document", "search"), accession=accession)
    open_to_reader = Submission.objects.visible_to(signed_in(request)).filter(record=record)
    submissions = list(
        open_to_reader.select_related("record", "submitter", "claimed_by")
        .prefetch_related("decisions", "reviews", "co_editors")
        .order_by("-pk")
    )
    steps = _line(record, submissions, request)
    context = {
        "record": record,
        "entry": entry,
        "versions": EntryVersion.objects.filter(entry=entry).defer("document").order_by("-number"),
        "submissions": submissions,
        "hidden": record.submissions.open().exclude(pk__in=[one.pk for one in submissions]).count(),
        "page_obj": (page := Paginator(steps, _PAGE_SIZE).get_page(request.GET.get("page"))),
        "history": page.object_list,
    }
    return render(request, "curation/record_detail.html", context)


def _line(record: Record, submissions: list[Submission], request: HttpRequest) -> list[show.Step]:
    reader = signed_in(request)
    things: dict[tuple[str, str], Record | Submission | Flag] = {("record", str(record.pk)): record}
    things |= {("submission", str(one.pk)): one for one in submissions}
    about = Q(object_type="record", object_id=str(record.pk))
    about |= Q(object_type="submission", object_id__in=[str(one.pk) for one in submissions])
    if reader.is_editor:
        flags = {str(one.pk): one for one in record.flags.all()}
        things |= {("flag", number): one for number, one in flags.items()}
        about |= Q(object_type="flag", object_id__in=list(flags))
    events = defaultdict(list)
    for event in Event.objects.filter(about).select_related("actor").order_by("pk"):
        events[event.object_type, event.object_id].append(event)
    steps = [step for key, lines in events.items() for step in show.steps_of(lines, things[key], reader)]
    return sorted(steps, key=lambda step: step.event.pk, reverse=True)
