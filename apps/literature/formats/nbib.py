"""MEDLINE text (``.nbib``): what PubMed saves as “PubMed”, and efetch answers with rettype=medline.

Tags: NLM's "MEDLINE/PubMed data element (field) descriptions".
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from ..choices import LinkKind, ReferenceType, RetractionState, Source
from . import preprints
from .citation import Author, Citation, Link, Problem, RawRecord, clean_doi, clean_pmcid, clean_pmid
from .identifiers import doi_in, pmid_in
from .kinds import kind_of, state_of
from .lines import RECORD_LIMIT, Lines, decoded, raw_record, records_of_lines
from .notices import relation_named
from .opening import ByteStream
from .pubmed_pieces import unique
from .texts import plain
from .years import year_in

NAME = "medline_nbib"
LABEL = "MEDLINE text (nbib)"
EDITION = "medline_nbib 1"

# The tag fills four columns: “CTLA-4” may begin a line of an abstract that somebody unwrapped.
TAGGED = re.compile(r"(?=[A-Z0-9 ]{4}-)([A-Z][A-Z0-9]{1,3}) *(?:- |(?<= )-|-$|(?<=PMID)-)(.*)")
BEGINS = re.compile(r"^PMID {0,2}- ?\s*\d|^(?:OWN|STAT|DCOM|FAU|PST|JID|OTO|EDAT|CRDT) {0,2}- ", re.MULTILINE)
GOES_ON = re.compile(r"^(?!PMID)[A-Z]{2,4} {0,2}- ", re.MULTILINE)  # a list of “PMID- 1” does not
READABLE_TEXT = re.compile(r"^1[.:] .*^PMID: \d", re.MULTILINE | re.DOTALL)
ACCESSION = re.compile(r"\b(NCT\d{8})\b")
SUBHEADING = re.compile(r"[/*].*")
# Fields that people wrap by hand, so that a line without a tag goes on with them.
FLOWING = {"TI", "BTI", "TT", "AB", "AD", "CI", "COIS", "SO"}

#: Tags of notices, by the names that PubMed's XML has for the same.
RELATIONS = {
    **{"RIN": "RetractionIn", "ROF": "RetractionOf", "EIN": "ErratumIn", "EFR": "ErratumFor"},
    **{"RRI": "RetractedandRepublishedIn", "RRF": "RetractedandRepublishedFrom"},
    **{"CRI": "CorrectedandRepublishedIn", "CRF": "CorrectedandRepublishedFrom"},
    **{"ECI": "ExpressionOfConcernIn", "ECF": "ExpressionOfConcernFor"},
    **{"PRIN": "PartialRetractionIn", "PROF": "PartialRetractionOf"},
}


def recognises(head: bytes) -> bool:
    text = decoded(head)
    return bool(BEGINS.search(text) and GOES_ON.search(text))


def explains(head: bytes) -> str:
    if READABLE_TEXT.match(decoded(head).lstrip()):
        return "This is PubMed's text for reading: please save the references in PubMed's format “PubMed” (.nbib)."
    return ""


def records(source: ByteStream) -> Iterator[RawRecord | Problem]:
    return records_of_lines(source, _find)


def _find(lines: Lines) -> Iterator[RawRecord | Problem]:
    """A record begins with its PMID, or after an empty line with the tag that the first one began with."""
    kept: list[str] = []
    position = begun = size = 0
    first_tag = tag = ""
    numbered = after_gap = False
    for line in lines:
        tagged = TAGGED.match(line)
        if tagged:
            tag = tagged[1]
            first_tag = first_tag or tag
            if kept and ((tag == "PMID" and numbered) or (after_gap and tag in {"PMID", "OWN", first_tag})):
                position += 1
                yield raw_record(position, begun, "\n".join(kept), EDITION)
                kept, size, numbered = [], 0, False
            if not kept:
                begun = lines.number
            numbered = numbered or tag == "PMID"
            after_gap = False
        elif not line.strip():
            after_gap = True
            continue
        if (tagged or kept) and size <= RECORD_LIMIT:
            kept.append(line)
            size += len(line) + 1
    if kept:
        yield raw_record(position + 1, begun, "\n".join(kept), EDITION)


def parse(raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
    for record in raw_records:
        yield _citation(record.position, record.payload.decode())


class _Fields:
    """The tags of one record with their values, in order; and the lines that belong nowhere."""

    def __init__(self, text: str) -> None:
        lines: list[tuple[str, list[str]]] = []
        self.stray: list[str] = []
        for line in text.split("\n"):
            if tagged := TAGGED.match(line):
                lines.append((tagged[1], [tagged[2]]))
            elif line[:1].isspace() or lines[-1][0] in FLOWING:
                lines[-1][1].append(line)
            else:
                self.stray.append(line)
        self.pairs = [(tag, " ".join(parts)) for tag, parts in lines]
        self._values: dict[str, list[str]] = {}
        for tag, value in self.pairs:
            self._values.setdefault(tag, []).append(value)

    def first(self, *tags: str) -> str:
        return next((text for tag in tags for text in self.every(tag) if text), "")

    def every(self, tag: str) -> Iterator[str]:
        return map(plain, self._values.get(tag, ()))


def _citation(position: int, text: str) -> Citation:
    fields = _Fields(text)
    notes = [f"“{plain(line)[:80]}” has no tag and was left out." for line in fields.stray]
    types = unique(fields.every("PT"))
    links, state = _links(fields, types)
    called = state_of(types)
    pmid = clean_pmid(fields.first("PMID"))
    if pmid is None and (given := fields.first("PMID")):
        notes.append(f"“{given[:80]}” is no PMID and was left out.")
    return Citation(
        position=position,
        pmid=pmid,
        doi=_doi(fields),
        pmcid=clean_pmcid(fields.first("PMC")) if fields.first("PMC") else None,
        title=fields.first("TI", "TT", "BTI"),
        abstract=fields.first("AB"),
        journal=fields.first("JT", "TA"),
        year=year_in(fields.first("DP")) or year_in(fields.first("DEP")),
        volume=fields.first("VI"),
        issue=fields.first("IP"),
        pages=fields.first("PG"),
        language=", ".join(fields.every("LA")),
        authors=tuple(_authors(fields.pairs)),
        reference_type=ReferenceType.BOOK if fields.first("BTI") else kind_of(types, ReferenceType.OTHER),
        publication_types=types,
        mesh_terms=unique(SUBHEADING.sub("", heading.lstrip("*")).strip() for heading in fields.every("MH")),
        nct_ids=unique(number for value in fields.every("SI") for number in ACCESSION.findall(value)),
        retraction_state=max(state, called, key=lambda each: each.gravity),
        revised_on=_date(fields.first("LR")),
        links=links,
        source=Source.PUBMED,
        notes=tuple(notes),
    )


def _doi(fields: _Fields) -> str | None:
    for tag in ("AID", "LID"):
        for value in fields.every(tag):
            if value.endswith("[doi]") and (doi := clean_doi(value.removesuffix("[doi]"))):
                return doi
    return None


def _date(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None


def _authors(pairs: list[tuple[str, str]]) -> Iterator[Author]:
    """The full name where there is one (FAU, then the same person as AU), else the short one; groups (CN)."""
    full = False
    for tag, value in pairs:
        if tag not in {"FAU", "AU", "CN"}:
            continue
        name = plain(value)
        if not name.strip(", "):
            continue
        if tag == "CN":
            yield Author(collective=name)
        elif tag == "FAU":
            family, _, given = name.partition(", ")
            yield Author(family, given.replace(", ", " "))
        elif not full and name.rstrip(".") != "et al":
            family, _, initials = name.rpartition(" ")
            yield Author(family, initials) if family else Author(name)
        full = tag == "FAU"


def _links(fields: _Fields, types: tuple[str, ...]) -> tuple[tuple[Link, ...], RetractionState]:
    """What the record says of its relation to others, and the gravest state that follows for itself."""
    links = []
    states = [RetractionState.NONE]
    for tag, value in fields.pairs:
        relation = relation_named(RELATIONS.get(tag, ""))
        if tag == "UIN" and "Preprint" in types:
            relation = LinkKind.PREPRINT_OF, RetractionState.NONE
        elif tag == "UOF" and preprints.is_server(value):
            relation = LinkKind.ARTICLE_OF, RetractionState.NONE
        if relation is None:
            continue
        kind, state = relation
        states.append(state)
        note = plain(value)
        pmid, doi = pmid_in(note), doi_in(note)
        if pmid or doi:
            links.append(Link(kind, pmid, doi, note[:500]))
    return tuple(links), max(states, key=lambda each: each.gravity)
