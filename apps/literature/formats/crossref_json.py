"""Crossref: answers of its REST API (one work, a list of works), bare works, and its yearly data files."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..choices import LinkKind, ReferenceType, RetractionState, Source
from .citation import LONGEST_NOTE, Citation, Link, Problem, RawRecord, clean_doi
from .csl_pieces import TYPES, Identifiers, authors_of, objects, text_of, titled, year_of
from .kinds import state_of
from .lenient_json import look
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
#: How an update is called: what the notice does to the work, and what the work is then.
UPDATES = {
    "retraction": (LinkKind.RETRACTS, RetractionState.RETRACTED),
    **dict.fromkeys(("withdrawal", "removal"), (LinkKind.RETRACTS, RetractionState.WITHDRAWN)),
    # A part of it was retracted: whoever relies on the rest must say why.
    **dict.fromkeys(
        ("expression_of_concern", "partial_retraction"),
        (LinkKind.RAISES_CONCERN, RetractionState.EXPRESSION_OF_CONCERN),
    ),
    **dict.fromkeys(
        ("correction", "corrigendum", "erratum", "addendum", "clarification"),
        (LinkKind.CORRECTS, RetractionState.CORRECTED),
    ),
}
#: The same seen from the other side.
BY = {
    LinkKind.RETRACTS: LinkKind.RETRACTED_BY,
    LinkKind.RAISES_CONCERN: LinkKind.CONCERN_BY,
    LinkKind.CORRECTS: LinkKind.CORRECTED_BY,
}
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
    if any(link.kind in BY for link in links):
        return ReferenceType.NOTICE
    if text_of(work.get("type")) == "posted-content" and text_of(work.get("subtype")) in {"", "preprint"}:
        return ReferenceType.PREPRINT
    return TYPES.get(text_of(work.get("type")), ReferenceType.OTHER)


def _links(work: dict[str, Any]) -> tuple[tuple[Link, ...], RetractionState]:
    """What the work says of others and others of it; what it became by that."""
    made = [(UPDATES.get(_update_type(each)), each) for each in objects(work.get("update-to"))]
    suffered = [(UPDATES.get(_update_type(each)), each) for each in objects(work.get("updated-by"))]
    relations = next(objects(work.get("relation")), {})
    links = [
        *(_link(known[0], each.get("DOI"), each) for known, each in made if known),
        *(_link(BY[known[0]], each.get("DOI"), each) for known, each in suffered if known),
        *(
            _link(kind, each.get("id"), each)
            for name, kind in RELATIONS.items()
            for each in objects(relations.get(name))
        ),
    ]
    states = [state_of((), text_of(work.get("title"))), *(known[1] for known, _ in suffered if known)]
    return tuple(dict.fromkeys(filter(None, links))), max(states, key=lambda state: state.gravity)


def _link(kind: LinkKind, doi: Any, said: dict[str, Any]) -> Link | None:
    cleaned = clean_doi(text_of(doi))
    return Link(kind, doi=cleaned, note=text_of(said.get("label"))[:LONGEST_NOTE]) if cleaned else None


def _update_type(update: dict[str, Any]) -> str:
    return text_of(update.get("type")).lower().replace("-", "_").replace(" ", "_")


DIALECT = Dialect(b"crossref_json 1", INSIDE, explains, citation_of)
