"""Taking the seeds into the portal: the vocabularies at once, the records by the way that every record takes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from apps.accounts.models import Event, User
from apps.accounts.roles import Role
from apps.accounts.services import conflict_statement_in_force, make_conflict_statement, record_event
from apps.accounts.services.portal import portal_account
from apps.catalogue.models import TargetDossier
from apps.catalogue.services import refresh_target
from apps.core.exceptions import Refused
from apps.literature.models import Reference
from apps.literature.services import upsert_citations
from apps.vocabularies.models import Target
from apps.vocabularies.services import save_targets, save_terms

from ..sources import SeedRecord, Seeds
from .drafting import save_draft, start, submit
from .panel import claim
from .reviewing import approve
from .steps import RulesRefused

CURATION = "portal-curation"
REVIEW = "portal-review"
SECOND_REVIEW = "portal-second-review"
STATEMENT = "none: an account of the portal itself, which takes the records that ship with it through review"
APPROVAL = "Ships with the portal. Its facts were compared with their source before: {source}."
SEEDED = "seed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many of each kind were new or changed."""

    terms: int
    targets: int
    references: int
    records: int


@transaction.atomic
def take_seeds(*, seeds: Seeds) -> Taken:
    """Bring the portal to what the seeds say, all or nothing; repeated, it changes nothing.

    A record is taken once, and known by its seed id from then on: what became of it afterwards is
    the editors' business. Raises ``Refused`` that names the record and the rule it breaks.
    """
    terms = save_terms(terms=seeds.terms)
    targets = save_targets(targets=seeds.targets)
    references = upsert_citations(seeds.citations)
    _refresh_dossiers(targets.changed)
    records = _take_records(seeds.records)
    return Taken(
        terms=len(terms.changed),
        targets=len(targets.changed),
        references=references.created + references.updated,
        records=records,
    )


def _refresh_dossiers(changed: Iterable[str]) -> None:
    """Every target has a dossier, and it says what the vocabulary says."""
    stale = set(changed) | set(
        Target.objects.usable()
        .exclude(curie__in=TargetDossier.objects.values("target"))
        .values_list("curie", flat=True)
    )
    for target in Target.objects.filter(curie__in=stale).order_by("symbol"):
        refresh_target(target)


def _take_records(records: Iterable[SeedRecord]) -> int:
    taken = set(Event.objects.filter(verb=SEEDED, object_type="record").values_list("data__seed", flat=True))
    fresh = [record for record in records if record.id not in taken]
    if not fresh:
        return 0
    curator = portal_account(username=CURATION, name="Portal curation", role=Role.CURATOR)
    editors = [
        portal_account(username=REVIEW, name="Portal review", role=Role.EDITOR),
        portal_account(username=SECOND_REVIEW, name="Portal second review", role=Role.EDITOR),
    ]
    for editor in editors:
        if conflict_statement_in_force(editor) is None:
            make_conflict_statement(person=editor, text=STATEMENT)
    references = Reference.objects.in_bulk({record.pmid for record in fresh}, field_name="pmid")
    for record in fresh:
        _take(record, references[record.pmid], curator, editors)
    return len(fresh)


def _take(record: SeedRecord, reference: Reference, curator: User, editors: Iterable[User]) -> None:
    try:
        draft = start(actor=curator, reference=reference)
        draft = save_draft(
            actor=curator,
            submission=draft,
            content=record.content(reference.pk),
            edit_count=draft.edit_count,
        )
        submission = submit(actor=curator, submission=draft)
        reason = APPROVAL.format(source=record.source)
        for editor, _ in zip(editors, range(submission.seats), strict=False):
            submission = claim(actor=editor, submission=submission)
            approve(actor=editor, submission=submission, content_hash=submission.content_hash, reason=reason)
    except RulesRefused as refusal:
        broken = "; ".join(f"rule {one.rule}, field {one.field}: {one.message}" for one in refusal.findings)
        raise Refused(f"The seed record {record.id} breaks {broken}", code="rules") from refusal
    except Refused as refusal:
        raise Refused(f"The seed record {record.id} was refused: {refusal.reason}", code=refusal.code) from refusal
    record_event(actor=None, verb=SEEDED, obj=submission.record, data={"seed": record.id, "source": record.source})
