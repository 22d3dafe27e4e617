"""OWL in RDF/XML, as ROBOT and Protégé write it; only what the portal uses, in one pass and flat memory."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from .base import Ontology, OntologyTerm, UnreadableOntology, curie_of, named, once, without_repeats

NAME = "OWL"
_OWL = "{http://www.w3.org/2002/07/owl#}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_RDFS = "{http://www.w3.org/2000/01/rdf-schema#}"
_OBO = "{http://purl.obolibrary.org/obo/}"
_IN_OWL = "{http://www.geneontology.org/formats/oboInOwl#}"
_RESOURCE, _ABOUT = f"{_RDF}resource", f"{_RDF}about"
_SYNONYMS = {f"{_IN_OWL}has{scope}Synonym" for scope in ("Related", "Narrow", "Broad")}
_PART_OF = "http://purl.obolibrary.org/obo/BFO_0000050"


def recognises(head: str) -> bool:
    return "<rdf:RDF" in head and "owl#" in head


def read(file: BinaryIO) -> Ontology:
    version = name = ""
    terms: list[OntologyTerm] = []
    try:
        for element in _top(file):
            if element.tag == f"{_OWL}Ontology":
                name = str(element.get(_ABOUT, ""))
                version = _version(element) or version
            elif element.tag == f"{_OWL}Class" and (term := _term(element)):
                terms.append(term)
    except etree.XMLSyntaxError as error:
        raise UnreadableOntology(f"The OWL file is not well-formed XML on line {error.lineno or 1:,}.") from None
    once_each, problems = without_repeats(terms)
    return Ontology(format=NAME, name=name, version=version, terms=once_each, rows=len(terms), problems=problems)


def _top(file: BinaryIO) -> Iterator[Any]:
    """The children of the root, each freed when it was looked at. No entity is expanded, nothing fetched."""
    depth = 0
    for event, element in etree.iterparse(
        file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    ):
        depth += 1 if event == "start" else -1
        if event == "end" and depth == 1:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _version(ontology: Any) -> str:
    address = ontology.find(f"{_OWL}versionIRI")
    info = ontology.find(f"{_OWL}versionInfo")
    return str((address.get(_RESOURCE) if address is not None else "") or (info.text if info is not None else "") or "")


def _term(element: Any) -> OntologyTerm | None:
    curie = curie_of(str(element.get(_ABOUT, "")))
    if not curie:
        return None
    texts: dict[str, list[str]] = {}
    parents, wholes, heirs = [], [], []
    obsolete = False
    for child in element:
        if child.tag == f"{_RDFS}subClassOf":
            parent, whole = _above(child)
            parents.append(parent)
            wholes.append(whole)
        elif child.tag == f"{_OBO}IAO_0100001":
            heirs.append(curie_of(child.get(_RESOURCE) or child.text or ""))
        elif child.tag == f"{_OWL}deprecated":
            obsolete = (child.text or "").strip() == "true"
        elif isinstance(child.tag, str):
            texts.setdefault(child.tag, []).append(child.text or "")
    exact = once(texts.get(f"{_IN_OWL}hasExactSynonym", ()))
    related = once(text for tag in _SYNONYMS for text in texts.get(tag, ()))
    return OntologyTerm(
        curie=curie,
        label=named(curie, next(iter(texts.get(f"{_RDFS}label", ())), "")),
        definition=next(iter(texts.get(f"{_OBO}IAO_0000115", ())), "").strip(),
        synonyms=exact,
        related_synonyms=tuple(sorted(text for text in related if text not in exact)),
        xrefs=once(texts.get(f"{_IN_OWL}hasDbXref", ())),
        parents=once(parents),
        wholes=once(wholes),
        obsolete=obsolete,
        replaced_by=next(filter(None, heirs), ""),
    )


def _above(sub_class: Any) -> tuple[str, str]:
    """The parent of a plain is_a, the whole of a part_of restriction; "" for what there is not."""
    if parent := sub_class.get(_RESOURCE):
        return curie_of(parent), ""
    for restriction in sub_class.iter(f"{_OWL}Restriction"):
        kind, other = restriction.find(f"{_OWL}onProperty"), restriction.find(f"{_OWL}someValuesFrom")
        if kind is not None and other is not None and kind.get(_RESOURCE) == _PART_OF:
            return "", curie_of(other.get(_RESOURCE) or "")
    return "", ""
