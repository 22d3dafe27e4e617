"""EndNote XML: what EndNote exports, and Zotero, Bookends and others write in its form.

Each text may stand in ``<style>`` elements. An accession number is a PMID only where the record says
that it comes from PubMed; other databases number their records as well.
"""

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from ..choices import ReferenceType
from . import preprints
from .citation import Citation, Problem, RawRecord, clean_pmcid, clean_pmid
from .identifiers import doi_in, pmid_in
from .names import author_of
from .opening import ByteStream, Unreadable
from .pubmed_pieces import text_of
from .safe_xml import Dialect, parse_records, split
from .texts import plain, sections
from .xml_opening import read_opening
from .years import year_in

NAME = "endnote_xml"
LABEL = "EndNote XML"

TYPES = {
    "journal article": ReferenceType.ARTICLE,
    "electronic article": ReferenceType.ARTICLE,
    "conference paper": ReferenceType.ARTICLE,
    "conference proceedings": ReferenceType.ARTICLE,
    "preprint": ReferenceType.PREPRINT,
    "dataset": ReferenceType.DATASET,
} | dict.fromkeys(
    ("book", "book section", "edited book", "electronic book", "electronic book section", "encyclopedia", "serial"),
    ReferenceType.BOOK,
)
PATHS = (
    *("titles/title", "titles/secondary-title", "periodical/full-title", "periodical/abbr-1"),
    *("electronic-resource-num", "accession-num", "custom2", "remote-database-name", "remote-database-provider"),
    *("dates/year", "dates/pub-dates/date", "volume", "number", "pages", "language"),
)
PUBMED = re.compile(r"\b(?:NLM|PubMed|Medline)\b", re.IGNORECASE)
RECORDS = re.compile(rb"<records[\s/>]")
ITS_OWN = re.compile(rb"<(?:ref-type|contributors|titles|rec-number)[\s/>]")
# EndNote lets characters through that no XML may hold, as they are or by their numbers.
ILLEGAL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]"
    rb"|&#(?:x0{0,6}(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0{0,6}(?:[0-8]|1[124-9]|2\d|3[01]));"
)


def recognises(head: bytes) -> bool:
    try:
        opening = read_opening(head)
    except Unreadable:
        return False
    telling = {"xml": RECORDS, "records": ITS_OWN}.get(opening.root)
    return bool(telling and telling.search(opening.text, opening.root_start))


def explains(head: bytes) -> str:
    try:
        root = read_opening(head).root
    except Unreadable:
        return ""
    if root in {"XML", "RECORDS"}:
        return "This is XML of EndNote 7 or older: export the library as RIS, or from a newer EndNote."
    return ""


def records(source: ByteStream) -> Iterator[RawRecord | Problem]:
    """The records of a file, cut but not parsed, in order."""
    return split(source, DIALECT)


def parse(raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
    """One citation for each record; ends with a fatal ``Problem`` at the first that is not XML."""
    for record in raw_records:
        for element in parse_records([ILLEGAL.sub(b"", record.payload)], [record.line]):
            if isinstance(element, Unreadable):
                yield Problem(record.position, "", f"{element.reason} Nothing after it was read.", fatal=True)
                return
            yield citation_of(element, record.position)


def other(element: etree._Element) -> Iterator[Problem]:
    yield Problem(None, "", f"<{element.tag}> is no record and was left out.")


DIALECT = Dialect(
    edition=b"endnote_xml 1",
    sets={"xml": ("record",), "records": ("record",)},
    lone=(),
    other=other,
    within={"xml": "records"},
)


# --- one record -------------------------------------------------------------------------------


def citation_of(record: etree._Element, position: int) -> Citation:
    texts = {path: plain(text_of(record.find(path))) for path in PATHS}
    notes: list[str] = []
    venue = texts["titles/secondary-title"] or texts["periodical/full-title"] or texts["periodical/abbr-1"]
    said = texts["electronic-resource-num"]
    doi = doi_in(said)
    if said and not doi:
        notes.append(f"“{said[:80]}” is no DOI and was left out.")
    kind = record.find("ref-type")
    kind_name = (kind.get("name") or "").lower() if kind is not None else ""
    names = (plain(text_of(author)) for author in record.iterfind("contributors/authors/author"))
    return Citation(
        position=position,
        pmid=_pmid(record, texts),
        doi=doi,
        pmcid=clean_pmcid(texts["custom2"]) if texts["custom2"].upper().startswith("PMC") else None,
        title=texts["titles/title"],
        abstract=sections(text_of(record.find("abstract"))),
        journal=venue,
        year=year_in(texts["dates/year"]) or year_in(texts["dates/pub-dates/date"]),
        volume=texts["volume"],
        issue=texts["number"],
        pages=texts["pages"],
        language=texts["language"],
        authors=tuple(filter(None, map(author_of, names))),
        reference_type=ReferenceType.PREPRINT
        if preprints.is_server(venue)
        else TYPES.get(kind_name, ReferenceType.OTHER),
        notes=tuple(notes),
    )


def _pmid(record: etree._Element, texts: dict[str, str]) -> int | None:
    number = texts["accession-num"]
    if not number.isdigit():
        return None
    origin = f"{texts['remote-database-name']} {texts['remote-database-provider']}"
    urls = (text_of(url) for url in record.iterfind("urls/*/url"))
    known = PUBMED.search(origin) or any(pmid_in(url) == clean_pmid(number) for url in urls)
    return clean_pmid(number) if known else None
