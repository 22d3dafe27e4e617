"""The pieces of a record in JSON: texts, names, dates, identifiers; whatever stands in their place.

CSL-JSON and Crossref's works are relatives: Crossref puts texts in lists that CSL has alone.
"""

import re
from collections.abc import Iterator
from typing import Any

from ..choices import ReferenceType
from .citation import MOST_AUTHORS, Author, clean_doi, clean_pmcid, clean_pmid
from .texts import plain
from .years import year_in

SHOWN = 80

#: CSL's types and Crossref's; what is not named is something else than the portal has a word for.
TYPES = {
    "article-journal": ReferenceType.ARTICLE,
    "journal-article": ReferenceType.ARTICLE,
    "paper-conference": ReferenceType.ARTICLE,
    "proceedings-article": ReferenceType.ARTICLE,
    "dataset": ReferenceType.DATASET,
} | dict.fromkeys(
    (
        *("book", "chapter", "entry-dictionary", "entry-encyclopedia"),
        *("monograph", "edited-book", "reference-book", "book-chapter", "book-section", "book-part"),
        *("reference-entry", "book-set", "book-series", "book-track"),
    ),
    ReferenceType.BOOK,
)


def text_of(value: Any) -> str:
    """The text of a value, plain; of a list, the first text in it."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            if text := plain(each):
                return text
        elif isinstance(each, int | float) and not isinstance(each, bool):
            return str(each)
    return ""


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a list, or the object that stands in place of one."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield each


def titled(title: str, subtitle: str) -> str:
    """The title with its subtitle, unless that is but the title again in other words (a running head)."""
    known = set(re.findall(r"\w+", title.lower()))
    words = re.findall(r"\w+", subtitle.lower())
    new = sum(word not in known for word in words)
    return f"{title}: {subtitle}" if title and new * 2 > len(words) else title


def authors_of(value: Any) -> tuple[Author, ...]:
    authors = map(_author, value[: MOST_AUTHORS + 1] if isinstance(value, list) else [value])
    return tuple(author for author in authors if author)


def _author(name: Any) -> Author | None:
    if not isinstance(name, dict):
        name = {"literal": name}
    family = _joined(name, "dropping-particle", "non-dropping-particle", "family")
    given = _joined(name, "given", "suffix")
    if family or given:
        return Author(family, given)
    collective = text_of(name.get("literal")) or text_of(name.get("name"))
    return Author(collective=collective) if collective else None


def _joined(name: dict[str, Any], *parts: str) -> str:
    return " ".join(filter(None, (text_of(name.get(part)) for part in parts)))


def year_of(date: Any) -> int | None:
    """The year of a date: in parts, or the first that its text names."""
    if not isinstance(date, dict):
        return _year(date)
    first = date.get("date-parts")
    while isinstance(first, list):
        first = first[0] if first else None
    wordings = (first, *(date.get(key) for key in ("year", "raw", "literal", "date-time")))
    return next(filter(None, map(_year, wordings)), None)


def _year(wording: Any) -> int | None:
    return year_in(str(wording)[:SHOWN]) if isinstance(wording, str | int | float) else None


class Identifiers:
    """The identifiers of one record; what is none is left out, with a note."""

    def __init__(self, *, pmid: Any = None, doi: Any = None, pmcid: Any = None) -> None:
        self.notes: list[str] = []
        pmid, doi, pmcid = text_of(pmid), text_of(doi), text_of(pmcid)
        self.pmid = clean_pmid(re.sub(r"^pmid:?\s*", "", pmid, flags=re.IGNORECASE))
        self.doi = clean_doi(doi)
        self.pmcid = clean_pmcid(re.sub(r"^pmcid:?\s*", "", pmcid, flags=re.IGNORECASE))
        for name, said, value in (("PMID", pmid, self.pmid), ("DOI", doi, self.doi), ("PMCID", pmcid, self.pmcid)):
            if said and not value:
                self.notes.append(f"“{said[:SHOWN]}” is no {name} and was left out.")
