"""JSON-LD: the published documents as they are, with a context that says what each member means.

The context is served at a stable address, so a document is its stored text with three members more in front.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import orjson

from . import iris

CONTEXT_PATH = "/api/v1/context/"
_HEAD = re.compile(r'\{"accession":"([^"]+)","version":(\d+)')
_KINDS = {
    "entry": "Entry",
    "target": "Target",
    "reference": "Reference",
    "term": "Term",
    "combination": "Combination",
    "change": "Change",
    "version": "Version",
    "release": "Release",
}
#: Members with a meaning that others share; every other one is a word of our own.
_MEANINGS: dict[str, Any] = {
    "accession": "schema:identifier",
    "version": "schema:version",
    "published_at": {"@id": "schema:datePublished", "@type": "xsd:dateTime"},
    "changed_at": {"@id": "schema:dateModified", "@type": "xsd:dateTime"},
    "cut_at": {"@id": "schema:dateCreated", "@type": "xsd:dateTime"},
    "statement": "schema:text",
    "target": "schema:about",
    "symbol": "schema:alternateName",
    "name": "schema:name",
    "label": "rdfs:label",
    "title": "schema:name",
    "summary": "schema:abstract",
    "author_claim": "schema:quotation",
    "reference": "schema:citation",
    "curated_by": "schema:author",
    "reviewed_by": "schema:reviewedBy",
    "orcid": "schema:identifier",
    "sample_size": "schema:size",
    "year": "schema:datePublished",
    "journal": "schema:isPartOf",
    "authors": {"@id": "schema:creator", "@container": "@list"},
    "species": "schema:taxonomicRange",
    "url": {"@id": "schema:url", "@type": "@id"},
    "next": {"@id": "hydra:next", "@type": "@id"},
    "previous": {"@id": "hydra:previous", "@type": "@id"},
    "results": "hydra:member",
}


@cache
def context(site: str) -> dict[str, Any]:
    """The context; it only ever gains members."""
    numbered = {"id": "schema:identifier"}
    return {
        "@context": {
            "@version": 1.1,
            "@vocab": f"{site}{CONTEXT_PATH}#",
            "schema": "https://schema.org/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
            "hydra": "http://www.w3.org/ns/hydra/core#",
            **{name: {"@id": begin, "@prefix": True} for name, begin in iris.prefixes(site).items()},
            "id": "@id",
            **_MEANINGS,
            # The portal's own number of a publication is no address.
            "reference": {"@id": "schema:citation", "@context": numbered},
            "Reference": {"@id": f"{site}{CONTEXT_PATH}#Reference", "@context": numbered},
            # A dossier counts by code: its codes are no addresses.
            "Target": {
                "@id": f"{site}{CONTEXT_PATH}#Target",
                "@context": {"evidence": {"@id": f"{site}{CONTEXT_PATH}#counts", "@context": numbered}},
            },
        }
    }


def one(kind: str, text: str, site: str) -> str:
    """A stored document as a document of its own."""
    return f'{{"@context":"{site}{CONTEXT_PATH}",{_with_head(kind, text, site)[1:]}'


def page(
    kind: str, texts: Iterable[str], site: str, *, address: str, following: str | None, previous: str | None
) -> str:
    """Stored documents as the members of one page."""
    head = orjson.dumps(
        {
            "@context": f"{site}{CONTEXT_PATH}",
            "@id": address,
            "@type": "hydra:PartialCollectionView",
            "next": following,
            "previous": previous,
        }
    ).decode()
    return f'{head[:-1]},"results":[{",".join(_with_head(kind, text, site) for text in texts)}]}}'


def write(blocks: Iterable[bytes], site: str) -> Iterator[bytes]:
    """A stream of entries: one whole document on each line."""
    for block in blocks:
        yield "".join(f"{one('entry', text, site)}\n" for text in block.decode().split("\n") if text).encode()


def _with_head(kind: str, text: str, site: str) -> str:
    """The text with its own address and type in front; targets and terms have their address in ``id``."""
    head = {"@type": _KINDS[kind]}
    if kind == "entry" and (found := _HEAD.match(text)):
        head = {"@id": iris.entry({"accession": found[1], "version": found[2]}, site)} | head
    return f"{orjson.dumps(head).decode()[:-1]},{text[1:]}"
