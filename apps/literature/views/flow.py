"""What became of the records that went into triage: numbers, a picture, and both to take along."""

import csv
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.tables import inert

from ..choices import CandidateState, RejectionReason, ScreeningOutcome
from ..drawing import draw
from ..flow import Flow
from ..forms import FlowForm
from ..models import Candidate, ImportRun
from .access import curators_only


@curators_only
@require_GET
def triage_flow(request: HttpRequest) -> HttpResponse:
    form = FlowForm(request.GET)
    flow = _flow_of(form)
    context = {
        "form": form,
        "flow": flow,
        "stages": flow.stages(),
        "drawing": draw(flow.stages()),
        "query": request.GET.urlencode(),
        "is_narrowed": any(form.chosen.values()),
    }
    return render(request, "literature/triage_flow.html", context)


@curators_only
@require_GET
def triage_flow_svg(request: HttpRequest) -> HttpResponse:
    stages = _flow_of(FlowForm(request.GET)).stages()
    picture = {"stages": stages, "drawing": draw(stages)}
    return _file(render(request, "literature/_flow.svg", picture, content_type="image/svg+xml"), "triage.svg")


@curators_only
@require_GET
def triage_flow_csv(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    writer = csv.writer(response)
    writer.writerow(["stage", "part", "number"])
    for stage in _flow_of(FlowForm(request.GET)).stages():
        for one in filter(None, (stage, stage.left)):
            writer.writerow([one.title, "", one.number])
            writer.writerows([one.title, inert(label), number] for label, number in one.parts)
    return _file(response, "triage.csv")


def _file(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _flow_of(form: FlowForm) -> Flow:
    """The flow of the runs, and of what was put in by hand, that the form asks for."""
    chosen = form.chosen
    runs = ImportRun.objects.filter(to_triage=True).filter(**_within("requested_at", chosen))
    by_hand = Q(run__isnull=True, **_within("added_at", chosen))
    if chosen["search"]:
        runs = runs.filter(saved_search=chosen["search"])
        by_hand = Q(pk__in=[])
    # Candidates before what they came from: whatever is stored in between, none is without its record.
    fates = Candidate.objects.filter(Q(run__in=runs) | by_hand).counted_by_fate()
    put_in = Candidate.objects.filter(by_hand).count()
    sources = [_Source.of(row) for row in runs.counted_by_source()]

    standing, reasons = Counter[str](), Counter[str]()
    for (state, screening, reason), number in fates.items():
        standing[(screening or "unscreened") if state == CandidateState.NEW else state] += number
        if state == CandidateState.REJECTED:
            reasons[reason] += number
    return Flow(
        sources={source.label: source.records for source in sources},
        by_hand=put_in,
        known=sum(source.known for source in sources),
        unread=sum(source.unread for source in sources),
        unscreened=standing["unscreened"],
        in_conflict=standing[ScreeningOutcome.CONFLICT],
        excluded={reason.label: reasons[reason] for reason in RejectionReason if reasons[reason]},
        later=standing[CandidateState.LATER],
        unclaimed=standing[ScreeningOutcome.INCLUDED],
        claimed=standing[CandidateState.CLAIMED],
        curated=standing[CandidateState.CURATED],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """The records of one source, those counted once that were tried twice."""

    label: str
    new: int
    known: int
    unread: int

    @classmethod
    def of(cls, row: dict[str, Any]) -> "_Source":
        label = row["saved_search__name"] or ImportRun.Origin(row["origin"]).label
        return cls(label=label, new=row["new"], known=row["known"], unread=max(0, row["unread"] - row["retried"]))

    @property
    def records(self) -> int:
        return self.new + self.known + self.unread


def _within(column: str, chosen: dict[str, Any]) -> dict[str, Any]:
    """The days from ``since`` to ``until``, both included, as conditions on a moment."""
    bounds = {f"{column}__date__gte": chosen["since"], f"{column}__date__lte": chosen["until"]}
    return {condition: day for condition, day in bounds.items() if day}
