"""Europe PMC: what its REST API answers to a search or about one article, lite or core."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from ..choices import ReferenceType, RetractionState, Source
from .citation import (
    LONGEST_NOTE,
    MOST_AUTHORS,
    MOST_ITEMS,
    Author,
    Citation,
    Link,
    Problem,
    RawRecord,
    clean_pmid,
)
from .csl_pieces import Identifiers, objects, text_of, year_of
from .identifiers import doi_in
from .kinds import kind_of, state_of
from .lenient_json import look
from .notices import relation_named
from .opening import ByteStream
from .safe_json import Dialect, split
from .safe_json import parse as parse_json
from .texts import sections

NAME = "europepmc_json"
LABEL = "Europe PMC JSON"
INSIDE = ("resultList", "result")

#: Fields that tell its results from other records with an ``id`` and a ``source``.
TELLING = {"authorString", "pubYear", "journalInfo", "firstPublicationDate", "inEPMC", "isOpenAccess", "citedByCount"}
#: A name as Europe PMC shortens it: family, initials, perhaps a suffix.
SHORT_NAME = re.compile(r"^(.+) ([^\W\d_](?:-?[^\W\d_]){0,4})( (?:Jr|Sr|2nd|3rd|4th|I{1,3}|IV))?$")
NCT = re.compile(r"\bNCT\d{8}\b")


def recognises(head: bytes) -> bool:
    seen = look(head, INSIDE)
    if seen is None:
        return False
    if isinstance(seen.envelope.get("resultList"), dict) and "hitCount" in seen.envelope:
        return True
    result = seen.record or {}
    return "id" in result and "source" in result and not TELLING.isdisjoint(result)


def explains(head: bytes) -> str:
    seen = look(head, INSIDE)
    if seen and "errCode" in seen.envelope:
        return f"Europe PMC's server answered with an error: “{text_of(seen.envelope.get('errMsg'))[:300]}”."
    return ""


def records(source: ByteStream) -> Iterator[RawRecord | Problem]:
    """The results of a file, cut but not parsed, in order."""
    return split(source, DIALECT)


def parse(raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
    """One citation for each record, or what is wrong with it."""
    return parse_json(raw_records, DIALECT)


def citation_of(result: dict[str, Any], position: int) -> Citation:
    ids = Identifiers(pmid=result.get("pmid"), doi=result.get("doi"), pmcid=result.get("pmcid"))
    issue = _object(result, "journalInfo")
    journal = _object(issue, "journal")
    types = _texts(_object(result, "pubTypeList").get("pubType")) or _texts(text_of(result.get("pubType")).split("; "))
    links, state = _links(result, types)
    abstract = result.get("abstractText")
    abstract = sections(abstract) if isinstance(abstract, str) else ""
    return Citation(
        position=position,
        pmid=ids.pmid,
        doi=ids.doi,
        pmcid=ids.pmcid,
        title=text_of(result.get("title")),
        abstract=abstract,
        journal=text_of(journal.get("title")) or text_of(result.get("journalTitle")),
        year=year_of(result.get("pubYear")) or year_of(issue.get("yearOfPublication")),
        volume=text_of(issue.get("volume")) or text_of(result.get("journalVolume")),
        issue=text_of(issue.get("issue")) or text_of(result.get("issue")),
        pages=text_of(result.get("pageInfo")),
        language=text_of(result.get("language")),
        authors=_authors(result),
        reference_type=_kind(types, text_of(result.get("source"))),
        publication_types=types,
        mesh_terms=_mesh_terms(result),
        nct_ids=tuple(dict.fromkeys(NCT.findall(abstract))),
        retraction_state=state,
        links=links,
        source=Source.EUROPEPMC,
        notes=tuple(ids.notes),
    )


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def _texts(values: Any) -> tuple[str, ...]:
    texts = map(text_of, values[: MOST_ITEMS + 1] if isinstance(values, list) else [values])
    return tuple(dict.fromkeys(text for text in texts if text))


def _mesh_terms(result: dict[str, Any]) -> tuple[str, ...]:
    headings = objects(_object(result, "meshHeadingList").get("meshHeading"))
    return _texts([each.get("descriptorName") for each in headings])


def _authors(result: dict[str, Any]) -> tuple[Author, ...]:
    listed = islice(objects(_object(result, "authorList").get("author")), MOST_AUTHORS + 1)
    named = tuple(filter(None, map(_author, listed)))
    if named:
        return named
    names = text_of(result.get("authorString")).removesuffix(".").split(", ", MOST_AUTHORS)
    return tuple(_short(name) for name in map(str.strip, names) if name)


def _author(author: dict[str, Any]) -> Author | None:
    family = text_of(author.get("lastName"))
    given = text_of(author.get("firstName")) or text_of(author.get("initials"))
    if family:
        return Author(family, f"{given} {text_of(author.get('suffix'))}".strip())
    if collective := text_of(author.get("collectiveName")):
        return Author(collective=collective)
    return _short(name) if (name := text_of(author.get("fullName"))) else None


def _short(name: str) -> Author:
    found = SHORT_NAME.match(name)
    if found and found[2].isupper():
        return Author(found[1], found[2] + (found[3] or ""))
    return Author(collective=name) if " " in name else Author(family=name)


def _kind(types: tuple[str, ...], source: str) -> ReferenceType:
    if source == "PPR":
        return ReferenceType.PREPRINT
    default = ReferenceType.BOOK if "book" in types else ReferenceType.OTHER
    return kind_of((spelled for name in types for spelled in (name, name.replace("-", " "))), default)


def _links(result: dict[str, Any], types: tuple[str, ...]) -> tuple[tuple[Link, ...], RetractionState]:
    """What others made of the article and what it says of others, where these have a PMID or a DOI."""
    states = [state_of(types, text_of(result.get("title")))]
    links: dict[Link, None] = {}
    for other in objects(_object(result, "commentCorrectionList").get("commentCorrection")):
        known = relation_named(text_of(other.get("type")))
        if known is None:
            continue
        kind, state = known
        states.append(state)
        words = text_of(other.get("reference"))
        pmid = clean_pmid(text_of(other.get("id"))) if text_of(other.get("source")) == "MED" else None
        if pmid or doi_in(words):
            links[Link(kind, pmid, doi_in(words), words[:LONGEST_NOTE])] = None
    return tuple(links), max(states, key=lambda state: state.gravity)


DIALECT = Dialect(b"europepmc_json 1", INSIDE, explains, citation_of)
