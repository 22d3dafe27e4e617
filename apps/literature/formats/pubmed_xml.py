"""PubMed XML: E-utilities (efetch) answers, baseline and update files, single articles and books.

Element meanings: NLM's "MEDLINE/PubMed XML element descriptions". Several versions of one PMID come
as they stand in the file; which of them counts is decided where they are stored.
"""

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from .citation import Citation, Problem, RawRecord
from .opening import ByteStream, Unreadable
from .pubmed_pieces import text_of
from .pubmed_record import citation_of
from .safe_xml import Dialect, parse_records, split
from .xml_opening import read_opening

NAME = "pubmed_xml"
LABEL = "PubMed XML"
BATCH_BYTES = 200_000  # small documents stay in the processor's cache

# What other files of the same servers hold, and what to do about it.
OTHER_ROOTS = {
    "pmc-articleset": "This is a PubMed Central article set (full texts), not PubMed XML: fetch it with db=pubmed.",
    "article": "This is a full text (JATS XML), not PubMed XML: fetch the citation from PubMed.",
    "eSearchResult": "This is the answer to a search (a list of ids), not the citations: fetch them as PubMed XML.",
    "eSummaryResult": "These are summaries, not PubMed XML: fetch the citations with efetch and retmode=xml.",
    "ePostResult": "This is a server's receipt, not the citations: fetch them as PubMed XML.",
    "eLinkResult": "This is a list of links, not the citations: fetch them as PubMed XML.",
    "eFetchResult": "PubMed's server answered without any citation.",
    "eSpellResult": "This is a spelling suggestion of PubMed's server, not the citations.",
}
SERVER_ERROR = re.compile(r"<ERROR>\s*([^<]{1,300}?)\s*</ERROR>")


def recognises(head: bytes) -> bool:
    try:
        return DIALECT.knows(read_opening(head).root)
    except Unreadable:
        return False


def explains(head: bytes) -> str:
    """Why a file that is no PubMed XML is none, "" where there is nothing particular to say."""
    try:
        opening = read_opening(head)
    except Unreadable:
        return ""
    text = opening.text.decode("utf-8", "replace")
    if error := SERVER_ERROR.search(text):
        return f"PubMed's server answered with an error instead of citations: “{error[1]}”."
    return OTHER_ROOTS.get(opening.root, "")


def records(source: ByteStream) -> Iterator[RawRecord | Problem]:
    """The records of a file, cut but not parsed, in order."""
    return split(source, DIALECT)


def parse(raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
    """One citation for each record; ends with a fatal ``Problem`` at the first that is not XML."""
    batch: list[RawRecord] = []
    size = 0
    for record in raw_records:
        batch.append(record)
        size += len(record.payload)
        if size > BATCH_BYTES:
            yield from _parse_batch(batch)
            batch, size = [], 0
    if batch:
        yield from _parse_batch(batch)


def _parse_batch(batch: list[RawRecord]) -> Iterator[Citation | Problem]:
    elements = parse_records([record.payload for record in batch], [record.line for record in batch])
    for record, element in zip(batch, elements, strict=False):
        if isinstance(element, Unreadable):
            yield Problem(record.position, "", f"{element.reason} Nothing after it was read.", fatal=True)
        else:
            yield citation_of(element, record.position)


def other(element: etree._Element) -> Iterator[Problem]:
    """What the children of a set that are no records mean."""
    if element.tag in {"DeleteCitation", "DeleteDocument"}:
        for number in element.iter("PMID"):
            pmid = text_of(number)
            yield Problem(None, f"PMID {pmid}", "PubMed has deleted this citation. Nothing was deleted here.")
    else:
        words = text_of(element)[:200]
        yield Problem(None, "", f"<{element.tag}> is no record and was left out{f': {words}' if words else ''}.")


DIALECT = Dialect(
    edition=b"pubmed_xml 2",
    sets={
        "PubmedArticleSet": ("PubmedArticle", "PubmedBookArticle"),
        "PubmedBookArticleSet": ("PubmedBookArticle",),
        "MedlineCitationSet": ("MedlineCitation",),
    },
    lone=("PubmedArticle", "PubmedBookArticle", "MedlineCitation"),
    other=other,
)
