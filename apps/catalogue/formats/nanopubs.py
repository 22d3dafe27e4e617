"""Nanopublications in TriG: what an entry claims, where that comes from, and who published it, as three graphs.

They are unsigned: the address of a version, which never changes, is their name, and its SHA-256 is in the API.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from . import iris

Document = Mapping[str, Any]

_PREFIXES = {
    "np": "http://www.nanopub.org/nschema#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "prov": "http://www.w3.org/ns/prov#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
#: Members of the document that the assertion states of the claim: the word of our own, and whether a term is meant.
_TERMS = ("cell_types", "cell_states", "cancers", "therapies")
_CODES = ("compartment", "component", "role", "intervention", "therapy_relation", "cancer_stage", "disease_setting")


def trig(document: Document, site: str) -> str:
    """One version of an entry as a nanopublication, without the prefixes."""
    this = f"<{iris.entry(document, site)}#nanopub>"
    claim, parts = (
        f"<{iris.entry(document, site)}#claim>",
        {name: f"<{iris.entry(document, site)}#{name}>" for name in ("head", "assertion", "provenance", "pubinfo")},
    )
    head = [
        (this, "a", "np:Nanopublication"),
        (this, "np:hasAssertion", parts["assertion"]),
        (this, "np:hasProvenance", parts["provenance"]),
        (this, "np:hasPublicationInfo", parts["pubinfo"]),
    ]
    return "\n".join(
        f"{parts[name]} {{\n{''.join(f'  {s} {p} {o} .{chr(10)}' for s, p, o in triples)}}}"
        for name, triples in (
            ("head", head),
            ("assertion", list(_assertion(document, claim, site))),
            ("provenance", list(_provenance(document, parts["assertion"], site))),
            ("pubinfo", list(_pubinfo(document, this, site))),
        )
    )


def prefixes(site: str) -> str:
    known = _PREFIXES | {"tme": f"{site}/api/v1/context/#"}
    return "".join(f"@prefix {name}: <{begin}> .\n" for name, begin in known.items())


def write(blocks: Iterable[bytes], site: str) -> Iterator[bytes]:
    """A stream of entries as one TriG file."""
    yield prefixes(site).encode()
    for block in blocks:
        yield "".join(f"\n{trig(orjson.loads(line), site)}\n" for line in block.splitlines()).encode()


def _assertion(document: Document, claim: str, site: str) -> Iterator[tuple[str, str, str]]:
    evidence, outcome = document["evidence"], document["outcome"]
    yield claim, "a", "tme:Claim"
    yield claim, "rdfs:label", _text(document["statement"])
    target = _address(document["target"]["id"], site)
    yield claim, "tme:target", target
    yield target, "rdfs:label", _text(document["target"]["symbol"])
    for member in _TERMS:
        for term in document[member]:
            yield claim, f"tme:{member}", _address(term["id"], site)
            yield _address(term["id"], site), "rdfs:label", _text(term["label"])
    codes = {member: document[member] for member in _CODES} | {
        "outcome": outcome["type"],
        "change": outcome["change"],
        "evidence_type": evidence["type"],
        "direction": evidence["direction"],
        "level": evidence["level"],
    }
    for member, code in codes.items():
        if code:
            yield claim, f"tme:{member}", _text(code)


def _provenance(document: Document, assertion: str, site: str) -> Iterator[tuple[str, str, str]]:
    reference = _uri(iris.reference(document["study"]["reference"], site))
    yield assertion, "prov:wasDerivedFrom", reference
    yield reference, "dct:title", _text(document["study"]["reference"]["title"])
    for method in document["evidence"]["methods"]:
        yield assertion, "prov:wasGeneratedBy", _address(method["id"], site)
    if document["text"]["author_claim"]:
        yield assertion, "prov:value", _text(document["text"]["author_claim"])
    for person in document["curated_by"]:
        yield from _credited(assertion, "prov:wasAttributedTo", person)


def _pubinfo(document: Document, this: str, site: str) -> Iterator[tuple[str, str, str]]:
    yield this, "dct:created", f'"{document["published_at"]}"^^xsd:dateTime'
    yield this, "dct:isVersionOf", _uri(f"{site}/entries/{document['accession']}/")
    yield this, "tme:version", str(document["version"])
    for person in document["curated_by"]:
        yield from _credited(this, "dct:creator", person)
    for person in document["reviewed_by"]:
        yield from _credited(this, "tme:reviewed_by", person)


def _credited(subject: str, predicate: str, person: Document) -> Iterator[tuple[str, str, str]]:
    if person["orcid"]:
        who = _uri(f"{iris.PREFIXES['ORCID']}{person['orcid']}")
        yield subject, predicate, who
        yield who, "foaf:name", _text(person["name"])
    else:
        yield subject, predicate, f"[ foaf:name {_text(person['name'])} ]"


def _address(curie: str, site: str) -> str:
    return _uri(iris.iri(curie, site))


_UNSAFE = {code: f"%{code:02X}" for code in (*range(0x21), *map(ord, '<>"{}|^`\\'))}


def _uri(address: str) -> str:
    """An address between angle brackets; what may not stand there is percent-encoded."""
    return f"<{address.translate(_UNSAFE)}>"


def _text(value: str) -> str:
    """A literal: what JSON escapes, Turtle escapes alike, but for the control characters that it has no letter for."""
    return orjson.dumps(value).decode()
