"""What of a person's work stands beside their submissions: papers, tables, imports, searches, wishes; what is next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any

from django.db.models import Count, F, Max
from django.urls import reverse

from apps.accounts.models import RoleApplication, User
from apps.literature.choices import CandidateState
from apps.literature.models import Candidate, ImportRun, Reference, RetractionFinding, SavedSearch
from apps.vocabularies.models import TargetRequest, TermRequest

from .. import services
from ..models import BulkUpload, Submission
from ..workflow import EDITABLE

_LATELY = 5
_MOST_STEPS = 4


@dataclass(frozen=True, slots=True)
class Paper:
    """A reference that this person is working on: claimed in triage, or with drafts of theirs."""

    reference: Reference
    candidate: Candidate | None
    drafts: int


@dataclass(frozen=True, slots=True)
class NextStep:
    text: str
    url: str


def beside(person: User) -> dict[str, Any]:
    """For the workbench of a curator; in a constant number of queries."""
    new = Candidate.objects.filter(state=CandidateState.NEW)
    searches = SavedSearch.objects.filter(owner=person).with_new_candidates()
    return {
        "papers": _papers(person),
        "uploads": list(BulkUpload.objects.of(person).counted().order_by("-pk")[:_LATELY]),
        "imports": list(ImportRun.objects.for_list().filter(requested_by=person)[:_LATELY]),
        "searches": list(searches[:_LATELY]),
        "terms_wished": list(TermRequest.objects.of(person).open().select_related("term").order_by("-pk")[:_LATELY]),
        "targets_wished": list(
            TargetRequest.objects.of(person).open().select_related("target").order_by("-pk")[:_LATELY]
        ),
        "references": list(Reference.objects.current().newest_first()[:_LATELY]),
        "new_candidates": new.counted(),
        "candidates": list(new.select_related("reference")[:_LATELY]),
        **(_for_editors(person) if person.is_editor else {}),
        **({"applications": RoleApplication.objects.filter(state="open").count()} if person.is_administrator else {}),
    }


def _papers(person: User) -> list[Paper]:
    claimed = list(Candidate.objects.claimed_by(person).select_related("reference").order_by("-claimed_at")[:_LATELY])
    drafted = (
        Reference.objects.filter(submissions__in=Submission.objects.of_submitter(person).filter(status__in=EDITABLE))
        .annotate(drafts=Count("submissions"), lately=Max("submissions__changed_at"))
        .order_by("-lately", "-pk")[: 2 * _LATELY]
    )
    drafts = {reference.pk: reference for reference in drafted}
    papers = [
        Paper(each.reference, each, drafts.pop(each.reference_id).drafts if each.reference_id in drafts else 0)
        for each in claimed
    ]
    papers += [Paper(reference, None, reference.drafts) for reference in drafts.values()]
    return papers[: 2 * _LATELY]


def _for_editors(person: User) -> dict[str, Any]:
    reviewable = Submission.objects.with_vacant_seat().reviewable_by(person)
    return {
        "to_review": reviewable.count(),
        "in_hand": list(Submission.objects.claimed_by(person).for_list().order_by(F("held_until"), "pk")[:_LATELY]),
        "open_findings": RetractionFinding.objects.open().filter(reference__in=services.resting()).count(),
        "terms_to_decide": TermRequest.objects.decidable_by(person).count(),
        "targets_to_decide": TargetRequest.objects.decidable_by(person).count(),
    }


def next_steps(desk: dict[str, Any], changes: Iterable[Any], drafts: Iterable[Any]) -> list[NextStep]:
    """What a person could do now, one of each kind, the most pressing first.

    ``changes`` and ``drafts`` are cards of the workbench.
    """
    return list(islice(_steps(desk, changes, drafts), _MOST_STEPS))


def _steps(desk: dict[str, Any], changes: Iterable[Any], drafts: Iterable[Any]) -> Iterator[NextStep]:
    for card in islice(changes, 1):
        yield NextStep(f"Answer {card.asked_by} on submission {card.submission.pk}", card.address)
    for each in desk.get("in_hand", [])[:1]:
        page = reverse("curation:review-detail", args=[each.pk])
        yield NextStep(f"Decide on submission {each.pk}, which you have claimed", page)
    whole = (card for card in drafts if not (card.missing or card.submission.unread))
    for card in islice(whole, 1):
        yield NextStep(f"Check submission {card.submission.pk}, which lacks nothing, and submit it", card.address)
    at_rest = (each for each in desk["uploads"] if each.state == BulkUpload.State.CHECKED)
    ready = ((each, each.complete_rows + each.unfinished_rows) for each in at_rest)
    for each, rows in islice(filter(itemgetter(1), ready), 1):
        page = reverse("curation:bulk-detail", args=[each.pk])
        yield NextStep(f"Make drafts of {_counted(rows, 'row')} of {each.file_name}", page)
    not_begun = (paper.reference for paper in desk["papers"] if paper.candidate and not paper.drafts)
    for reference in islice(not_begun, 1):
        page = f"{reverse('curation:submission-start')}?reference={reference.pk}"
        yield NextStep(f"Begin with “{_short(reference.title)}”, which you have claimed", page)
    if desk.get("to_review"):
        yield NextStep(f"Review {_counted(desk['to_review'], 'submission')}", reverse("curation:review-queue"))
    if desk["candidates"]:
        yield NextStep("Look at new candidates in triage", reverse("literature:triage-queue"))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _short(title: str) -> str:
    return title if len(title) <= 70 else f"{title[:70].rstrip()}…"
