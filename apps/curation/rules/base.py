"""What rules look at and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices

from ..workflow import Verb

BOTH = (Verb.SUBMIT, Verb.APPROVE)

HUMAN = "NCBITaxon:9606"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a rule has to say about one field: what is wrong, and how to mend it.

    ``stops`` names the verbs that it stands in the way of. A warning may ask for a written answer
    (``needs_answer``): it stops both verbs until there is one, kept in ``content.answers[rule]``.
    ``exchange`` are the id that is to leave the field and the one that mends it, where there is one.
    """

    rule: str
    field: str
    message: str
    mend: str
    severity: str = "error"
    stops: tuple[Verb, ...] = BOTH
    needs_answer: bool = False
    answer: str = ""
    exchange: tuple[str, str] | None = None


def error(
    rule: str,
    field: str,
    message: str,
    mend: str,
    *,
    stops: tuple[Verb, ...] = BOTH,
    exchange: tuple[str, str] | None = None,
) -> Finding:
    return Finding(rule=rule, field=field, message=message, mend=mend, stops=stops, exchange=exchange)


def warning(rule: str, field: str, message: str, mend: str, *, stops: tuple[Verb, ...] = ()) -> Finding:
    return Finding(rule=rule, field=field, message=message, mend=mend, severity="warning", stops=stops)


def question(rule: str, field: str, message: str, mend: str, answer: str) -> Finding:
    """A warning that the curator has to answer in writing; the reviewer sees both."""
    return Finding(
        rule=rule,
        field=field,
        message=message,
        mend=mend,
        severity="warning",
        stops=() if answer.strip() else BOTH,
        needs_answer=True,
        answer=answer.strip(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFact:
    """A term as the vocabularies have it now. ``replaced_by`` is the id of its successor, or empty."""

    curie: str
    label: str
    vocabulary: str
    status: str = "approved"
    obsolete: bool = False
    replaced_by: str = ""
    replaced_by_label: str = ""
    correlative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFact:
    curie: str
    symbol: str
    classes: tuple[str, ...] = ()
    status: str = "approved"
    merged_into: str = ""
    merged_into_symbol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFact:
    id: int
    reference_type: str = "article"
    retraction_state: str = "none"
    abstract: str = ""
    nct_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Another record with the same duplicate key: its accession, or its number while unpublished."""

    name: str
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the portal knows about the things that a content names."""

    target: TargetFact | None = None
    reference: ReferenceFact | None = None
    terms: Mapping[str, TermFact] = field(default_factory=dict)
    twins: tuple[Twin, ...] = ()
    near: tuple[str, ...] = ()

    def labels(self) -> dict[str, str]:
        """The words for the ids: a target's symbol, a term's label."""
        labels = {curie: term.label for curie, term in self.terms.items()}
        if self.target is not None:
            labels[self.target.curie] = self.target.symbol
        return labels


def label(kind: type[TextChoices], code: str) -> str:
    """The wording of a code, or the code itself where it is none of ours."""
    return str(dict(kind.choices).get(code, code))


def listed(words: list[str]) -> str:
    """“a, b and c”."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
