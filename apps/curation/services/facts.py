"""Gathering what the rules need to know, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import replace

from apps.literature.models import Reference
from apps.vocabularies.models import Target, Term

from ..content import Content
from ..models import Record, Submission
from ..rules import Facts, Finding, ReferenceFact, TargetFact, TermFact, Twin, check, named_terms

#: What only observes, with everything below it in the Evidence and Conclusion Ontology.
CORRELATIVE_METHODS = frozenset(
    {
        "ECO:0000008",  # expression pattern evidence
        "ECO:0000041",  # similarity evidence
        "ECO:0000087",  # immunolocalization evidence
        "ECO:0000361",  # inferential evidence
        "ECO:0001026",  # co-localization evidence
        "ECO:0001055",  # immunohistochemistry evidence
        "ECO:0001533",  # localization evidence
        "ECO:0007672",  # computational evidence
    }
)


def facts_for(content: Content, *, record: Record | None = None) -> Facts:
    """The facts about a content; ``record`` is the one it belongs to, which is no duplicate of itself."""
    reference = Reference.objects.standing_for(content.reference) if content.reference is not None else None
    if reference is not None:
        content = replace(content, reference=reference.pk)
    return Facts(
        target=_target(content.target),
        reference=_fact(reference),
        terms=_terms(content),
        twins=_twins(content, record),
        # A published entry and its revision go by one name.
        near=tuple(dict.fromkeys(_name(other) for other in Submission.objects.similar_to(content, record=record))),
    )


def findings(submission: Submission) -> list[Finding]:
    """What the rules say about a submission as it is stored."""
    content = submission.content()
    return check(content, facts_for(content, record=submission.record))


def _target(curie: str) -> TargetFact | None:
    target = Target.objects.select_related("merged_into").filter(curie=curie).first() if curie else None
    if target is None:
        return None
    return TargetFact(
        curie=target.curie,
        symbol=target.symbol,
        classes=tuple(target.classes),
        status=target.status,
        merged_into=target.merged_into.curie if target.merged_into else "",
        merged_into_symbol=target.merged_into.symbol if target.merged_into else "",
    )


def _fact(reference: Reference | None) -> ReferenceFact | None:
    if reference is None:
        return None
    return ReferenceFact(
        id=reference.pk,
        reference_type=reference.reference_type,
        retraction_state=reference.retraction_state,
        abstract=reference.abstract,
        nct_ids=tuple(reference.nct_ids),
    )


def _terms(content: Content) -> dict[str, TermFact]:
    curies = {curie for _field, curie in named_terms(content)}
    if not curies:
        return {}
    above = Term.objects.ancestors_of(content.methods)
    return {
        term.curie: TermFact(
            curie=term.curie,
            label=term.label,
            vocabulary=term.vocabulary,
            status=term.status,
            obsolete=term.obsolete,
            replaced_by=term.replaced_by.curie if term.replaced_by else "",
            replaced_by_label=term.replaced_by.label if term.replaced_by else "",
            correlative=not CORRELATIVE_METHODS.isdisjoint(above.get(term.curie, ())),
        )
        for term in Term.objects.select_related("replaced_by").filter(curie__in=curies)
    }


def _twins(content: Content, record: Record | None) -> tuple[Twin, ...]:
    twins: Iterable[Submission] = Submission.objects.twins_of(content, record=record)
    return tuple(Twin(name=_name(twin), published=twin.published_version is not None) for twin in twins)


def _name(submission: Submission) -> str:
    return submission.record.accession or f"submission {submission.pk}"
