"""PubMed XML: E-utilities (efetch) answers, baseline and update files, single articles and books.

Element meanings: NLM's "MEDLINE/PubMed XML element descriptions". Several versions of one PMID come
as they stand in the file; which of them counts is decided where they are stored.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from lxml import etree

from ..choices import ReferenceType, RetractionState
from .citation import Author, Citation, Problem, RawRecord, clean_doi, clean_pmcid, clean_pmid
from .opening import ByteStream, Unreadable
from .safe_xml import Dialect, parse_records, read_opening, split

NAME = "pubmed_xml"
LABEL = "PubMed XML"
BATCH_BYTES = 200_000  # small documents stay in the processor's cache

YEAR = re.compile(r"\b(1[5-9]\d\d|2[01]\d\d)\b")
NCT = re.compile(r"^NCT\d{8}$")

# The first kind whose publication types are met is the kind of the reference.
TYPES = (
    (
        ReferenceType.NOTICE,
        {"Retraction of Publication", "Retraction Notice", "Published Erratum", "Expression of Concern"},
    ),
    (ReferenceType.PREPRINT, {"Preprint"}),
    (ReferenceType.META_ANALYSIS, {"Meta-Analysis", "Network Meta-Analysis"}),
    (ReferenceType.REVIEW, {"Review", "Systematic Review", "Scoping Review"}),
    (ReferenceType.CASE_REPORT, {"Case Reports"}),
    (ReferenceType.EDITORIAL, {"Editorial", "Letter", "News", "Comment", "Newspaper Article"}),
    (ReferenceType.ABSTRACT, {"Meeting Abstract", "Congress"}),
    (ReferenceType.DATASET, {"Dataset"}),
    (ReferenceType.ARTICLE, {"Journal Article"}),
)
RETRACTION_LINKS = {
    "RetractionIn": RetractionState.RETRACTED,
    "ExpressionOfConcernIn": RetractionState.EXPRESSION_OF_CONCERN,
    "ErratumIn": RetractionState.CORRECTED,
    "CorrectedandRepublishedIn": RetractionState.CORRECTED,
    "RetractedandRepublishedIn": RetractionState.RETRACTED,
}

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
    if element.tag == "DeleteCitation":
        for number in element.iter("PMID"):
            pmid = _text(number)
            yield Problem(None, f"PMID {pmid}", "PubMed has deleted this citation. Nothing was deleted here.")
    else:
        words = _text(element)[:200]
        yield Problem(None, "", f"<{element.tag}> is no record and was left out{f': {words}' if words else ''}.")


DIALECT = Dialect(
    edition=b"pubmed_xml 1",
    sets={
        "PubmedArticleSet": ("PubmedArticle", "PubmedBookArticle"),
        "PubmedBookArticleSet": ("PubmedBookArticle",),
        "MedlineCitationSet": ("MedlineCitation",),
    },
    lone=("PubmedArticle", "PubmedBookArticle", "MedlineCitation"),
    other=other,
)


# --- one record -------------------------------------------------------------------------------


def citation_of(element: etree._Element, position: int) -> Citation:
    if element.tag == "PubmedBookArticle":
        return _book(element, position)
    if element.tag == "MedlineCitation":
        return _article(element, None, position)
    citation = data = None
    for child in element:
        if child.tag == "MedlineCitation":
            citation = child
        elif child.tag == "PubmedData":
            data = child
    return _article(citation, data, position)


class Draft:
    """The facts of one record as they are met."""

    __slots__ = ("facts", "notes")

    def __init__(self, position: int) -> None:
        self.facts: dict[str, object] = {"position": position}
        self.notes: list[str] = []

    def citation(self) -> Citation:
        if self.notes:
            self.facts["notes"] = tuple(self.notes)
        return Citation(**self.facts)  # type: ignore[arg-type]

    def pmid(self, element: etree._Element) -> None:
        text = _text(element)
        pmid = clean_pmid(text)
        if pmid is None:
            self.notes.append(f"“{text[:80]}” is no PMID and was left out.")
            return
        self.facts["pmid"] = pmid
        version = element.get("Version", "1")
        self.facts["pmid_version"] = int(version) if version.isascii() and version.isdigit() and len(version) < 4 else 1

    def doi(self, text: str) -> None:
        if not text or "doi" in self.facts:
            return
        doi = clean_doi(text)
        if doi:
            self.facts["doi"] = doi
        else:
            self.notes.append(f"“{text[:80]}” is no DOI and was left out.")

    def article_ids(self, id_list: etree._Element) -> None:
        """The ids of the article itself (those of its cited references stand elsewhere)."""
        for element in id_list:
            kind = element.get("IdType")
            if kind == "doi":
                self.doi(_text(element))
            elif kind == "pmc" and "pmcid" not in self.facts and (text := _text(element)):
                pmcid = clean_pmcid(text)
                if pmcid:
                    self.facts["pmcid"] = pmcid
                else:
                    self.notes.append(f"“{text[:80]}” is no PMCID and was left out.")

    def retraction(self, state: RetractionState) -> None:
        known = RetractionState(str(self.facts.get("retraction_state", RetractionState.NONE)))
        if state.gravity > known.gravity:
            self.facts["retraction_state"] = state

    def types(self, names: tuple[str, ...], default: ReferenceType) -> None:
        self.facts["publication_types"] = names
        known = set(names)
        self.facts["reference_type"] = next((kind for kind, of in TYPES if of & known), default)
        if "Retracted Publication" in known:
            self.retraction(RetractionState.RETRACTED)


def _article(citation: etree._Element | None, data: etree._Element | None, position: int) -> Citation:  # noqa: PLR0912 - one branch per element
    draft = Draft(position)
    if data is not None:
        for child in data:
            if child.tag == "ArticleIdList":
                draft.article_ids(child)
    for child in citation if citation is not None else ():
        tag = child.tag
        if tag == "PMID":
            draft.pmid(child)
        elif tag == "DateRevised":
            draft.facts["revised_on"] = _date(child)
        elif tag == "Article":
            _read_article(child, draft)
        elif tag == "MedlineJournalInfo":
            if not draft.facts.get("journal"):
                draft.facts["journal"] = _text(child.find("MedlineTA"))
        elif tag == "CommentsCorrectionsList":
            for link in child:
                if state := RETRACTION_LINKS.get(link.get("RefType", "")):
                    draft.retraction(state)
        elif tag == "MeshHeadingList":
            draft.facts["mesh_terms"] = _unique(_text(heading.find("DescriptorName")) for heading in child)
    return draft.citation()


def _read_article(article: etree._Element, draft: Draft) -> None:  # noqa: PLR0912 - one branch per element
    facts = draft.facts
    vernacular = ""
    locations = []
    dates: list[int | None] = []
    languages = []
    for child in article:
        tag = child.tag
        if tag == "Journal":
            _read_journal(child, facts)
        elif tag == "ArticleTitle":
            facts["title"] = _text(child)
        elif tag == "VernacularTitle":
            vernacular = _text(child)
        elif tag == "Pagination":
            facts["pages"] = _pages(child)
        elif tag == "ELocationID":
            if child.get("EIdType") == "doi" and child.get("ValidYN", "Y") == "Y":
                locations.append(_text(child))
        elif tag == "Abstract":
            facts["abstract"] = _abstract(child)
        elif tag == "AuthorList":
            if child.get("Type", "authors") == "authors":
                facts["authors"] = _authors(child)
        elif tag == "Language":
            languages.append(_text(child))
        elif tag == "PublicationTypeList":
            draft.types(_unique(map(_text, child)), ReferenceType.OTHER)
        elif tag == "ArticleDate":
            dates.append(_year(child.find("Year")))
        elif tag == "DataBankList":
            numbers = (_text(number) for number in child.iter("AccessionNumber"))
            facts["nct_ids"] = _unique(number for number in numbers if NCT.match(number))
    if not facts.get("title"):
        facts["title"] = vernacular
    for location in locations:
        draft.doi(location)
    if facts.get("year") is None:
        facts["year"] = next(filter(None, dates), None)
    facts["language"] = ", ".join(languages)


def _read_journal(journal: etree._Element, facts: dict[str, object]) -> None:
    abbreviation = ""
    for child in journal:
        tag = child.tag
        if tag == "Title":
            facts["journal"] = _text(child)
        elif tag == "ISOAbbreviation":
            abbreviation = _text(child)
        elif tag == "JournalIssue":
            for part in child:
                if part.tag == "Volume":
                    facts["volume"] = _text(part)
                elif part.tag == "Issue":
                    facts["issue"] = _text(part)
                elif part.tag == "PubDate":
                    facts["year"] = _published(part)
    if not facts.get("journal"):
        facts["journal"] = abbreviation


def _book(element: etree._Element, position: int) -> Citation:  # noqa: PLR0912 - one branch per element
    draft = Draft(position)
    facts = draft.facts
    document = element.find("BookDocument")
    chapter = book_title = ""
    book_authors: tuple[Author, ...] = ()
    types: list[str] = []
    for child in document if document is not None else ():
        tag = child.tag
        if tag == "PMID":
            draft.pmid(child)
        elif tag == "ArticleIdList":
            draft.article_ids(child)
        elif tag == "Book":
            book_title = _text(child.find("BookTitle"))
            for part in child:
                if part.tag == "PubDate":
                    facts["year"] = _published(part)
                elif part.tag == "AuthorList" and part.get("Type", "authors") == "authors":
                    book_authors = _authors(part)
        elif tag == "ArticleTitle":
            chapter = _text(child)
        elif tag == "AuthorList" and child.get("Type", "authors") == "authors":
            facts["authors"] = _authors(child)
        elif tag == "Abstract":
            facts["abstract"] = _abstract(child)
        elif tag == "Language":
            facts["language"] = _text(child)
        elif tag == "Pagination":
            facts["pages"] = _pages(child)
        elif tag == "PublicationType":
            types.append(_text(child))
        elif tag == "DateRevised":
            facts["revised_on"] = _date(child)
    data = element.find("PubmedBookData/ArticleIdList")
    if data is not None:
        draft.article_ids(data)
    draft.types(_unique(types), ReferenceType.BOOK)
    facts["reference_type"] = ReferenceType.BOOK
    facts["title"] = chapter or book_title
    facts["journal"] = book_title if chapter else ""
    if not facts.get("authors"):
        facts["authors"] = book_authors
    return draft.citation()


# --- the pieces -------------------------------------------------------------------------------


def _text(element: etree._Element | None) -> str:
    """All text within, tags dropped, white space collapsed."""
    if element is None:
        return ""
    text = "".join(map(str, element.itertext())) if len(element) else element.text
    if not text:
        return ""
    return text if text.isalnum() else " ".join(text.split())


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _authors(author_list: etree._Element) -> tuple[Author, ...]:
    """Persons and groups in order; spellings marked as not valid are not counted."""
    authors = []
    for element in author_list:
        if element.tag != "Author" or element.get("ValidYN") == "N":
            continue
        family = given = initials = suffix = collective = ""
        for child in element:
            tag = child.tag
            if tag == "LastName":
                family = _text(child)
            elif tag == "ForeName":
                given = _text(child)
            elif tag == "Initials":
                initials = child.text or ""
            elif tag == "AffiliationInfo":
                break  # names come first, and affiliations are the bulk of a record
            elif tag == "Suffix":
                suffix = _text(child)
            elif tag == "CollectiveName":
                collective = _text(child)
        if not given:
            given = " ".join(initials.split())
        if family and suffix:
            given = f"{given} {suffix}".strip()
        if family or given or collective:
            authors.append(Author(family, given, collective))
    return tuple(authors)


def _abstract(abstract: etree._Element) -> str:
    """The sections on a line each, with their labels."""
    lines = []
    for child in abstract:
        if child.tag == "AbstractText" and (text := _text(child)):
            label = child.get("Label", "").strip()
            lines.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
    return "\n".join(lines)


def _pages(pagination: etree._Element) -> str:
    pages = _text(pagination.find("MedlinePgn"))
    if not pages:
        first, last = _text(pagination.find("StartPage")), _text(pagination.find("EndPage"))
        pages = f"{first}–{last}" if last and last != first else first
    return pages


def _published(pub_date: etree._Element) -> int | None:
    for child in pub_date:
        if child.tag == "Year":
            return _year(child)
        if child.tag == "MedlineDate":
            found = YEAR.search(_text(child))
            return int(found[1]) if found else None
    return None


def _year(element: etree._Element | None) -> int | None:
    found = YEAR.fullmatch(_text(element))
    return int(found[1]) if found else None


def _date(element: etree._Element) -> date | None:
    try:
        year, month, day = (int(_text(element.find(part)) or 1) for part in ("Year", "Month", "Day"))
        return date(year, month, day)
    except ValueError:
        return None
