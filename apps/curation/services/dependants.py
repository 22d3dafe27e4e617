"""What rests on references: the entries and submissions that a finding would touch, and whom that concerns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from apps.accounts.models import User
from apps.catalogue.document import as_it_stands
from apps.catalogue.models import Entry
from apps.literature.models import Reference, RetractionFinding, RetractionState
from apps.literature.querysets import ReferenceQuerySet

from ..models import Submission
from ..workflow import OPEN


@dataclass(slots=True)
class Concern:
    """What one person has to do with it: entries by accession, and submissions of their own or claimed."""

    person: User
    accessions: list[str] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Dependants:
    """What applying a finding touches, as it stands now; whoever looks beforehand and whoever applies ask the same."""

    entries: tuple[Entry, ...]
    submissions: tuple[Submission, ...]
    concerns: tuple[Concern, ...]

    @property
    def drafts(self) -> int:
        """How many of the submissions only their authors may see."""
        return sum(1 for one in self.submissions if one.submitted_at is None)

    @property
    def seen_by_editors(self) -> list[Submission]:
        return [one for one in self.submissions if one.submitted_at is not None]

    @property
    def people(self) -> list[User]:
        """Whom an editor may know about: not who is concerned by a draft of their own alone."""
        return [
            one.person
            for one in self.concerns
            if one.accessions or any(each.submitted_at is not None for each in one.submissions)
        ]


def dependants_of(findings: Sequence[RetractionFinding]) -> list[Dependants]:
    """For each finding in turn; a fixed number of queries for all of them.

    An entry is touched where its document, or what happened since, knows of nothing as grave; an open
    submission where it was begun before the finding and was not under re-review for as much.
    """
    heirs = [finding.reference.merged_into_id or finding.reference_id for finding in findings]
    family = family_of(heirs)
    entries = list(Entry.objects.current().resting_on(family).defer("search").order_by("number"))
    accessions = [entry.accession for entry in entries]
    submissions = list(
        Submission.objects.filter(Q(reference__in=family, status__in=OPEN) | Q(record__accession__in=accessions))
        .select_related("record", "submitter", "claimed_by", "target")
        .prefetch_related("co_editors", "decisions__editor", "reviews__editor", "re_reviews")
        .order_by("pk")
    )
    return [
        _of(
            finding,
            [entry for entry in entries if family[entry.reference] == heir],
            [one for one in submissions if one.status in OPEN and family.get(one.reference_id or 0) == heir],
            submissions,
            family,
        )
        for finding, heir in zip(findings, heirs, strict=True)
    ]


def resting() -> ReferenceQuerySet:
    """The references that an entry in force or an open submission rests on, and the heirs of those that were merged."""
    published = Q(pk__in=Entry.objects.current().values("reference"))
    submitted = Q(pk__in=Submission.objects.open().filter(reference__isnull=False).values("reference"))
    direct = Reference.objects.filter(published | submitted)
    heirs = direct.filter(merged_into__isnull=False).values("merged_into")
    return Reference.objects.filter(Q(pk__in=direct.values("pk")) | Q(pk__in=heirs))


def family_of(heirs: Collection[int]) -> dict[int, int]:
    """The references with these numbers and all that were merged into them: each number → its heir."""
    merged = Reference.objects.filter(merged_into__in=heirs).values_list("pk", "merged_into")
    return {heir: heir for heir in heirs} | {pk: heir for pk, heir in merged if heir}


def _of(
    finding: RetractionFinding,
    entries: Iterable[Entry],
    open_submissions: Iterable[Submission],
    of_records: Sequence[Submission],
    family: Mapping[int, int],
) -> Dependants:
    gravity = RetractionState(finding.state).gravity
    touched = tuple(entry for entry in entries if _gravity(entry) < gravity)
    waiting = tuple(
        one for one in open_submissions if one.created_at < finding.found_at and not _was_reviewed(one, gravity, family)
    )
    concerns: dict[int, Concern] = {}
    for entry in touched:
        people = [who for one in of_records if one.record.accession == entry.accession for who in people_of(one)]
        for person in dict.fromkeys(people):
            concerns.setdefault(person.pk, Concern(person)).accessions.append(entry.accession)
    for one in waiting:
        for person in dict.fromkeys(people_of(one)):
            concerns.setdefault(person.pk, Concern(person)).submissions.append(one)
    return Dependants(touched, waiting, tuple(concerns.values()))


def _gravity(entry: Entry) -> int:
    reference = as_it_stands(entry.document, entry.retraction_state)["study"]["reference"]
    return RetractionState(reference["retraction_state"]).gravity


def _was_reviewed(submission: Submission, gravity: int, family: Mapping[int, int]) -> bool:
    mine = family[submission.reference_id or 0]
    return any(
        family.get(one.reference_id or 0) == mine and one.gravity >= gravity for one in submission.re_reviews.all()
    )


def people_of(submission: Submission) -> list[User]:
    """Who wrote it, who reviews it, and who decided on it."""
    reviewers = [seat.editor for seat in submission.panel]
    deciders = [decision.editor for decision in submission.decisions.all()]
    return [submission.submitter, *submission.co_editors.all(), *reviewers, *deciders]
