"""What every format yields: plain, frozen facts about one publication, and what could not be read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from textwrap import shorten
from typing import TYPE_CHECKING, Any, TypeVar

from ..choices import LinkKind, ReferenceType, RetractionState, Source

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

DOI_PREFIX = re.compile(r"^(?:https?://)?(?:(?:dx|www)\.)?(?:doi\.org/|doi:)?\s*", re.IGNORECASE)
DOI_SHAPE = re.compile(r"^10\.[^\s/]+/\S+$")
PMCID_SHAPE = re.compile(r"^PMC\d{1,12}(\.\d{1,3})?$")
PMID_SHAPE = re.compile(r"^[1-9]\d{0,9}$")

# What the database has room for; the widest real values are far below (see ``too_large``).
LONGEST = {"title": 20_000, "abstract": 500_000, "journal": 600, "volume": 100, "issue": 100, "pages": 200}
LONGEST_ITEM = {"publication_types": 200, "mesh_terms": 300, "nct_ids": 20}
LONGEST_DOI = 500
MOST_AUTHORS = 20_000
MOST_ITEMS = 2_000
MOST_LINKS = 1_000
LONGEST_NOTE = 500  # of a link; what is longer is shortened
LONGEST_NAME = 2_000


Plain = TypeVar("Plain", bound="DataclassInstance")


def _quickly_pickled(cls: type[Plain]) -> type[Plain]:
    """Made again from its fields in order, which takes a third of what frozen dataclasses take by themselves."""
    values = attrgetter(*(each.name for each in fields(cls)))
    cls.__reduce__ = lambda self: (cls, values(self))  # type: ignore[method-assign]
    return cls


@dataclass(frozen=True, slots=True)
class Author:
    """A person (``family``, ``given``) or a group (``collective``)."""

    family: str = ""
    given: str = ""
    collective: str = ""


@_quickly_pickled
@dataclass(frozen=True, slots=True)
class Link:
    """What the publication is to another one, which has a PMID or a DOI (or both)."""

    kind: LinkKind
    pmid: int | None = None
    doi: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """One publication as a source describes it.

    Texts carry no markup, no NUL and no lone surrogates, their white space is collapsed, and "" or
    None means that the source does not say. ``doi`` is lower case without prefix; ``pmcid`` stands
    as given, perhaps with a version, which ``pmc_number`` drops. ``revised_on`` and ``pmid_version``
    order several descriptions of one PMID in time. ``source`` is who says all this. ``notes`` are
    sentences about what was left out.
    """

    position: int
    pmid: int | None = None
    doi: str | None = None
    pmcid: str | None = None
    title: str = ""
    abstract: str = ""
    journal: str = ""
    year: int | None = None
    volume: str = ""
    issue: str = ""
    pages: str = ""
    language: str = ""
    authors: tuple[Author, ...] = ()
    reference_type: str = ReferenceType.ARTICLE
    publication_types: tuple[str, ...] = ()
    mesh_terms: tuple[str, ...] = ()
    nct_ids: tuple[str, ...] = ()
    retraction_state: str = RetractionState.NONE
    pmid_version: int = 1
    revised_on: date | None = None
    links: tuple[Link, ...] = ()
    source: str = Source.FILE
    notes: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Its many names are sent as one row of texts, which takes half as long as an object for each."""
        values = list(_values(self))
        values[_AUTHORS] = tuple(part for each in self.authors for part in (each.family, each.given, each.collective))
        return _again, tuple(values)

    @property
    def identifier(self) -> str:
        """The best name for this publication in a message, "" where it has none."""
        if self.pmid:
            return f"PMID {self.pmid}"
        return self.doi or self.pmcid or ""

    @property
    def pmc_number(self) -> str | None:
        """The PMCID that identifies the publication, whichever version of it this is."""
        return self.pmcid.split(".")[0] if self.pmcid else None

    @property
    def retracted(self) -> bool:
        return self.retraction_state in {RetractionState.RETRACTED, RetractionState.WITHDRAWN}


_NAMES = [each.name for each in fields(Citation)]
_AUTHORS = _NAMES.index("authors")
_values = attrgetter(*_NAMES)


def _again(*sent: Any) -> Citation:
    values = list(sent)
    names = values[_AUTHORS]
    values[_AUTHORS] = tuple(map(Author, names[0::3], names[1::3], names[2::3]))
    return Citation(*values)


@_quickly_pickled
@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read: of the record at ``position`` (from 1), or of the whole file (None).

    ``fatal`` ends the reading: nothing after it was looked at.
    """

    position: int | None
    identifier: str
    reason: str
    fatal: bool = False


@_quickly_pickled
@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record, found but not yet parsed. ``digest`` (16 bytes) is the same for the same content."""

    position: int
    line: int
    digest: bytes
    payload: bytes


def clean_doi(text: str) -> str | None:
    """The DOI in lower case without any prefix, or None when ``text`` is no DOI."""
    doi = DOI_PREFIX.sub("", text.strip()).lower()
    return doi if len(doi) <= LONGEST_DOI and DOI_SHAPE.match(doi) else None


def clean_pmcid(text: str) -> str | None:
    """``PMC``, digits and, where the source gives one, the version (``PMC123.2``); or None."""
    pmcid = text.strip().upper()
    pmcid = pmcid if pmcid.startswith("PMC") else f"PMC{pmcid}"
    return pmcid if PMCID_SHAPE.match(pmcid) else None


def clean_pmid(text: str) -> int | None:
    return int(text) if PMID_SHAPE.match(text.strip()) else None


def reasons_against_storing(citation: Citation) -> Iterator[str]:
    """Why this citation cannot become a reference; nothing when it can."""
    if not (citation.pmid or citation.doi or citation.pmcid):
        name = f"“{shorten(citation.title, 100, placeholder=' …')}”" if citation.title else "The record"
        yield f"{name} has no PMID, DOI or PMCID, so it cannot be told from others."
    if not citation.title:
        yield "The record has no title."
    yield from too_large(citation)


def too_large(citation: Citation) -> Iterator[str]:
    for field, limit in LONGEST.items():
        if len(getattr(citation, field)) > limit:
            yield f"The {field} is longer than {limit:,} characters."
    for field, limit in LONGEST_ITEM.items():
        items = getattr(citation, field)
        if len(items) > MOST_ITEMS or max(map(len, items), default=0) > limit:
            name = field.replace("_", " ")
            yield f"The {name} are more than {MOST_ITEMS:,}, or one is longer than {limit} characters."
    if len(citation.links) > MOST_LINKS:
        yield f"The record names more than {MOST_LINKS:,} notices and versions of it."
    if len(citation.authors) > MOST_AUTHORS:
        yield f"The record has more than {MOST_AUTHORS:,} authors."
    elif any(
        len(author.family) + len(author.given) + len(author.collective) > LONGEST_NAME for author in citation.authors
    ):
        yield f"A name is longer than {LONGEST_NAME:,} characters."
