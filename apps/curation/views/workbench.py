"""A curator's home: what is next, what is with the editors, and where to begin."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, Prefetch, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.accounts.authentication import signed_in

from ..choices import Outcome
from ..filters import with_place_in_queue
from ..forms.content import ContentForm
from ..models import Decision, Submission
from ..querysets import SubmissionQuerySet
from ..rules import Facts, ReferenceFact, required
from ..workflow import EDITABLE, THIRD, Status
from . import show
from .access import curators_only
from .desk import beside, next_steps

_OF_EACH_STATUS = 8
_LATELY = 5
_PAGE_SIZE = 25
_NAMED_MISSING = 5
_PER_STATUS = Window(RowNumber(), partition_by=F("status"), order_by=[F("changed_at").desc(), F("pk").desc()])


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One of a curator's submissions, with what it waits for."""

    submission: Submission
    statement: str
    address: str
    missing: tuple[str, ...] = ()
    more_missing: int = 0
    reason: str = ""
    asked_by: str = ""
    note: str = ""
    accession: str = ""
    under_re_review: bool = False


@login_required
@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    if not signed_in(request).is_curator:
        return render(request, "curation/workbench_apply.html")
    mine = _mine(request)
    counts = Submission.objects.written_by(signed_in(request)).counted_by_status()
    shown = mine.open().annotate(place=_PER_STATUS).filter(place__lte=_OF_EACH_STATUS)
    by_status: dict[str, list[Card]] = {status: [] for status in Status}
    for card in _cards(shown):
        by_status[card.submission.status].append(card)
    published = _cards(mine.filter(status=Status.APPROVED)[:_LATELY])
    changes, drafts = by_status[Status.CHANGES_REQUESTED], by_status[Status.DRAFT]
    desk = beside(signed_in(request))
    context = {
        **desk,
        "lead": _next_step(counts[Status.CHANGES_REQUESTED], counts[Status.DRAFT]),
        "steps": next_steps(desk, changes, drafts),
        "changes": changes,
        "drafts": drafts,
        "waiting": [*by_status[Status.IN_REVIEW], *by_status[Status.SUBMITTED]],
        "published": published,
        "counts": counts,
        "any_submission": any(counts.values()),
        "decided": counts[Status.APPROVED] + counts[Status.REJECTED],
        "at_first_reading": _at_first_reading(request) if counts[Status.APPROVED] else 0,
    }
    return render(request, "curation/workbench.html", context)


@curators_only
@require_GET
def submission_list(request: HttpRequest) -> HttpResponse:
    """All of one's own submissions, by status."""
    wanted = request.GET.get("status", "")
    mine = _mine(request)
    shown = mine.filter(status=wanted) if wanted in Status.values else mine
    page = Paginator(shown, _PAGE_SIZE).get_page(request.GET.get("page"))
    address = reverse("curation:submission-list")
    tabs = [{"url": address, "label": "All", "current": wanted not in Status.values}]
    tabs += [
        {"url": f"{address}?status={value}", "label": label, "current": wanted == value}
        for value, label in Status.choices
    ]
    return render(request, "curation/submission_list.html", {"tabs": tabs, "page_obj": page, "cards": _cards(page)})


def _mine(request: HttpRequest) -> SubmissionQuerySet:
    latest_first = Decision.objects.select_related("editor").order_by("-pk")
    mine = Submission.objects.written_by(signed_in(request)).with_content().order_by("-changed_at", "-pk")
    return with_place_in_queue(mine).prefetch_related(Prefetch("decisions", latest_first), "record__re_reviews")


def _at_first_reading(request: HttpRequest) -> int:
    """How many of this person's submissions were published without being sent back."""
    published = Submission.objects.written_by(signed_in(request)).filter(status=Status.APPROVED)
    return published.exclude(decisions__outcome=Outcome.REQUEST_CHANGES).count()


def _next_step(changes: int, drafts: int) -> str:
    if changes:
        one = "One submission waits" if changes == 1 else f"{changes} submissions wait"
        return f"{one} for changes that an editor asked for. Begin there."
    if drafts:
        return "Go on with a draft, or start a new one."
    return "Papers come in, claims go out. Start with a paper."


def _cards(submissions: Iterable[Submission]) -> list[Card]:
    return [_card(submission) for submission in submissions]


def _card(submission: Submission) -> Card:
    editable = submission.status in EDITABLE
    missing = [str(ContentForm.base_fields[name].label).lower() for name in _missing(submission)] if editable else []
    said = next(iter(submission.decisions.all()), None)
    told = said if said and submission.status in {Status.CHANGES_REQUESTED, Status.REJECTED} else None
    in_force = submission.status == Status.APPROVED
    name = "submission-edit" if editable else "submission-detail"
    return Card(
        submission=submission,
        statement=show.sentence(submission),
        address=reverse(f"curation:{name}", args=[submission.pk]),
        missing=tuple(missing[:_NAMED_MISSING]),
        more_missing=max(0, len(missing) - _NAMED_MISSING),
        reason=told.reason if told else "",
        asked_by=str(told.editor) if told else "",
        note=_note(submission, bool(missing)),
        accession=(submission.record.accession or "") if submission.status == Status.APPROVED else "",
        under_re_review=bool(submission.open_re_review or (in_force and submission.record.open_re_review)),
    )


def _missing(submission: Submission) -> list[str]:
    """The empty fields that submitting needs; what else the rules say is told on the form."""
    reference = submission.paper
    known = ReferenceFact(id=reference.pk, reference_type=reference.reference_type) if reference else None
    return [finding.field for finding in required.check(submission.content(), Facts(reference=known))]


def _note(submission: Submission, lacks: bool) -> str:
    if submission.unread:
        return "Some of its text could not be read yet."
    if submission.status == Status.DRAFT and not lacks:
        return "Nothing required is missing: open it, check it and submit."
    if submission.status == Status.SUBMITTED:
        ahead = submission.ahead_in_queue  # type: ignore[attr-defined]
        return "Next in the queue." if not ahead else f"{ahead} before it in the queue."
    if submission.status == Status.IN_REVIEW:
        names = [str(seat.editor) for seat in submission.panel if seat.number != THIRD]
        return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} reviewing it."
    return ""
