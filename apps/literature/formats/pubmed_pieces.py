"""The pieces of a PubMed record: texts, names, dates, pages."""

import re
from collections.abc import Iterable
from datetime import date

from lxml import etree

from .citation import Author

SHORT = 80  # collapsing so few letters takes no longer than looking whether it must be done
YEAR = re.compile(r"\b(1[5-9]\d\d|2[01]\d\d)\b")


def text_of(element: etree._Element | None) -> str:
    """All text within, tags dropped, white space collapsed."""
    if element is None:
        return ""
    text = etree.tostring(element, method="text", encoding="unicode", with_tail=False) if len(element) else element.text
    if not text:
        return ""
    return text if text.isalnum() or (len(text) > SHORT and _is_plain(text)) else " ".join(text.split())


def _is_plain(text: str) -> bool:
    """Whether its only white space is single blanks within: seen at a glance, where collapsing would take long."""
    return (
        text.isascii()
        and "  " not in text
        and "\n" not in text
        and "\t" not in text
        and "\r" not in text
        and text[0] != " " != text[-1]
    )


def unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def child_of(element: etree._Element, tag: str) -> etree._Element | None:
    """The first child of this name (``find`` does the same, at several times the price)."""
    return next(element.iterchildren(tag), None)


def authors_of(author_list: etree._Element) -> tuple[Author, ...]:
    """Persons and groups in order; spellings marked as not valid are not counted."""
    people: list[tuple[etree._Element, dict[str, str]]] = []
    parts: dict[str, str] = {}
    # Picked out by the library: affiliations are the bulk of a record, and are not looked at.
    for element in author_list.iter("Author", *_PARTS_OF_NAME):
        tag = element.tag
        if tag == "Author":
            parts = {}
            if element.get("ValidYN") != "N":
                people.append((element, parts))
        else:
            parts[tag] = text_of(element)
    return tuple(author for element, parts in people if (author := _author(element, parts)))


_PARTS_OF_NAME = ("LastName", "ForeName", "Suffix", "CollectiveName")


def _author(element: etree._Element, parts: dict[str, str]) -> Author | None:
    """``None`` where nothing is said of them."""
    family = parts.get("LastName", "")
    given = parts.get("ForeName") or text_of(child_of(element, "Initials"))
    if family and "Suffix" in parts:
        given = f"{given} {parts['Suffix']}".strip()
    collective = parts.get("CollectiveName", "")
    return Author(family, given, collective) if family or given or collective else None


def abstract_of(abstract: etree._Element) -> str:
    """The sections on a line each, with their labels."""
    lines = []
    for child in abstract:
        if child.tag == "AbstractText" and (text := text_of(child)):
            label = child.get("Label", "").strip()
            lines.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
    return "\n".join(lines)


def pages_of(pagination: etree._Element) -> str:
    pages = text_of(child_of(pagination, "MedlinePgn"))
    if not pages:
        first, last = text_of(child_of(pagination, "StartPage")), text_of(child_of(pagination, "EndPage"))
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
    parts = {child.tag: text_of(child) for child in element}
    try:
        return date(int(parts.get("Year") or 1), int(parts.get("Month") or 1), int(parts.get("Day") or 1))
    except ValueError:
        return None
