"""Crossref: answers of its REST API (one work, a list of works), bare works, and its yearly data files."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..choices import LinkKind, ReferenceType, RetractionState, Source
from .citation import LONGEST_NOTE, Citation, Link, Problem, RawRecord, clean_doi
from .csl_pieces import TYPES, Identifiers, authors_of, objects, text_of, titled, year_of
from .kinds import state_of
from .lenient_json import look
from .notices import notice_named
from .opening import ByteStream
from .safe_json import Dialect, split
from .safe_json import parse as parse_json
from .texts import sections

NAME = "crossref_json"
LABEL = "Crossref JSON"
INSIDE = ("message", "items")

#: Fields that Crossref adds to what a publisher deposits.
TELLING = {"indexed", "deposited", "member", "is-referenced-by-count", "references-count", "update-to", "updated-by"}
NCT = re.compile(r"^NCT\d{8}$")
#: What only a notice is to another publication.
NOTICES = {LinkKind.RETRACTS, LinkKind.RAISES_CONCERN, LinkKind.CORRECTS}
RELATIONS = {"is-preprint-of": LinkKind.PREPRINT_OF, "has-preprint": LinkKind.ARTICLE_OF}
DATES = ("issued", "published", "published-print", "published-online", "posted")


def recognises(head: bytes) -> bool:
    seen = look(head, INSIDE)
    if seen is None or explains(head):
        return False
    if "message-type" in seen.envelope:
        return True
    work = seen.record or {}
    return "DOI" in work and not isinstance(work.get("title"), str) and _is_work(work)


def _is_work(work: dict[str, Any]) -> bool:
    return isinstance(work.get("title"), list) or not TELLING.isdisjoint(work)


def explains(head: bytes) -> str:
    """Why an answer of Crossref holds no works, "" where it may hold some."""
    seen = look(head, INSIDE)
    if seen is None or "message-type" not in seen.envelope:
        return ""
    kind = text_of(seen.envelope["message-type"])
    if seen.envelope.get("status") != "ok":
        words = text_of((seen.record or {}).get("message")) or text_of(seen.envelope.get("message")) or kind
        return f"Crossref's server answered with an error instead of works: “{words[:300]}”."
    if kind not in {"work", "work-list"}:
        return f"This is Crossref's answer to another question ({kind[:80]}), not works."
    return ""


def records(source: ByteStream) -> Iterator[RawRecord | Problem]:
    """The works of a file, cut but not parsed, in order."""
    return split(source, DIALECT)


def parse(raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
    """One citation for each record, or what is wrong with it."""
    return parse_json(raw_records, DIALECT)


def citation_of(work: dict[str, Any], position: int) -> Citation:
    ids = Identifiers(doi=work.get("DOI"))
    abstract = work.get("abstract")
    links, state = _links(work)
    trials = (text_of(each.get("clinical-trial-number")).upper() for each in objects(work.get("clinical-trial-number")))
    return Citation(
        position=position,
        doi=ids.doi,
        title=titled(text_of(work.get("title")), text_of(work.get("subtitle"))),
        abstract=sections(abstract) if isinstance(abstract, str) else "",
        journal=text_of(work.get("container-title")),
        year=next(filter(None, (year_of(work.get(name)) for name in DATES)), None),
        volume=text_of(work.get("volume")),
        issue=text_of(work.get("issue")),
        pages=text_of(work.get("page")) or text_of(work.get("article-number")),
        language=text_of(work.get("language")),
        authors=authors_of(work.get("author")),
        reference_type=_type(work, links),
        nct_ids=tuple(dict.fromkeys(number for number in trials if NCT.match(number))),
        retraction_state=state,
        links=links,
        source=Source.CROSSREF,
        notes=tuple(ids.notes),
    )


def _type(work: dict[str, Any], links: tuple[Link, ...]) -> ReferenceType:
    if any(link.kind in NOTICES for link in links):
        return ReferenceType.NOTICE
    if text_of(work.get("type")) == "posted-content" and text_of(work.get("subtype")) in {"", "preprint"}:
        return ReferenceType.PREPRINT
    return TYPES.get(text_of(work.get("type")), ReferenceType.OTHER)


def _links(work: dict[str, Any]) -> tuple[tuple[Link, ...], RetractionState]:
    """What the work says of others and others of it; what it became by that."""
    made = [(notice_named(text_of(each.get("type"))), each) for each in objects(work.get("update-to"))]
    suffered = [(notice_named(text_of(each.get("type"))), each) for each in objects(work.get("updated-by"))]
    relations = next(objects(work.get("relation")), {})
    related = [(kind, each) for name, kind in RELATIONS.items() for each in objects(relations.get(name))]
    links = [
        *(_link(notice.does, each.get("DOI"), each) for notice, each in made if notice),
        *(_link(notice.done, each.get("DOI"), each) for notice, each in suffered if notice),
        *(_link(kind, each.get("id"), each) for kind, each in related),
    ]
    states = [state_of((), text_of(work.get("title"))), *(notice.state for notice, _ in suffered if notice)]
    return tuple(dict.fromkeys(filter(None, links))), max(states, key=lambda state: state.gravity)


def _link(kind: LinkKind, doi: Any, said: dict[str, Any]) -> Link | None:
    cleaned = clean_doi(text_of(doi))
    return Link(kind, doi=cleaned, note=text_of(said.get("label"))[:LONGEST_NOTE]) if cleaned else None


DIALECT = Dialect(b"crossref_json 1", INSIDE, explains, citation_of)
