"""OBO Graphs JSON, as ROBOT writes it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from .base import Ontology, OntologyTerm, curie_of, curies_of, named, once, without_repeats

NAME = "OBO Graphs JSON"
PART_OF = {"http://purl.obolibrary.org/obo/BFO_0000050", "part_of"}
REPLACED_BY = "http://purl.obolibrary.org/obo/IAO_0100001"
VERSION = "http://www.w3.org/2002/07/owl#versionInfo"


def recognises(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("graphs"), list)


def read(document: Any) -> Ontology:
    graphs = [graph for graph in document["graphs"] if isinstance(graph, dict)]
    found = [term for graph in graphs for term in _terms(graph)]
    terms, problems = without_repeats(found)
    first = graphs[0] if graphs else {}
    return Ontology(
        format=NAME,
        name=str(first.get("id") or ""),
        version=_version(first),
        terms=terms,
        rows=len(found),
        problems=problems,
    )


def _version(graph: dict[str, Any]) -> str:
    meta = _dict(graph.get("meta"))
    stated = [
        str(each.get("val", "")) for each in _dicts(meta.get("basicPropertyValues")) if each.get("pred") == VERSION
    ]
    return str(meta.get("version") or next(iter(stated), ""))


def _terms(graph: dict[str, Any]) -> Iterator[OntologyTerm]:
    parents: dict[str, list[str]] = defaultdict(list)
    wholes: dict[str, list[str]] = defaultdict(list)
    for edge in _dicts(graph.get("edges")):
        child, kind, other = (str(edge.get(name, "")) for name in ("sub", "pred", "obj"))
        if kind == "is_a":
            parents[child].append(other)
        elif kind in PART_OF:
            wholes[child].append(other)
    for node in _dicts(graph.get("nodes")):
        iri = str(node.get("id", ""))
        curie = curie_of(iri)
        if not curie or node.get("type", "CLASS") != "CLASS":
            continue
        meta = _dict(node.get("meta"))
        said = _dicts(meta.get("synonyms"))
        exact = once(each.get("val", "") for each in said if each.get("pred") == "hasExactSynonym")
        related = once(each.get("val", "") for each in said if each.get("pred") != "hasExactSynonym")
        heirs = [
            each.get("val", "") for each in _dicts(meta.get("basicPropertyValues")) if each.get("pred") == REPLACED_BY
        ]
        yield OntologyTerm(
            curie=curie,
            label=named(curie, node.get("lbl")),
            definition=str(_dict(meta.get("definition")).get("val", "")).strip(),
            synonyms=exact,
            related_synonyms=tuple(text for text in related if text not in exact),
            xrefs=once(each.get("val", "") for each in _dicts(meta.get("xrefs"))),
            parents=curies_of(parents[iri]),
            wholes=curies_of(wholes[iri]),
            obsolete=meta.get("deprecated") is True,
            replaced_by=next(iter(curies_of(heirs)), ""),
        )


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
