"""One record of PubMed XML, an article or a book, as a citation."""

import re
from functools import lru_cache

from lxml import etree

from ..choices import LinkKind, ReferenceType, RetractionState, Source
from . import preprints
from .citation import LONGEST_NOTE, Author, Citation, Link, clean_doi, clean_pmcid, clean_pmid
from .identifiers import doi_in
from .kinds import kind_of, state_of
from .notices import relation_named
from .pubmed_pieces import (
    abstract_of,
    authors_of,
    child_of,
    date_of,
    pages_of,
    text_of,
    unique,
    year_of,
    year_published,
)

NCT = re.compile(r"^NCT\d{8}$")


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
        self.facts: dict[str, object] = {"position": position, "source": Source.PUBMED}
        self.notes: list[str] = []

    def citation(self) -> Citation:
        if self.notes:
            self.facts["notes"] = tuple(self.notes)
        return Citation(**self.facts)  # type: ignore[arg-type]

    def pmid(self, element: etree._Element) -> None:
        text = text_of(element)
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
                self.doi(text_of(element))
            elif kind == "pmc" and "pmcid" not in self.facts and (text := text_of(element)):
                pmcid = clean_pmcid(text)
                if pmcid:
                    self.facts["pmcid"] = pmcid
                else:
                    self.notes.append(f"“{text[:80]}” is no PMCID and was left out.")

    def retraction(self, state: RetractionState) -> None:
        known = RetractionState(str(self.facts.get("retraction_state", RetractionState.NONE)))
        if state.gravity > known.gravity:
            self.facts["retraction_state"] = state

    def links(self, corrections: etree._Element) -> None:
        """What the article is to notices about it and to preprints, and what it became by them."""
        links = []
        for element in corrections:
            name = element.get("RefType", "")
            relation = relation_named(name) or self._version(name, element)
            if relation is None:
                continue
            kind, state = relation
            self.retraction(state)
            words = text_of(child_of(element, "RefSource"))
            pmid, doi = clean_pmid(text_of(child_of(element, "PMID"))), doi_in(words)
            if pmid or doi:
                links.append(Link(kind, pmid, doi, words[:LONGEST_NOTE]))
        if links:
            self.facts["links"] = tuple(dict.fromkeys(links))

    def _version(self, name: str, element: etree._Element) -> tuple[LinkKind, RetractionState] | None:
        """PubMed calls the article an update of its preprint; and reviews, updates of their older selves."""
        if name == "UpdateIn" and self.facts.get("reference_type") == ReferenceType.PREPRINT:
            return LinkKind.PREPRINT_OF, RetractionState.NONE
        if name == "UpdateOf" and preprints.is_server(text_of(child_of(element, "RefSource"))):
            return LinkKind.ARTICLE_OF, RetractionState.NONE
        return None

    def types(self, names: tuple[str, ...], default: ReferenceType) -> None:
        self.facts["publication_types"] = names
        self.facts["reference_type"], state = _meaning(names, default)
        if state != RetractionState.NONE:
            self.retraction(state)


@lru_cache(maxsize=1024)
def _meaning(types: tuple[str, ...], default: ReferenceType) -> tuple[ReferenceType, RetractionState]:
    """What a publication of these types is and became: the same few lists of them come again and again."""
    return kind_of(types, default), state_of(types)


def _article(citation: etree._Element | None, data: etree._Element | None, position: int) -> Citation:
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
            draft.facts["revised_on"] = date_of(child)
        elif tag == "Article":
            _read_article(child, draft)
        elif tag == "MedlineJournalInfo":
            if not draft.facts.get("journal"):
                draft.facts["journal"] = text_of(child_of(child, "MedlineTA"))
        elif tag == "CommentsCorrectionsList":
            draft.links(child)
        elif tag == "MeshHeadingList":
            draft.facts["mesh_terms"] = unique(map(text_of, child.iter("DescriptorName")))
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
            facts["title"] = text_of(child)
        elif tag == "VernacularTitle":
            vernacular = text_of(child)
        elif tag == "Pagination":
            facts["pages"] = pages_of(child)
        elif tag == "ELocationID":
            if child.get("EIdType") == "doi" and child.get("ValidYN", "Y") == "Y":
                locations.append(text_of(child))
        elif tag == "Abstract":
            facts["abstract"] = abstract_of(child)
        elif tag == "AuthorList":
            if child.get("Type", "authors") == "authors":
                facts["authors"] = authors_of(child)
        elif tag == "Language":
            languages.append(text_of(child))
        elif tag == "PublicationTypeList":
            draft.types(unique(map(text_of, child)), ReferenceType.OTHER)
        elif tag == "ArticleDate":
            dates.append(year_of(child_of(child, "Year")))
        elif tag == "DataBankList":
            numbers = (text_of(number) for number in child.iter("AccessionNumber"))
            facts["nct_ids"] = unique(number for number in numbers if NCT.match(number))
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
            facts["journal"] = text_of(child)
        elif tag == "ISOAbbreviation":
            abbreviation = text_of(child)
        elif tag == "JournalIssue":
            for part in child:
                if part.tag == "Volume":
                    facts["volume"] = text_of(part)
                elif part.tag == "Issue":
                    facts["issue"] = text_of(part)
                elif part.tag == "PubDate":
                    facts["year"] = year_published(part)
    if not facts.get("journal"):
        facts["journal"] = abbreviation


def _book(element: etree._Element, position: int) -> Citation:  # noqa: PLR0912 - one branch per element
    draft = Draft(position)
    facts = draft.facts
    document = child_of(element, "BookDocument")
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
            book_title = text_of(child_of(child, "BookTitle"))
            for part in child:
                if part.tag == "PubDate":
                    facts["year"] = year_published(part)
                elif part.tag == "AuthorList" and part.get("Type", "authors") == "authors":
                    book_authors = authors_of(part)
        elif tag == "ArticleTitle":
            chapter = text_of(child)
        elif tag == "AuthorList" and child.get("Type", "authors") == "authors":
            facts["authors"] = authors_of(child)
        elif tag == "Abstract":
            facts["abstract"] = abstract_of(child)
        elif tag == "Language":
            facts["language"] = text_of(child)
        elif tag == "Pagination":
            facts["pages"] = pages_of(child)
        elif tag == "PublicationType":
            types.append(text_of(child))
        elif tag == "DateRevised":
            facts["revised_on"] = date_of(child)
    data = element.find("PubmedBookData/ArticleIdList")
    if data is not None:
        draft.article_ids(data)
    draft.types(unique(types), ReferenceType.BOOK)
    facts["reference_type"] = ReferenceType.BOOK
    facts["title"] = chapter or book_title
    facts["journal"] = book_title if chapter else ""
    if not facts.get("authors"):
        facts["authors"] = book_authors
    return draft.citation()
