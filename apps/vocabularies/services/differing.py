"""What a version of an ontology changes in the vocabularies; no database, so that it can be tried by itself.

* A newer version overwrites what an older one said; an older one only adds what is missing; two of
  the same day add up. A version without a day counts as older than any other.
* Names and cross-references only ever add up: what curators added is never taken away.
* A link to a parent goes only if the newer file knows that parent and no longer names it: a part of
  an ontology (a slim) does not cut what lies outside of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ..choices import VOCABULARY_OF_PREFIX, Vocabulary
from ..ontologies import Ontology, OntologyTerm

KINDS = ("new", "renamed", "obsoleted", "revived", "replaced", "moved", "reworded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A term as the portal has it, or will have it."""

    curie: str
    vocabulary: str
    label: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    related_synonyms: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    parents: frozenset[str] = frozenset()
    wholes: frozenset[str] = frozenset()
    obsolete: bool = False
    replaced_by: str = ""
    source: str = ""
    version_date: date | None = None


@dataclass(slots=True)
class Difference:
    """What loading changes: every term as it will be, and the same in words for people, by ``KINDS``."""

    after: dict[str, Known] = field(default_factory=dict)
    lists: dict[str, list[list[Any]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    unchanged: int = 0

    @property
    def created(self) -> int:
        return len(self.lists["new"])

    @property
    def updated(self) -> int:
        return len(self.after) - self.created

    def as_json(self) -> dict[str, Any]:
        counts = {"created": self.created, "updated": self.updated, "unchanged": self.unchanged}
        return {**counts, **{kind: rows for kind, rows in self.lists.items() if rows}}


def vocabulary_of(curie: str) -> str:
    return VOCABULARY_OF_PREFIX.get(curie.split(":", 1)[0], Vocabulary.OTHER)


def compare(ontology: Ontology, terms: Iterable[OntologyTerm], known: Mapping[str, Known], source: str) -> Difference:
    """``terms`` of the ontology against what is known; see ``_within_its_vocabulary`` for links."""
    terms = list(terms)
    inside = {term.curie for term in terms}
    exist = inside | known.keys()
    difference = Difference()
    for stated in terms:
        term = _within_its_vocabulary(stated, exist)
        before = known.get(term.curie)
        if before is None:
            if term.label:
                after = _fresh(term, source, ontology.date)
                difference.after[term.curie] = after
                difference.lists["new"].append([term.curie, after.label])
            continue
        after = _merged(before, term, ontology, inside, source)
        if _says(after) == _says(before):
            difference.unchanged += 1
            continue
        difference.after[term.curie] = after
        _tell(difference.lists, before, after)
    return difference


def _within_its_vocabulary(term: OntologyTerm, exist: set[str]) -> OntologyTerm:
    """Without links that lead nowhere, or to a term that could not stand in the same field of a record."""
    vocabulary = vocabulary_of(term.curie)

    def kept(curies: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            each for each in curies if each in exist and each != term.curie and vocabulary_of(each) == vocabulary
        )

    return replace(
        term, parents=kept(term.parents), wholes=kept(term.wholes), replaced_by="".join(kept([term.replaced_by]))
    )


def _says(term: Known) -> Known:
    """All but which version said it: that alone is no change."""
    return replace(term, source="", version_date=None)


def _fresh(term: OntologyTerm, source: str, day: date | None) -> Known:
    return Known(
        curie=term.curie,
        vocabulary=vocabulary_of(term.curie),
        label=term.label,
        definition=term.definition,
        synonyms=_others(term.label, term.synonyms),
        related_synonyms=term.related_synonyms,
        xrefs=term.xrefs,
        parents=frozenset(term.parents),
        wholes=frozenset(term.wholes),
        obsolete=term.obsolete,
        replaced_by=term.replaced_by,
        source=source,
        version_date=day,
    )


def _merged(before: Known, term: OntologyTerm, ontology: Ontology, inside: set[str], source: str) -> Known:
    carries, day = ontology.carries, ontology.date
    newer = day is not None and (before.version_date is None or day > before.version_date)
    older = before.version_date is not None and (day is None or day < before.version_date)
    label = term.label if newer and term.label else before.label
    # Whoever knows the old name still finds the term.
    synonyms = _others(label, (*before.synonyms, *term.synonyms, before.label))

    def links(had: frozenset[str], named: tuple[str, ...], fact: str) -> frozenset[str]:
        if older and had:
            return had
        gone = {each for each in had if each in inside and each not in named} if newer and fact in carries else set()
        return (had | set(named)) - gone

    return replace(
        before,
        label=label,
        definition=(term.definition if newer and term.definition else before.definition) or term.definition,
        synonyms=synonyms,
        related_synonyms=tuple(
            each for each in _added(before.related_synonyms, term.related_synonyms) if each not in synonyms
        ),
        xrefs=_added(before.xrefs, term.xrefs),
        parents=links(before.parents, term.parents, "parents"),
        wholes=links(before.wholes, term.wholes, "wholes"),
        obsolete=term.obsolete if newer and "obsolete" in carries else before.obsolete,
        replaced_by=(term.replaced_by if newer and "replaced_by" in carries else before.replaced_by)
        or term.replaced_by,
        source=source if newer else before.source,
        version_date=day if newer else before.version_date,
    )


def _added(before: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *more)))


def _others(label: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(names) if name != label)


def _tell(lists: dict[str, list[list[Any]]], before: Known, after: Known) -> None:
    curie = after.curie
    if before.label != after.label:
        lists["renamed"].append([curie, before.label, after.label])
    if after.obsolete and not before.obsolete:
        lists["obsoleted"].append([curie, after.label, after.replaced_by])
    elif before.obsolete and not after.obsolete:
        lists["revived"].append([curie, after.label])
    elif before.replaced_by != after.replaced_by:
        lists["replaced"].append([curie, after.label, before.replaced_by, after.replaced_by])
    if (before.parents, before.wholes) != (after.parents, after.wholes):
        was, now = before.parents | before.wholes, after.parents | after.wholes
        lists["moved"].append([curie, after.label, sorted(was - now), sorted(now - was)])
    words = ("definition", "synonyms", "related_synonyms", "xrefs")
    if any(getattr(before, name) != getattr(after, name) for name in words) and before.label == after.label:
        lists["reworded"].append([curie, after.label])
