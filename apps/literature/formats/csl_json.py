"""CSL-JSON: what Zotero, Mendeley, pandoc, Manubot and doi.org (content negotiation) write.

Meaning of the fields: the CSL 1.0.2 specification. Zotero keeps the PMID of an item in lines of its note.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..choices import ReferenceType
from . import preprints
from .citation import Citation, Problem, RawRecord
from .csl_pieces import TYPES, Identifiers, authors_of, text_of, titled, year_of
from .lenient_json import look
from .opening import ByteStream
from .safe_json import Dialect, split
from .safe_json import parse as parse_json
from .texts import sections

NAME = "csl_json"
LABEL = "CSL-JSON"
INSIDE = ("items",)

#: One of these tells an item from any other object; the rest of CSL's fields are too common.
TELLING = {"title", "DOI", "PMID", "PMCID", "author", "issued", "container-title", "citation-key", "ISBN"}
IN_NOTE = re.compile(r"^\s*(PMID|PMCID)\s*:\s*(\S+)\s*$", re.MULTILINE | re.IGNORECASE)


def recognises(head: bytes) -> bool:
    seen = look(head, INSIDE)
    if seen is None:
        return False
    if not seen.record:  # an empty list, or one of an empty item
        return not seen.envelope
    return not TELLING.isdisjoint(seen.record) and "itemType" not in seen.record


def explains(head: bytes) -> str:
    seen = look(head, INSIDE)
    if seen and seen.record and "itemType" in seen.record:
        return "This is Zotero's own JSON. Export the items from Zotero as CSL JSON, RIS or BibTeX."
    return ""


def records(source: ByteStream) -> Iterator[RawRecord | Problem]:
    """The items of a file, cut but not parsed, in order."""
    return split(source, DIALECT)


def parse(raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
    """One citation for each record, or what is wrong with it."""
    return parse_json(raw_records, DIALECT)


def citation_of(item: dict[str, Any], position: int) -> Citation:
    noted = _noted(item.get("note"))
    ids = Identifiers(
        pmid=item.get("PMID") or noted.get("PMID"),
        doi=item.get("DOI"),
        pmcid=item.get("PMCID") or noted.get("PMCID"),
    )
    abstract = item.get("abstract")
    return Citation(
        position=position,
        pmid=ids.pmid,
        doi=ids.doi,
        pmcid=ids.pmcid,
        title=titled(text_of(item.get("title")), text_of(item.get("subtitle"))),
        abstract=sections(abstract) if isinstance(abstract, str) else "",
        journal=text_of(item.get("container-title")),
        year=year_of(item.get("issued")),
        volume=text_of(item.get("volume")),
        issue=text_of(item.get("issue")),
        pages=text_of(item.get("page")),
        language=text_of(item.get("language")),
        authors=authors_of(item.get("author")),
        reference_type=_type(item),
        notes=tuple(ids.notes),
    )


def _noted(note: Any) -> dict[str, str]:
    return {name.upper(): value for name, value in IN_NOTE.findall(note)} if isinstance(note, str) else {}


def _type(item: dict[str, Any]) -> ReferenceType:
    venue = text_of(item.get("container-title")) or text_of(item.get("publisher"))
    if text_of(item.get("genre")).lower() == "preprint" or preprints.is_server(venue):
        return ReferenceType.PREPRINT
    return TYPES.get(text_of(item.get("type")), ReferenceType.OTHER)


DIALECT = Dialect(b"csl_json 1", INSIDE, explains, citation_of)
