"""The pieces of a PubMed record: texts, names, dates, pages."""

import re
from collections.abc import Iterable
from datetime import date

from lxml import etree

from .citation import Author

YEAR = re.compile(r"\b(1[5-9]\d\d|2[01]\d\d)\b")


def text_of(element: etree._Element | None) -> str:
    """All text within, tags dropped, white space collapsed."""
    if element is None:
        return ""
    text = "".join(map(str, element.itertext())) if len(element) else element.text
    if not text:
        return ""
    return text if text.isalnum() else " ".join(text.split())


def unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def authors_of(author_list: etree._Element) -> tuple[Author, ...]:
    """Persons and groups in order; spellings marked as not valid are not counted."""
    authors = []
    for element in author_list:
        if element.tag != "Author" or element.get("ValidYN") == "N":
            continue
        family = given = initials = suffix = collective = ""
        for child in element:
            tag = child.tag
            if tag == "LastName":
                family = text_of(child)
            elif tag == "ForeName":
                given = text_of(child)
            elif tag == "Initials":
                initials = child.text or ""
            elif tag == "AffiliationInfo":
                break  # names come first, and affiliations are the bulk of a record
            elif tag == "Suffix":
                suffix = text_of(child)
            elif tag == "CollectiveName":
                collective = text_of(child)
        if not given:
            given = " ".join(initials.split())
        if family and suffix:
            given = f"{given} {suffix}".strip()
        if family or given or collective:
            authors.append(Author(family, given, collective))
    return tuple(authors)


def abstract_of(abstract: etree._Element) -> str:
    """The sections on a line each, with their labels."""
    lines = []
    for child in abstract:
        if child.tag == "AbstractText" and (text := text_of(child)):
            label = child.get("Label", "").strip()
            lines.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
    return "\n".join(lines)


def pages_of(pagination: etree._Element) -> str:
    pages = text_of(pagination.find("MedlinePgn"))
    if not pages:
        first, last = text_of(pagination.find("StartPage")), text_of(pagination.find("EndPage"))
        pages = f"{first}–{last}" if last and last != first else first
    return pages


def year_published(pub_date: etree._Element) -> int | None:
    for child in pub_date:
        if child.tag == "Year":
            return year_of(child)
        if child.tag == "MedlineDate":
            found = YEAR.search(text_of(child))
            return int(found[1]) if found else None
    return None


def year_of(element: etree._Element | None) -> int | None:
    found = YEAR.fullmatch(text_of(element))
    return int(found[1]) if found else None


def date_of(element: etree._Element) -> date | None:
    try:
        year, month, day = (int(text_of(element.find(part)) or 1) for part in ("Year", "Month", "Day"))
        return date(year, month, day)
    except ValueError:
        return None
