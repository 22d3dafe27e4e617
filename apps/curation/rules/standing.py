"""The rules 8 to 11 of the domain: what the portal knows about the things a content names."""

from collections.abc import Iterator

from apps.vocabularies.choices import TermStatus, Vocabulary

from ..content import Content
from ..workflow import Verb
from .base import Facts, Finding, TermFact, error, listed, question, warning
from .required import WITHOUT_LEVEL

#: Which vocabulary the terms of a field come from.
VOCABULARY_OF_FIELD = {
    "cell_types": Vocabulary.CELL_TYPE,
    "cell_states": Vocabulary.CELL_STATE,
    "cancers": Vocabulary.CANCER,
    "tissue": Vocabulary.TISSUE,
    "process": Vocabulary.PROCESS,
    "therapies": Vocabulary.THERAPY,
    "methods": Vocabulary.METHOD,
    "species": Vocabulary.SPECIES,
}


def named_terms(content: Content) -> Iterator[tuple[str, str]]:
    """Every (field, CURIE) that the content names."""
    for field in VOCABULARY_OF_FIELD:
        value = getattr(content, field)
        for curie in (value,) if isinstance(value, str) else value:
            if curie:
                yield field, curie


# 8
def terms(content: Content, facts: Facts) -> Iterator[Finding]:
    """Terms exist, belong to their field, and are neither obsolete nor declined; pending ones wait."""
    for field, curie in named_terms(content):
        term = facts.terms.get(curie)
        if term is None:
            yield error("term", field, f"There is no term {curie} in the vocabularies.", "Choose another term.")
        else:
            yield from _term(field, term)


def _term(field: str, term: TermFact) -> Iterator[Finding]:
    name = f"{term.label} ({term.curie})"
    vocabulary = VOCABULARY_OF_FIELD[field]
    if term.vocabulary != vocabulary:
        yield error("term", field, f"{name} is not a term for this field.", f"Choose a {vocabulary.label.lower()}.")
    elif term.obsolete or term.status == TermStatus.DECLINED:
        what = "is obsolete" if term.obsolete else "was proposed and declined"
        heir = f"{term.replaced_by_label or term.replaced_by} ({term.replaced_by})"
        mend = f"Choose {heir} in its place." if term.replaced_by else "Choose another term."
        exchange = (term.curie, term.replaced_by) if term.replaced_by else None
        yield error("term", field, f"{name} {what}.", mend, exchange=exchange)
    elif term.status == TermStatus.PENDING:
        yield warning(
            "term",
            field,
            f"{name} is not decided on yet.",
            "You may submit; approval waits until the term is approved.",
            stops=(Verb.APPROVE,),
        )


def target(content: Content, facts: Facts) -> Iterator[Finding]:
    """The same for the target."""
    if not content.target:
        return
    found = facts.target
    if found is None:
        yield error("target", "target", f"There is no target {content.target}.", "Choose another target.")
    elif found.merged_into:
        heir = found.merged_into_symbol or found.merged_into
        yield error(
            "target",
            "target",
            f"{found.symbol} was merged into {heir}.",
            f"Choose {heir} in its place.",
            exchange=(found.curie, found.merged_into),
        )
    elif found.status == TermStatus.DECLINED:
        yield error("target", "target", f"{found.symbol} was proposed and declined.", "Choose another target.")
    elif found.status == TermStatus.PENDING:
        yield warning(
            "target",
            "target",
            f"{found.symbol} is not decided on yet.",
            "You may submit; approval waits until the target is approved.",
            stops=(Verb.APPROVE,),
        )


# 9
def retraction(content: Content, facts: Facts) -> Iterator[Finding]:
    """Nothing rests on a retracted reference; a concern is weighed in writing."""
    if content.reference is None:
        return
    if facts.reference is None:
        yield error("retraction", "reference", "This reference is not known.", "Import it first, or choose another.")
    elif facts.reference.retraction_state in {"retracted", "withdrawn"}:
        yield error(
            "retraction",
            "reference",
            f"This reference was {facts.reference.retraction_state}.",
            "Choose another publication that reports the same, or withdraw the submission.",
        )
    elif facts.reference.retraction_state == "expression_of_concern":
        yield question(
            "retraction",
            "reference",
            "The journal has expressed concern about this reference.",
            "Say in a sentence why the finding can still be relied on.",
            dict(content.answers).get("retraction", ""),
        )


# 10
def review_article(content: Content, facts: Facts) -> Iterator[Finding]:
    """A review article may locate evidence but never carries a level."""
    if content.level and facts.reference is not None and facts.reference.reference_type in WITHOUT_LEVEL:
        yield error(
            "review-article",
            "level",
            "The reference is a review article, which has no results of its own and carries no level.",
            "Clear the level, or cite the article that reports the experiment.",
        )


# 11
def duplicates(content: Content, facts: Facts) -> Iterator[Finding]:
    """The same claim from the same reference is not recorded twice; near ones are shown."""
    published = [twin.name for twin in facts.twins if twin.published]
    waiting = [twin.name for twin in facts.twins if not twin.published]
    same = "the same target, cell types, cancer, therapies, intervention, outcome and reference"
    if published:
        yield error(
            "duplicate",
            "target",
            f"{listed(published)} already has {same}.",
            "Propose a revision of it, or say in the fields what differs.",
        )
    elif waiting:
        yield error(
            "duplicate",
            "target",
            f"{listed(waiting)}, which is before the editors, has {same}.",
            "Wait for its outcome, or say in the fields what differs.",
            stops=(Verb.SUBMIT,),
        )
    if facts.near:
        yield warning(
            "duplicate",
            "target",
            f"Much the same is said by {listed(list(facts.near))}.",
            "Compare them before you submit.",
        )


RULES = (terms, target, retraction, review_article, duplicates)
