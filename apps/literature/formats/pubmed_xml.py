"""PubMed XML: E-utilities (efetch) answers, baseline and update files, single articles and books.

Element meanings: NLM's "MEDLINE/PubMed XML element descriptions". Several versions of one PMID come
as they stand in the file; which of them counts is decided where they are stored.
"""

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

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

Parsing = tuple[list[RawRecord], Future[list[etree._Element | Unreadable]]]

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
    # libxml2 needs no interpreter: it parses one batch while citations are made of the one before.
    with ThreadPoolExecutor(1, thread_name_prefix="parse") as thread:
        before: Parsing | None = None
        for batch in _batches(raw_records):
            if before and len(batch[-1].payload) > BATCH_BYTES:  # never two huge records in memory
                yield from _citations(*before)
                before = None
            parsing = batch, thread.submit(_elements, batch)
            if before:
                yield from _citations(*before)
            before = parsing
        if before:
            yield from _citations(*before)


def _batches(raw_records: Iterable[RawRecord]) -> Iterator[list[RawRecord]]:
    batch: list[RawRecord] = []
    size = 0
    for record in raw_records:
        batch.append(record)
        size += len(record.payload)
        if size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _elements(batch: list[RawRecord]) -> list[etree._Element | Unreadable]:
    return list(parse_records([record.payload for record in batch], [record.line for record in batch]))


def _citations(
    batch: list[RawRecord], parsed: Future[list[etree._Element | Unreadable]]
) -> Iterator[Citation | Problem]:
    for record, element in zip(batch, parsed.result(), strict=False):
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
