"""Knowledge graphs after the Biolink model, as KGX reads them: nodes and edges, each a JSON object on its line.

An entry is one or several edges between its target, its therapies, cancers and cells; every edge names the entry,
its publication and whether the evidence supports or refutes it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from . import iris

Document = Mapping[str, Any]

_TARGET_CATEGORIES = {
    "gene": "biolink:Gene",
    "complex": "biolink:MacromolecularComplex",
    "ligand_receptor": "biolink:MacromolecularComplex",
    "gene_family": "biolink:GeneFamily",
    "pathway": "biolink:Pathway",
    "metabolite": "biolink:SmallMolecule",
    "ecm_component": "biolink:MolecularEntity",
    "cell_population": "biolink:Cell",
    "physical_state": "biolink:PhenotypicFeature",
}
#: What a therapy does to the activity or abundance of its target.
_EFFECTS = {
    "inhibit": ("activity", "decreased"),
    "activate": ("activity", "increased"),
    "deplete": ("abundance", "decreased"),
    "degrade": ("abundance", "decreased"),
    "deliver": ("abundance", "increased"),
}
_SOURCE = "infores:tme-portal"
_CAUSAL = {"A", "B", "D1", "D2"}


def nodes(document: Document, site: str) -> Iterator[dict[str, Any]]:
    """Everything that an entry is about, each once."""
    target = document["target"]
    yield _node(target["id"], target["symbol"], _TARGET_CATEGORIES.get(target["kind"], "biolink:NamedThing"), site)
    for name, category in (
        ("cell_types", "biolink:Cell"),
        ("cell_states", "biolink:Cell"),
        ("cancers", "biolink:Disease"),
        ("therapies", "biolink:ChemicalEntity"),
    ):
        for term in document[name]:
            yield _node(term["id"], term["label"], category, site)


def edges(document: Document, site: str) -> Iterator[dict[str, Any]]:
    """What an entry claims, as relations between two things each."""
    target, evidence = document["target"]["id"], document["evidence"]
    causal = evidence["level"] in _CAUSAL and evidence["type"] in {"therapeutic", "mechanistic", "resistance"}
    for cancer in document["cancers"]:
        role = {"pro_tumour": "biolink:contributes_to", "anti_tumour": "biolink:ameliorates_condition"}
        predicate = role.get(document["role"], "biolink:associated_with") if causal else "biolink:associated_with"
        yield _edge(document, site, target, predicate, cancer["id"])
    for cell in (*document["cell_types"], *document["cell_states"]):
        predicate = "biolink:expressed_in" if evidence["type"] == "localisation" else "biolink:related_to"
        yield _edge(document, site, target, predicate, cell["id"])
    aspect = _EFFECTS.get(document["intervention"])
    for therapy in document["therapies"]:
        qualified = {"object_aspect_qualifier": aspect[0], "object_direction_qualifier": aspect[1]} if aspect else {}
        yield _edge(document, site, therapy["id"], "biolink:affects", target, **qualified)
        for cancer in document["cancers"]:
            predicate = (
                "biolink:applied_to_treat"
                if document["study"]["stage"] != "preclinical"
                else ("biolink:studied_to_treat")
            )
            yield _edge(document, site, therapy["id"], predicate, cancer["id"])


def write_nodes(blocks: Iterable[bytes], site: str) -> Iterator[bytes]:
    """A stream of entries as the nodes that they are about. What is remembered are the ids given out, no more."""
    given: set[str] = set()
    for block in blocks:
        lines = []
        for line in block.splitlines():
            for node in nodes(orjson.loads(line), site):
                if node["id"] not in given:
                    given.add(node["id"])
                    lines.append(orjson.dumps(node, option=orjson.OPT_APPEND_NEWLINE))
        yield b"".join(lines)


def write_edges(blocks: Iterable[bytes], site: str) -> Iterator[bytes]:
    """A stream of entries as edges."""
    for block in blocks:
        yield b"".join(
            orjson.dumps(edge, option=orjson.OPT_APPEND_NEWLINE)
            for line in block.splitlines()
            for edge in edges(orjson.loads(line), site)
        )


def _node(curie: str, name: str, category: str, site: str) -> dict[str, Any]:
    return {"id": curie, "category": [category], "name": name, "iri": iris.iri(curie, site), "provided_by": [_SOURCE]}


def _edge(
    document: Document, site: str, subject: str, predicate: str, object_: str, **qualifiers: str
) -> dict[str, Any]:
    evidence, study = document["evidence"], document["study"]
    return {
        "id": f"{document['accession']}.{document['version']}|{subject}|{predicate}|{object_}",
        "category": ["biolink:Association"],
        "subject": subject,
        "predicate": predicate,
        "object": object_,
        "negated": evidence["direction"] == "contradicts",
        **qualifiers,
        "knowledge_level": "knowledge_assertion" if evidence["level"] != "E" else "statistical_association",
        "agent_type": "manual_agent",
        "primary_knowledge_source": _SOURCE,
        "publications": [iris.publication(study["reference"], site)],
        "has_evidence": [term["id"] for term in evidence["methods"]],
        "source_record_urls": [iris.entry(document, site)],
        "description": document["statement"],
        "direction": evidence["direction"],
        "level": evidence["level"],
    }
