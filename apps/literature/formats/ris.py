"""RIS, as databases (Scopus, Embase, EBSCO, Ovid, ProQuest) and reference managers write it.

Hardly two of them use the tags alike; what each means here is what most of them mean by it.
"""

import re
from collections.abc import Iterable, Iterator

from ..choices import ReferenceType
from .citation import Author, Citation, Problem, RawRecord, clean_pmid
from .identifiers import doi_in, doi_of_address, pmcid_in, pmid_in
from .kinds import is_word, kind_of, state_of
from .lines import RECORD_LIMIT, Lines, decoded, raw_record, records_of_lines
from .names import author_of
from .opening import ByteStream
from .preprints import is_server
from .pubmed_pieces import unique
from .texts import plain
from .years import year_in

NAME = "ris"
LABEL = "RIS"
EDITION = "ris 1"

# Two blanks belong to the tag, or “PD - 1” may seem to be one at the beginning of a line of an abstract;
# files that write their tags with one blank are read so only because they write “TY - ” as well.
STRICT = re.compile(r"[\s\ufeff]*([A-Z][A-Z0-9])  -(.*)")
LOOSE = re.compile(r"[\s\ufeff]*([A-Z][A-Z0-9]) {0,2}-(?: (.*)|$)")
# Neither is “ER-positive”.
EDGE = re.compile(r"[\s\ufeff]*(?:(TY)(?:  -| ?-(?: |\s*$))|ER(?:  -| ?-\s*$))")
BEGINS = re.compile(r"^[\s\ufeff]*TY(?:  -| ?-(?: |$))", re.MULTILINE)
OTHER_KINDS = (
    (re.compile(r"FN \w.*\nVR \d"), "This is Web of Science's own format: please export the records as RIS or BibTeX."),
    (re.compile(r"%0 \w"), "This is EndNote's or Refer's own format: please export the records as RIS or EndNote XML."),
    (re.compile(r"RT \w+.*\n(?:SR|ID|A1) "), "This is RefWorks' own format: please export the records as RIS."),
)

#: What is not named is something else than the portal has a word for.
TYPES = {
    **dict.fromkeys(("JOUR", "EJOUR", "JFULL", "MGZN", "INPR", "CONF", "CPAPER"), ReferenceType.ARTICLE),
    **dict.fromkeys(("BOOK", "CHAP", "EBOOK", "ECHAP", "EDBOOK", "ENCYC", "DICT", "SER"), ReferenceType.BOOK),
    **dict.fromkeys(("DATA", "AGGR", "DBASE"), ReferenceType.DATASET),
    "ABST": ReferenceType.ABSTRACT,
    "NEWS": ReferenceType.EDITORIAL,
}
#: What stands above these is a series or a place, no journal.
WITHOUT_JOURNAL = {"BOOK", "EBOOK", "EDBOOK", "THES", "RPRT"}
NOTES = ("N1", "AN", "ID", "M1", "M2", "M3", "U1", "U2", "U3", "U4", "U5", *(f"C{number}" for number in range(1, 9)))
ADDRESSES = ("UR", "L1", "L2", "LK")  # L3 leads to related records
DOI_LINE = re.compile(r"(?:doi:?\s*)?(?:https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}\S*$|doi:", re.IGNORECASE)
PMID_LINE = re.compile(r"(?:PubMed )?PMID\b|PUBMED \d", re.IGNORECASE)
PMCID_LINE = re.compile(r"(?:PMCID:?\s*)?PMC\d+$", re.IGNORECASE)
FROM_PUBMED = re.compile(r"\b(?:NLM|PubMed|MEDLINE)\b", re.IGNORECASE)


def recognises(head: bytes) -> bool:
    return bool(BEGINS.search(decoded(head)))


def explains(head: bytes) -> str:
    text = decoded(head).lstrip()
    return next((reason for kind, reason in OTHER_KINDS if kind.match(text)), "")


def records(source: ByteStream) -> Iterator[RawRecord | Problem]:
    return records_of_lines(source, _find)


def _find(lines: Lines) -> Iterator[RawRecord | Problem]:
    """From the type to the end; an end or a type that is missing is no reason to lose a record."""
    kept: list[str] = []
    position = begun = size = 0
    typed = False
    for line in lines:
        edge = EDGE.match(line)
        ends = edge and not edge[1]
        if edge and kept and (ends or typed):
            position += 1
            yield raw_record(position, begun, "\n".join(kept), EDITION)
            kept, size, typed = [], 0, False
        if ends or not (kept or edge or STRICT.match(line)):
            continue
        if not kept:
            begun = lines.number
        typed = typed or bool(edge)
        if size <= RECORD_LIMIT:
            kept.append(line)
            size += len(line) + 1
    if kept:
        yield raw_record(position + 1, begun, "\n".join(kept), EDITION)
        yield Problem(None, "", "The last record has no end (“ER  -”): perhaps the file was cut off there.")


def parse(raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
    for record in raw_records:
        yield _citation(record.position, _Fields(record.payload.decode()))


class _Fields:
    """The tags of one record with their values; a value has the lines that followed it."""

    def __init__(self, text: str) -> None:
        self.pairs: list[tuple[str, list[str]]] = []
        lines = text.split("\n")
        typed = next(filter(EDGE.match, lines), "")
        tagging = LOOSE if typed and not STRICT.match(typed) else STRICT
        for line in lines:
            if tagged := tagging.match(line):
                self.pairs.append((tagged[1], [tagged[2] or ""]))
            elif self.pairs:
                self.pairs[-1][1].append(line)
        self._values: dict[str, list[list[str]]] = {}
        for tag, value in self.pairs:
            self._values.setdefault(tag, []).append(value)

    def every(self, *tags: str) -> Iterator[str]:
        for tag in tags:
            for lines in self._values.get(tag, ()):
                if text := plain(" ".join(lines)):
                    yield text

    def first(self, *tags: str) -> str:
        return next(self.every(*tags), "")

    def notes(self) -> list[str]:
        """Every line of them, as it stands."""
        return [line.strip() for tag in NOTES for lines in self._values.get(tag, ()) for line in lines]


def _citation(position: int, fields: _Fields) -> Citation:
    kind = fields.first("TY").upper()
    title = fields.first("TI", "T1", "CT", "BT", "ST")
    journal = fields.first("JF", *(() if kind in WITHOUT_JOURNAL else ("T2",)), "JO", "JA", "J1", "J2")
    notes = fields.notes()
    words = unique(_words(fields, notes))
    return Citation(
        position=position,
        pmid=_pmid(fields, notes),
        doi=_doi(fields, notes),
        pmcid=_pmcid(fields, notes),
        title=title,
        abstract="\n".join(fields.every("AB")) or "\n".join(fields.every("N2")),
        journal=journal,
        year=next(filter(None, map(year_in, fields.every("PY", "DA", "Y1"))), None),
        volume=fields.first("VL", "VO"),
        issue=fields.first("IS", "CP"),
        pages=_pages(fields),
        language=fields.first("LA"),
        authors=tuple(_authors(fields)),
        reference_type=ReferenceType.PREPRINT if is_server(journal) else _kind(kind, words),
        publication_types=words,
        retraction_state=state_of(words, title),
        notes=tuple(f"“{said[:80]}” is no DOI and was left out." for said in fields.every("DO") if not doi_in(said)),
    )


def _kind(kind: str, words: tuple[str, ...]) -> ReferenceType:
    known = TYPES.get(kind)
    if known == ReferenceType.BOOK:
        return known
    return kind_of((*words, kind), known or ReferenceType.OTHER)


def _words(fields: _Fields, notes: list[str]) -> Iterator[str]:
    """What the database calls the publication; EndNote keeps PubMed's words for it among the notes."""
    for words in fields.every("M3", "DT"):
        if len(words) < 100 and not DOI_LINE.match(words):
            yield from filter(None, re.split(r"\s*;\s*", words))
    yield from filter(is_word, notes)


def _pages(fields: _Fields) -> str:
    first, last = fields.first("SP"), fields.first("EP")
    if first and last and last != first and "-" not in first:
        return f"{first}–{last}"
    return first or last or fields.first("C7")


def _authors(fields: _Fields) -> Iterator[Author]:
    for tag, lines in fields.pairs:
        if tag in {"AU", "A1"}:
            for name in plain(" ".join(lines)).split(";"):
                if author := author_of(name):
                    yield author


def _doi(fields: _Fields, notes: list[str]) -> str | None:
    for value in fields.every("DO", "DI"):
        if doi := doi_in(value):
            return doi
    for line in notes:
        if DOI_LINE.match(line) and (doi := doi_in(line)):
            return doi
    return next(filter(None, map(doi_of_address, fields.every(*ADDRESSES))), None)


def _pmid(fields: _Fields, notes: list[str]) -> int | None:
    """A number that says it is a PMID, or is PubMed's own name for its record."""
    for line in notes:
        if PMID_LINE.match(line) and (pmid := pmid_in(line)):
            return pmid
    if any(map(FROM_PUBMED.search, fields.every("DP", "DB", "DS"))):
        # Embase names the record of MEDLINE in its own way.
        for number in fields.every("AN", "C5"):
            if number.isascii() and number.isdigit() and len(number) <= 8:
                return clean_pmid(number)
    return next(filter(None, map(pmid_in, fields.every(*ADDRESSES))), None)


def _pmcid(fields: _Fields, notes: list[str]) -> str | None:
    for line in notes:
        if PMCID_LINE.match(line):
            return pmcid_in(line)
    return next(filter(None, map(pmcid_in, fields.every(*ADDRESSES))), None)
