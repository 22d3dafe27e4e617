"""A submission as the document that the catalogue publishes: ids with the labels they have now."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from apps.accounts.models import User
from apps.catalogue.document import (
    EntryDocument,
    EvidencePart,
    OutcomePart,
    Person,
    ReferenceRef,
    StudyPart,
    TargetRef,
    TermRef,
    TextPart,
)
from apps.literature.models import Reference
from apps.vocabularies.choices import TherapyRelation
from apps.vocabularies.models import Target, Term

from .content import Content
from .models import Submission
from .statement import sentence

_NO_ACCESSION = "TMEE:0000000"


def to_document(
    submission: Submission, *, accession: str, version: int, published_at: datetime, reviewed_by: Iterable[User]
) -> EntryDocument:
    """The document of a submission that has its target and reference (the rules see to that).

    Of the review it tells nothing but the names: no answers to warnings, no reasons, no hashes.
    """
    content = submission.content()
    target, reference = submission.target, submission.paper
    assert target is not None
    assert reference is not None
    lists = {name: _terms(getattr(submission, name).all()) for name in _LISTS}
    single = {name: _term(getattr(submission, name)) for name in ("tissue", "process", "species")}
    return EntryDocument(
        accession=accession,
        version=version,
        published_at=published_at,
        statement=statement(submission),
        target=_target(target),
        compartment=content.compartment,
        component=content.component,
        cell_types=lists["cell_types"],
        cell_states=lists["cell_states"],
        cancers=lists["cancers"],
        cancer_stage=content.cancer_stage,
        line_of_therapy=content.line_of_therapy,
        disease_setting=content.disease_setting,
        tissue=single["tissue"],
        mechanisms=tuple(sorted(content.mechanisms)),
        role=content.role,
        process=single["process"],
        intervention=content.intervention,
        therapies=lists["therapies"],
        therapy_relation=content.therapy_relation or (TherapyRelation.SINGLE if content.therapies else ""),
        comparator=content.comparator,
        outcome=_outcome(content),
        evidence=EvidencePart(
            type=content.evidence_type,
            direction=content.direction,
            level=content.level,
            quality=tuple(sorted(content.quality)),
            attribution=content.attribution,
            methods=lists["methods"],
        ),
        study=StudyPart(
            reference=_reference(reference),
            nct_ids=tuple(sorted(content.nct_ids)),
            datasets=tuple(sorted(content.datasets)),
            cohort_key=content.cohort_key,
            system=content.system,
            species=single["species"],
            immune_competence=content.immune_competence,
            stage=content.stage,
            stop_reason=content.stop_reason,
        ),
        text=TextPart(
            author_claim=content.author_claim,
            claim_place=content.claim_place,
            claim_place_detail=content.claim_place_detail,
            summary=content.summary,
            marker_panel=content.marker_panel,
        ),
        curated_by=_people([submission.submitter, *submission.co_editors.order_by("pk")]),
        reviewed_by=_people(reviewed_by),
        change_note=submission.change_note if version > 1 else "",
    )


def provisional(submission: Submission) -> EntryDocument | None:
    """As it would be published now, whoever reviews it; None where the rules would not let it be."""
    if submission.target is None or submission.paper is None:
        return None
    return to_document(
        submission,
        accession=submission.record.accession or _NO_ACCESSION,
        version=(submission.based_on or 0) + 1,
        published_at=timezone.now(),
        reviewed_by=(),
    )


def statement(submission: Submission) -> str:
    """The claim as one sentence; of a draft as far as it goes, and empty for an empty one."""
    terms = [term for name in _LISTS for term in getattr(submission, name).all()]
    terms += filter(None, [submission.species])
    labels = {term.curie: term.label for term in terms}
    if submission.target is not None:
        labels[submission.target.curie] = submission.target.symbol
    return sentence(submission.content(), labels)


_LISTS = ("cell_types", "cell_states", "cancers", "therapies", "methods")


def _terms(terms: Iterable[Term]) -> tuple[TermRef, ...]:
    return tuple(TermRef(term.curie, term.label) for term in sorted(terms, key=lambda term: term.curie))


def _term(term: Term | None) -> TermRef | None:
    return TermRef(term.curie, term.label) if term else None


def _target(target: Target) -> TargetRef:
    return TargetRef(
        id=target.curie, symbol=target.symbol, name=target.name, kind=target.kind, classes=tuple(target.classes)
    )


def _outcome(content: Content) -> OutcomePart:
    return OutcomePart(
        type=content.outcome,
        change=content.change,
        effect_measure=content.effect_measure,
        effect_value=content.effect_value,
        ci_low=content.ci_low,
        ci_high=content.ci_high,
        p_value=content.p_value,
        sample_size=content.sample_size,
    )


def _reference(reference: Reference) -> ReferenceRef:
    return ReferenceRef(
        id=reference.pk,
        pmid=reference.pmid,
        doi=reference.doi,
        pmcid=reference.pmcid,
        title=reference.title,
        journal=reference.journal,
        year=reference.year,
        authors=tuple(filter(None, map(_author, reference.authors))),
        reference_type=reference.reference_type,
        retraction_state=reference.retraction_state,
    )


def _author(author: dict[str, str]) -> str:
    """“Ada Lovelace”, or the name of a group."""
    person = " ".join(filter(None, [author.get("given", ""), author.get("family", "")]))
    return person or author.get("collective", "") or ""


def _people(people: Iterable[User]) -> tuple[Person, ...]:
    return tuple(Person(name=person.get_full_name(), orcid=person.orcid) for person in people)
