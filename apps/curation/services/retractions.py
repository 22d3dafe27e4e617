"""Acting on findings about publications: what rests on them goes under re-review, and people are told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Notice, User
from apps.accounts.services import notify
from apps.catalogue import services as catalogue
from apps.catalogue.models import Entry
from apps.core.exceptions import Refused
from apps.literature import services as literature
from apps.literature.formats import Problem, Unreadable, retraction_watch
from apps.literature.formats.opening import ReadableFile
from apps.literature.formats.retractions import RetractionReport
from apps.literature.models import Reference, RetractionFinding, RetractionState
from apps.literature.permissions import may_judge_findings

from ..models import Record, Submission
from ..permissions import is_party
from ..rules.base import listed
from ..workflow import OPEN
from .dependants import Concern, Dependants, dependants_of, family_of, resting
from .happenings import keys_about
from .rereview import open_re_review

_WHAT = {
    RetractionState.CORRECTED: "was corrected",
    RetractionState.EXPRESSION_OF_CONCERN: "is under an expression of concern",
    RetractionState.RETRACTED: "was retracted",
    RetractionState.WITHDRAWN: "was withdrawn",
}


@transaction.atomic
def apply_finding(*, actor: User | None, finding: RetractionFinding) -> Dependants:
    """Believe a finding, and put what rests on its reference under re-review; ``actor`` is None for the system.

    The reference's state, the entries' scores, the re-reviews and the notices to the people concerned
    change together. A correction is noted and told, and opens no re-review.
    """
    finding = literature.apply_finding(actor=actor, finding=finding)
    return _settle(finding, actor)


def take_table(*, actor: User | None, file: ReadableFile) -> literature.Gathered:
    """Make findings of Retraction Watch's table, row by row; ``actor`` is None for who operates the portal.

    Refused for a file that is another one. What is found is applied later, unless it is dismissed.
    """
    if actor is not None:
        may_judge_findings(actor).require()
    try:
        gathered = literature.gather_reports(retraction_watch.reports(file), actor=actor)
    except Unreadable as error:
        raise Refused(error.reason, field="file") from None
    tell_editors(found=gathered.found, actor=actor)
    if not settings.RETRACTION_GRACE_HOURS:
        apply_due()
    return gathered


def check_retractions() -> literature.Gathered:
    """The nightly check: ask the sources, tell the editors what is new; see ``settle_retractions`` for the rest."""
    gathered = literature.check_sources()
    tell_editors(found=gathered.found)
    return gathered


def settle_retractions() -> None:
    """What beat sees to between the checks: states that imports raised, and findings whose time has come."""
    tell_editors(found=find_raised())
    apply_due()


@dataclass(frozen=True, slots=True)
class Preview:
    """What reports would find, and all findings that would be open then, each with what it would touch."""

    gathered: literature.Gathered
    findings: list[tuple[RetractionFinding, Dependants]]


def preview(reports: Iterable[RetractionReport | Problem | None]) -> Preview:
    """Look what would come of these reports; nothing of it is kept."""
    reports = list(reports)  # before anything is locked: a service may take its time
    with transaction.atomic():
        gathered = literature.gather_reports(reports)
        findings = list(RetractionFinding.objects.open().for_list().order_by("pk"))
        found = list(zip(findings, dependants_of(findings), strict=True))
        transaction.set_rollback(True)
    return Preview(gathered, found)


def apply_due() -> int:
    """Apply what nobody dismissed within ``RETRACTION_GRACE_HOURS``; how many findings that were."""
    moment = timezone.now() - timedelta(hours=settings.RETRACTION_GRACE_HOURS)
    return sum(_apply(finding) for finding in RetractionFinding.objects.due(moment))


def _apply(finding: RetractionFinding) -> bool:
    try:
        apply_finding(actor=None, finding=finding)
    except Refused:  # judged, or applied with another one, since it was listed
        return False
    return True


def find_raised() -> list[int]:
    """Findings for what imports alone made of references that something rests on; the numbers of the new ones.

    So everything takes the one way: looked at first, then applied. Where a finding was applied before
    and something came to rest on its reference later (two references were merged), it is seen to now.
    """
    raised = literature.raised_states(resting())
    found: list[int] = []
    for finding, touched in zip(raised, dependants_of(raised), strict=True):
        if finding.pk is not None:
            if touched.entries:
                _settle_later(finding)
        elif touched.entries or touched.submissions:
            kept = literature.keep_finding(finding=finding)
            found += [kept.pk] if kept else []
    return found


@transaction.atomic
def _settle_later(finding: RetractionFinding) -> None:
    _settle(finding, None)


@transaction.atomic
def tell_editors(*, found: Sequence[int], actor: User | None = None) -> None:
    """Tell the editors, but not whoever found them, of findings about publications that something rests on."""
    touching = RetractionFinding.objects.filter(pk__in=found, reference__in=resting()).count()
    if not touching:
        return
    one = touching == 1
    what = "A publication that something rests on was" if one else f"{touching:,} publications in use were"
    notify(
        people=[person for person in User.objects.editors() if actor is None or person.pk != actor.pk],
        kind=Notice.Kind.FINDINGS,
        text=f"{what} found to be retracted, doubted or corrected. Look at what that touches: what is not dismissed "
        f"within {settings.RETRACTION_GRACE_HOURS} hours is applied.",
        url=reverse("curation:retraction-list"),
        key=f"findings up to {max(found)}",
    )


def public_reason(finding: RetractionFinding) -> str:
    """“The publication was retracted on 3 May 2021 (notice: PMID 123).”: facts alone, nobody's own words."""
    what = _WHAT[RetractionState(finding.state)]
    when = f" {'since' if what.startswith('is') else 'on'} {finding.noticed_on:%-d %B %Y}" if finding.noticed_on else ""
    notice = f"PMID {finding.notice_pmid}" if finding.notice_pmid else finding.notice_doi
    return f"The publication {what}{when}{f' (notice: {notice})' if notice else ''}."


def _settle(finding: RetractionFinding, actor: User | None) -> Dependants:
    """See to what rests on the reference of an applied finding; it is held until the transaction ends."""
    _hold(finding)
    (touched,) = dependants_of([finding])
    state, reason = RetractionState(finding.state), public_reason(finding)
    for entry in touched.entries:
        catalogue.note_retraction(accession=entry.accession, state=state)
    if state != RetractionState.CORRECTED:
        records = Record.objects.filter(accession__in=[entry.accession for entry in touched.entries]).order_by("pk")
        under_review: list[Record | Submission] = [*records, *touched.submissions]
        for of in under_review:
            open_re_review(of=of, reference=finding.reference.heir, cause=state, reason=reason, actor=actor)
    _tell(finding, (one for one in touched.concerns if actor is None or one.person.pk != actor.pk))
    return touched


def _hold(finding: RetractionFinding) -> None:
    """Wait for whoever is deciding on what rests on the reference, and let nobody until this is over.

    Submissions before records, as approving does: or the two would wait for each other.
    """
    family = family_of([finding.reference.heir.pk])
    held = Submission.objects.select_for_update(of=("self",)).filter(reference__in=family, status__in=OPEN)
    list(held.order_by("pk").values_list("pk"))
    resting = Entry.objects.current().resting_on(family).values("accession")
    list(Record.objects.select_for_update().filter(accession__in=resting).order_by("pk").values_list("pk"))


def _tell(finding: RetractionFinding, concerns: Iterable[Concern]) -> None:
    """One notice to each person, about all that is theirs."""
    reference = finding.reference.heir
    corrected = finding.state == RetractionState.CORRECTED
    for one in concerns:
        names = [*one.accessions, *(f"submission {each.pk}" for each in one.submissions)]
        what = f"“{reference.title[:200]}” {_WHAT[RetractionState(finding.state)]}."
        if corrected:
            rests = "rests" if len(names) == 1 else "rest"
            text = f"{what} {listed(names)} {rests} on it: read the correction, and revise what it changes."
        else:
            text = f"{what} Under re-review because of it: {listed(names)}."
        notify(
            people=[one.person],
            kind=Notice.Kind.CORRECTION if corrected else Notice.Kind.RE_REVIEW,
            text=text,
            url=_where(one, reference),
            key=f"finding {finding.pk}: {names[0]}",
            also=keys_about(one.accessions),
        )


def _where(concern: Concern, reference: Reference) -> str:
    """The page of the one thing that is concerned; of several, that of the paper."""
    if len(concern.accessions) + len(concern.submissions) > 1:
        return reverse("literature:reference-detail", args=[reference.pk])
    if concern.accessions:
        return reverse("catalogue:entry-detail", args=concern.accessions)
    (submission,) = concern.submissions
    page = "submission" if is_party(concern.person, submission) else "review"
    return reverse(f"curation:{page}-detail", args=[submission.pk])
