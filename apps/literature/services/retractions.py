"""Findings: what sources say became of references that are here. Looked at first, then applied or dismissed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import Event, User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..choices import FindingStatus, LinkKind, RetractionState, Source
from ..formats import Problem
from ..formats.retractions import RetractionReport
from ..models import Reference, RetractionFinding
from ..permissions import may_judge_findings
from ..querysets import ReferenceQuerySet
from .merging import gravest
from .ranking import forget_scores
from .writing import lock_references

CHUNK = 500
MOST_TOLD = 500


@dataclass(slots=True)
class Gathered:
    """What came of a number of reports.

    ``found`` are the numbers of the new findings. ``problems`` are what somebody should look at: rows that
    could not be read, and publications that were reinstated; at most ``MOST_TOLD``, the others are counted.
    """

    rows: int = 0
    unnamed: int = 0
    known: int = 0
    found: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    untold: int = 0

    def tell(self, problem: Problem) -> None:
        if len(self.problems) < MOST_TOLD:
            self.problems.append(problem)
        else:
            self.untold += 1


def gather_reports(reports: Iterable[RetractionReport | Problem | None], *, actor: User | None = None) -> Gathered:
    """Make findings of those reports that say something worse than is known; nothing is applied.

    A source says the same of a reference once, also when that was dismissed; what is no worse than an
    open finding of another source says nothing new either.
    """
    gathered = Gathered()
    rest = iter(reports)
    while chunk := list(islice(rest, CHUNK)):
        gathered.rows += len(chunk)
        gathered.unnamed += chunk.count(None)
        for problem in chunk:
            if isinstance(problem, Problem):
                gathered.tell(problem)
        _gather([one for one in chunk if isinstance(one, RetractionReport)], gathered, actor)
    return gathered


@transaction.atomic
def _gather(reports: Sequence[RetractionReport], gathered: Gathered, actor: User | None) -> None:
    with connection.cursor() as cursor:
        lock_references(cursor)
    by_pmid, by_doi = _references_of(reports)
    numbers = {reference.pk for reference in (*by_pmid.values(), *by_doi.values())}
    said: dict[int, list[RetractionFinding]] = {}
    for finding in RetractionFinding.objects.filter(reference__in=numbers):
        said.setdefault(finding.reference_id, []).append(finding)
    for report in reports:
        reference = by_pmid.get(report.pmid or 0) or by_doi.get(report.doi or "")
        if reference is None:
            continue
        gathered.known += 1
        if report.pmid and reference.pmid and reference.pmid != report.pmid:
            problem = f"The DOI {report.doi} belongs to PMID {reference.pmid} here, so the row was left out."
            gathered.tell(Problem(report.position, report.identifier, problem))
        elif report.state == RetractionState.NONE:
            if _gravest(reference, said) >= RetractionState.RETRACTED.gravity:
                gathered.tell(Problem(report.position, report.identifier, _REINSTATED.format(report.source.label)))
        elif _is_news(report, reference, said.get(reference.pk, [])):
            finding = _found(report, reference, actor)
            said.setdefault(reference.pk, []).append(finding)
            gathered.found.append(finding.pk)


_REINSTATED = (
    "{} says that this publication was reinstated, and here it is retracted. The portal never takes a retraction"
    " back by itself: please look at it."
)


def _references_of(reports: Iterable[RetractionReport]) -> tuple[dict[int, Reference], dict[str, Reference]]:
    pmids, dois = [one.pmid for one in reports if one.pmid], [one.doi for one in reports if one.doi]
    rows = Reference.objects.only("pmid", "doi", "retraction_state")
    by_pmid = {one.pmid: one for one in rows.filter(pmid__in=pmids) if one.pmid}
    return by_pmid, {one.doi: one for one in rows.filter(doi__in=dois) if one.doi}


def _gravest(reference: Reference, said: dict[int, list[RetractionFinding]]) -> int:
    states = [reference.retraction_state, *(one.state for one in said.get(reference.pk, []) if one.is_open)]
    return max(RetractionState(state).gravity for state in states)


def _is_news(report: RetractionReport, reference: Reference, said: list[RetractionFinding]) -> bool:
    if report.state.gravity <= RetractionState(reference.retraction_state).gravity:
        return False
    return not any(
        (one.state, one.source) == (report.state, report.source)
        or (one.is_open and RetractionState(one.state).gravity >= report.state.gravity)
        for one in said
    )


def _found(report: RetractionReport, reference: Reference, actor: User | None) -> RetractionFinding:
    finding = RetractionFinding.objects.create(
        reference=reference,
        state=report.state,
        source=report.source,
        notice_pmid=report.notice_pmid,
        notice_doi=report.notice_doi,
        noticed_on=report.noticed_on,
        reason=report.reason,
    )
    _record_found(finding, actor)
    return finding


def _record_found(finding: RetractionFinding, actor: User | None) -> None:
    record_event(
        actor=actor,
        verb="find",
        obj=finding,
        to_state=FindingStatus.OPEN,
        data={"reference": finding.reference_id, "state": finding.state, "source": finding.source},
    )


def raised_states(references: ReferenceQuerySet) -> list[RetractionFinding]:
    """Of these references, those whose state imports alone have raised.

    For each the finding that would tell of it, not stored yet; or the one that was applied before.
    References whose finding is still open, or was dismissed, are left out.
    """
    references = references.current().exclude(retraction_state=RetractionState.NONE).order_by("pk")
    said: dict[int, list[RetractionFinding]] = {}
    for finding in RetractionFinding.objects.filter(reference__in=references).order_by("pk"):
        said.setdefault(finding.reference_id, []).append(finding)
    found = []
    for reference in references:
        told = [one for one in said.get(reference.pk, []) if _is_as_grave(one, reference)]
        if not told:
            found.append(_finding_of(reference))
        elif told[-1].status == FindingStatus.APPLIED:
            told[-1].reference = reference
            found.append(told[-1])
    return found


def _is_as_grave(finding: RetractionFinding, reference: Reference) -> bool:
    return gravest(finding.state, reference.retraction_state) == finding.state


_NOTICES = {
    RetractionState.CORRECTED: LinkKind.CORRECTED_BY,
    RetractionState.EXPRESSION_OF_CONCERN: LinkKind.CONCERN_BY,
    RetractionState.RETRACTED: LinkKind.RETRACTED_BY,
    RetractionState.WITHDRAWN: LinkKind.RETRACTED_BY,
}


def _finding_of(reference: Reference) -> RetractionFinding:
    """What the import that raised the state found, as far as it is known."""
    state = RetractionState(reference.retraction_state)
    raised = Event.objects.of_object(reference).filter(verb="retraction state", to_state=state).last()
    notice = reference.links.filter(kind=_NOTICES[state]).first()
    source = reference.provenance.get("retraction_state") or reference.provenance.get("*") or Source.FILE
    return RetractionFinding(
        reference=reference,
        state=state,
        source=source,
        notice_pmid=notice.pmid if notice else None,
        notice_doi=(notice.doi or "") if notice else "",
        reason=notice.note if notice else "",
        found_at=raised.at if raised else reference.added_at,
    )


@transaction.atomic
def keep_finding(*, finding: RetractionFinding) -> RetractionFinding | None:
    """Store a finding of ``raised_states``; None where somebody has meanwhile."""
    with connection.cursor() as cursor:
        lock_references(cursor)
    same = RetractionFinding.objects.filter(reference=finding.reference, state=finding.state, source=finding.source)
    if same.exists():
        return None
    finding.save()
    _record_found(finding, None)
    return finding


@transaction.atomic
def apply_finding(*, actor: User | None, finding: RetractionFinding) -> RetractionFinding:
    """Believe a finding: raise its reference's state, where that is worse than what is known.

    Other open findings of the reference that say no worse are applied with it. ``actor`` is None for
    the system. What rests on the reference is for the caller to see to, in the same transaction.
    """
    finding = _to_judge(actor, finding)
    reference = finding.reference.heir
    before, after = reference.retraction_state, gravest(reference.retraction_state, finding.state)
    if after != before:
        reference.retraction_state = after
        reference.provenance["retraction_state"] = finding.source
        reference.changed_at = timezone.now()
        reference.save(update_fields=["retraction_state", "provenance", "changed_at"])
        forget_scores([reference.pk])
        record_event(
            actor=actor,
            verb="retraction state",
            obj=reference,
            from_state=before,
            to_state=after,
            data={"finding": finding.pk},
        )
    for one in RetractionFinding.objects.open().filter(reference=finding.reference).order_by("pk"):
        if gravest(finding.state, one.state) == finding.state:
            _judge(one, FindingStatus.APPLIED, actor=actor)
    finding.refresh_from_db()
    return finding


@transaction.atomic
def dismiss_finding(*, actor: User, finding: RetractionFinding, reason: str) -> RetractionFinding:
    """Set a finding aside, with the reason; its source is not listened to about this again."""
    finding = _to_judge(actor, finding)
    if not reason.strip():
        raise Refused("Say why: whoever meets the source's word later reads it.", field="reason")
    _judge(finding, FindingStatus.DISMISSED, actor=actor, reason=reason.strip())
    return finding


def _to_judge(actor: User | None, finding: RetractionFinding) -> RetractionFinding:
    """The finding as it is now, with its reference; nobody else changes either until the transaction ends."""
    if actor is not None:
        may_judge_findings(actor).require()
    with connection.cursor() as cursor:
        lock_references(cursor)
    found = RetractionFinding.objects.select_related("reference__merged_into").filter(pk=finding.pk).first()
    if found is None:
        raise Refused("This finding is gone: its reference was merged with another that has the same.", code="missing")
    if not found.is_open:
        raise Refused(f"This finding was {found.get_status_display().lower()} before.", code="state")
    return found


def _judge(finding: RetractionFinding, status: FindingStatus, *, actor: User | None, reason: str = "") -> None:
    finding.status, finding.decided_by, finding.decided_at = status, actor, timezone.now()
    finding.decision_reason = reason
    finding.save(update_fields=["status", "decided_by", "decided_at", "decision_reason"])
    record_event(
        actor=actor,
        verb="apply" if status == FindingStatus.APPLIED else "dismiss",
        obj=finding,
        from_state=FindingStatus.OPEN,
        to_state=status,
        reason=reason,
    )
