"""Ontologies as two Python packages and OncoTree bring them, in JSON of their own."""

from collections.abc import Iterator
from typing import Any

from .base import Ontology, OntologyTerm, curie_of, curies_of, named, once, without_repeats

CELLXGENE, INDRA, ONCOTREE = "CELLxGENE JSON", "INDRA JSON", "OncoTree JSON"


def recognises(document: Any) -> bool:
    return bool(_reader(document))


def read(document: Any) -> Ontology:
    ontology = _reader(document)(document)
    assert isinstance(ontology, Ontology)
    return ontology


def _reader(document: Any) -> Any:
    if isinstance(document, list):
        first = document[0] if document else None
        return _indra if isinstance(first, dict) and {"id", "name"} <= first.keys() else None
    if not isinstance(document, dict) or not document:
        return None
    first = next(iter(document.values()))
    if isinstance(first, dict) and {"code", "name", "children"} <= first.keys():
        return _oncotree
    return _cellxgene if isinstance(first, dict) and {"label", "ancestors"} <= first.keys() else None


def _cellxgene(document: dict[str, Any]) -> Ontology:
    """``{id: {label, description, synonyms, ancestors: {id: distance}, deprecated, replaced_by}}``"""
    terms = [
        OntologyTerm(
            curie=curie,
            label=named(curie, facts.get("label")),
            definition=str(facts.get("description") or "").strip(),
            synonyms=once(facts.get("synonyms") or ()),
            parents=curies_of([above for above, distance in (facts.get("ancestors") or {}).items() if distance == 1]),
            obsolete=facts.get("deprecated") is True,
            replaced_by=curie_of(str(facts.get("replaced_by") or "")),
        )
        for key, facts in document.items()
        if isinstance(facts, dict) and (curie := curie_of(key))
    ]
    carries = frozenset({"definition", "parents", "obsolete", "replaced_by"})
    return Ontology(format=CELLXGENE, name="", version="", terms=tuple(terms), rows=len(document), carries=carries)


def _indra(document: list[Any]) -> Ontology:
    """``[{id, name, synonyms, xrefs: [{namespace, id}], relations: {is_a: […]}}]``"""
    terms, problems = without_repeats(
        [
            OntologyTerm(
                curie=curie,
                label=named(curie, facts.get("name")),
                synonyms=once(facts.get("synonyms") or ()),
                xrefs=once(f"{each['namespace']}:{each['id']}" for each in facts.get("xrefs") or ()),
                parents=curies_of((facts.get("relations") or {}).get("is_a") or []),
            )
            for facts in document
            if isinstance(facts, dict) and (curie := curie_of(str(facts.get("id", ""))))
        ]
    )
    return Ontology(
        format=INDRA,
        name="",
        version="",
        terms=terms,
        rows=len(document),
        carries=frozenset({"parents"}),
        problems=problems,
    )


def _oncotree(document: dict[str, Any]) -> Ontology:
    """A tree of ``{code, name, externalReferences, children}``; the codes become ``ONCOTREE:`` ids."""
    terms = list(_branches(document, ""))
    carries = frozenset({"parents"})
    return Ontology(format=ONCOTREE, name="oncotree", version="", terms=tuple(terms), rows=len(terms), carries=carries)


def _branches(children: dict[str, Any], parent: str) -> Iterator[OntologyTerm]:
    for facts in children.values():
        curie = f"ONCOTREE:{facts['code']}"
        known = facts.get("externalReferences") or {}
        yield OntologyTerm(
            curie=curie,
            label=named(curie, facts.get("name")),
            xrefs=once(f"{source}:{each}" for source, ids in known.items() for each in ids),
            parents=(parent,) if parent else (),
        )
        yield from _branches(facts.get("children") or {}, curie)
