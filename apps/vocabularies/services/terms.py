"""Writing the terms of an ontology: some statements for tens of thousands of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import models

from apps.accounts.models import Event, User

from ..models import OntologyLoad, Term
from ..ontologies import Ontology
from .differing import Difference, Known, compare

_DATE_IN_NAME = re.compile(r"(?<!\d)(\d{4})[-_](\d{2})[-_](\d{2})(?!\d)")
_COLUMNS = (
    "vocabulary", "label", "definition", "synonyms", "related_synonyms", "xrefs", "obsolete", "source", "version_date",
)  # fmt: skip
_BATCH = 2000


class TermLoading:
    """The terms of one file, beside those the portal knows."""

    def __init__(self, load: OntologyLoad, ontology: Ontology) -> None:
        self.load = load
        # Some syntaxes have no place for the version; then people write it into the name of the file.
        if not ontology.version and (found := _DATE_IN_NAME.search(load.file_name)):
            ontology = replace(ontology, version="-".join(found.groups()))
        self.ontology = ontology
        prefixes = tuple(f"{prefix}:" for prefix in load.prefixes)
        self.terms = [term for term in ontology.terms if not prefixes or term.curie.startswith(prefixes)]
        self.known = known_terms(
            {curie for term in self.terms for curie in (term.curie, *term.parents, *term.wholes, term.replaced_by)}
        )
        self.difference = compare(ontology, self.terms, self.known, self.source)

    @property
    def source(self) -> str:
        version = self.ontology.date.isoformat() if self.ontology.date else self.ontology.version
        named = self.ontology.name.rsplit("/", 1)[-1] or self.load.file_name
        return f"{named} {version}".strip()[:200]

    def describe(self) -> None:
        """Write down what the file is and what it changes."""
        load, ontology = self.load, self.ontology
        load.format = ontology.format
        load.name = (ontology.name.rsplit("/", 1)[-1] or load.file_name)[:200]
        load.version = ontology.version[:200]
        load.version_date = ontology.date
        load.rows = ontology.rows
        load.difference = {**self.difference.as_json(), "problems": list(ontology.problems[:100])}

    def write(self, actor: User | None) -> None:
        write_terms(self.difference, self.known, actor=actor, load=self.load)


def known_terms(curies: set[str]) -> dict[str, Known]:
    """The stored terms among these ids, in a constant number of queries."""
    rows = {term.curie: term for term in Term.objects.filter(curie__in=curies).select_related("replaced_by")}
    parents = _links(Term.parents.through, rows)
    wholes = _links(Term.wholes.through, rows)
    return {
        curie: Known(
            curie=curie,
            vocabulary=term.vocabulary,
            label=term.label,
            definition=term.definition,
            synonyms=tuple(term.synonyms),
            related_synonyms=tuple(term.related_synonyms),
            xrefs=tuple(term.xrefs),
            parents=frozenset(parents.get(curie, ())),
            wholes=frozenset(wholes.get(curie, ())),
            obsolete=term.obsolete,
            replaced_by=term.replaced_by.curie if term.replaced_by else "",
            source=term.source,
            version_date=term.version_date,
        )
        for curie, term in rows.items()
    }


def _links(link: type[models.Model], rows: Mapping[str, Term]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    pairs = link._default_manager.filter(from_term__in=[term.pk for term in rows.values()])
    for curie, above in pairs.values_list("from_term__curie", "to_term__curie"):
        found.setdefault(curie, set()).add(above)
    return found


def write_terms(difference: Difference, known: Mapping[str, Known], *, actor: User | None, load: OntologyLoad) -> None:
    """Store every term as the difference says, its links, and one event for each."""
    after = difference.after
    Term.objects.bulk_create(
        (
            Term(curie=curie, **{name: _column(getattr(term, name)) for name in _COLUMNS})
            for curie, term in after.items()
        ),
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["curie"],
        update_fields=_COLUMNS,
    )
    named = {curie for term in after.values() for curie in (term.curie, *term.parents, *term.wholes, term.replaced_by)}
    pks = dict(Term.objects.filter(curie__in=named - {""}).values_list("curie", "pk"))
    _relink(Term.parents.through, after, known, pks, "parents")
    _relink(Term.wholes.through, after, known, pks, "wholes")
    _succeed(after, known, pks)
    Event.objects.bulk_create(_events(after, known, pks, actor, load), batch_size=_BATCH)


def _column(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _relink(
    link: type[models.Model], after: Mapping[str, Known], known: Mapping[str, Known], pks: Mapping[str, int], name: str
) -> None:
    manager = link._default_manager
    fresh = []
    for curie, term in after.items():
        was = getattr(known[curie], name) if curie in known else frozenset()
        now = getattr(term, name)
        if gone := was - now:
            manager.filter(from_term=pks[curie], to_term__curie__in=gone).delete()
        fresh += [link(from_term_id=pks[curie], to_term_id=pks[above]) for above in sorted(now - was)]
    manager.bulk_create(fresh, batch_size=_BATCH, ignore_conflicts=True)


def _succeed(after: Mapping[str, Known], known: Mapping[str, Known], pks: Mapping[str, int]) -> None:
    changed = [
        Term(pk=pks[curie], replaced_by_id=pks[term.replaced_by] if term.replaced_by else None)
        for curie, term in after.items()
        if term.replaced_by != (known[curie].replaced_by if curie in known else "")
    ]
    Term.objects.bulk_update(changed, ["replaced_by"], batch_size=_BATCH)


def _events(
    after: Mapping[str, Known],
    known: Mapping[str, Known],
    pks: Mapping[str, int],
    actor: User | None,
    load: OntologyLoad,
) -> Iterable[Event]:
    """A line of history for each term (``record_event``, for many)."""
    for curie, term in after.items():
        before = known.get(curie)
        changed = [] if before is None else [name for name in _TOLD if getattr(before, name) != getattr(term, name)]
        yield Event(
            actor=actor,
            verb="create" if before is None else "update",
            object_type="term",
            object_id=str(pks[curie]),
            data={"load": load.pk} if before is None else {"load": load.pk, "changed": changed},
        )


_TOLD = (
    "label", "definition", "synonyms", "related_synonyms", "xrefs", "parents", "wholes", "obsolete", "replaced_by",
)  # fmt: skip
