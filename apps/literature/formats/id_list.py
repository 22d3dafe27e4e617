"""Lists of PMIDs, DOIs and PMCIDs: pasted lines, addresses, columns of a table; with other words around them.

A record is the identifiers of one publication, and its citation says nothing else. What is no
identifier is told with its line.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from .citation import Citation, Problem, RawRecord, clean_doi, clean_pmid
from .identifiers import pmcid_in, pmid_in, without_punctuation
from .lines import RECORD_LIMIT, Lines, decoded, raw_record, records_of_lines
from .opening import ByteStream
from .texts import plain

NAME = "id_list"
LABEL = "lists of PMIDs, DOIs or PMCIDs"
EDITION = "id_list 1"
SHOWN = 80
SAMPLE = 200  # lines that are looked at to find out what a file is

ENUMERATED = re.compile(r"^\s*+(?:[-*•–]|\d{1,3}[.)])\s+")
COMMENT = re.compile(r"\s*(?:#|//|%)")
# A DOI may hold separators: it ends only where a blank or the next identifier follows.
SEPARATOR = re.compile(
    r"[,;|]+(?=$|[\"']?(?:10\.\d{4,9}/|https?:|doi:|PM(?:C|C?ID)\b|PMC\d|\d{4,9}(?:$|[,;|\"'])))", re.IGNORECASE
)
ANY_SEPARATOR = re.compile(r"[,;|]")
DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
# What publishers append to a DOI in an address of theirs.
VIEW = re.compile(r"(?:/(?:full|fulltext|abstract|pdf|epdf|html|meta|summary))?/?(?:[?#].*)?$", re.IGNORECASE)
CALLED_PMID = re.compile(r"(?:PMID|PubMed(?:ID)?)[:=#-]?(\d\S*)?", re.IGNORECASE)
NUMBER = re.compile(r"(\d{1,20})(?:(?<=\d{4})\.\d{1,2})?(?:\[(?:pmid|uid)\])?", re.IGNORECASE)
NO_WORDS = {"", "-", "–", "or", "and", "id", "ids", "doi", "doi:", "dois", "pmcid", "pmcid:", "pmc:", "pmids"}
AROUND = "\"'<>(){}.,;|:“”"

HEADINGS = {
    **dict.fromkeys(("pmid", "pmids", "pubmed", "pubmedid", "pubmedids"), "pmid"),
    **dict.fromkeys(("doi", "dois"), "doi"),
    **dict.fromkeys(("pmcid", "pmcids", "pmc", "pubmedcentralid"), "pmcid"),
}
DELIMITERS = "\t,;|"

Ids = tuple[int | None, str | None, str | None]


def recognises(head: bytes) -> bool:
    lines = _sample(head)
    if not lines or lines[0][0] in "<{[":
        return False
    if _columns(lines[0])[1]:
        return True
    found = [_Line(line) for line in lines]
    pure = sum(1 for each in found if each.ids and not each.words)
    named = sum(1 for each in found if each.ids and each.words)
    if pure:
        # A table of small numbers is no list of PMIDs.
        larger = any(doi or pmcid or (pmid and pmid > 999) for each in found for pmid, doi, pmcid in each.ids)
        return larger and (pure + named) * 2 >= len(lines)
    return named > 0 and named >= 0.8 * len(lines)


def explains(head: bytes) -> str:
    lines = _sample(head)
    if not lines or lines[0][0] in "<{[":
        return ""
    named = sum(1 for line in lines if _Line(line).ids)
    if not named:
        return ""
    return (
        f"Of the first {len(lines)} lines only {named} hold an identifier, so this seems to be no list of them:"
        " please send one PMID, DOI or PMCID on each line."
    )


def _sample(head: bytes) -> list[str]:
    lines = (line.strip("\ufeff \t") for line in decoded(head).split("\n"))
    return [line for line in lines if line and not COMMENT.match(line)][:SAMPLE]


def records(source: ByteStream) -> Iterator[RawRecord | Problem]:
    return records_of_lines(source, _find)


def _find(lines: Lines) -> Iterator[RawRecord | Problem]:
    position = 0
    for line, ids, wrong in _rows(lines):
        for each in ids:
            position += 1
            yield raw_record(position, line, orjson.dumps(each).decode(), EDITION)
        for text in wrong:
            position += 1
            shown = text[:SHOWN] + "…" * (len(text) > SHOWN)
            yield Problem(position, shown, f"Line {line:,}: “{shown}” is no PMID, DOI or PMCID.")


def parse(raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
    for record in raw_records:
        pmid, doi, pmcid = orjson.loads(record.payload)
        yield Citation(record.position, pmid, doi, pmcid)


def _rows(lines: Lines) -> Iterator[tuple[int, list[Ids], list[str]]]:
    """The number of each line, the identifiers on it, and what is none."""
    source = iter(lines)
    for line in source:
        text = line.strip("\ufeff \t")
        if not text or COMMENT.match(text):
            continue
        delimiter, columns = _columns(text)
        if delimiter:
            yield from _table(source, lines, delimiter, columns)
            return
        if not columns:
            yield (lines.number, *_ids_of(line))
        break
    for line in source:
        if line.strip() and not COMMENT.match(line):
            yield (lines.number, *_ids_of(line))


def _ids_of(line: str) -> tuple[list[Ids], list[str]]:
    if len(line) > RECORD_LIMIT:
        return [], [line]
    found = _Line(line)
    return found.ids, found.wrong or ([] if found.ids else [plain(line)])


class _Number(NamedTuple):
    text: str
    called_pmid: bool = True


class _Line:
    """What one line names, each by itself: identifiers, numbers that are none; and whether it has other words.

    A number among words is a PMID only if it is called one: “Noe 2001, PMID 123”.
    """

    def __init__(self, line: str) -> None:
        self.ids: list[Ids] = []
        self.wrong: list[str] = []
        self.words = False
        self._found: list[Ids | _Number] = []
        self._called = False
        for chunk in ENUMERATED.sub("", line, count=1).split():
            splitter = SEPARATOR if DOI.search(chunk) else ANY_SEPARATOR
            for piece in splitter.split(chunk):
                self._look_at(piece)
        for each in self._found:
            if not isinstance(each, _Number):
                self.ids.append(each)
            elif each.called_pmid or not self.words:
                self._take(each.text)

    def _look_at(self, piece: str) -> None:
        bare = piece.strip(AROUND)
        if bare.lower() in NO_WORDS:
            return
        called, self._called = self._called, False
        if named := _named(piece):
            self._found.append(named)
        elif found := CALLED_PMID.fullmatch(bare):
            self._called = not found[1]
            if found[1]:
                self._found.append(_Number(found[1]))
        elif NUMBER.fullmatch(bare):
            self._found.append(_Number(bare, called))
        else:
            self.words = True

    def _take(self, text: str) -> None:
        number = NUMBER.fullmatch(text)
        pmid = clean_pmid(number[1]) if number else None
        if pmid:
            self.ids.append((pmid, None, None))
        else:
            self.wrong.append(text)


def _named(piece: str) -> Ids | None:
    """The DOI, PMCID or address of PubMed in a text without blanks."""
    if found := DOI.search(piece):
        doi = found[0]
        if "://" in piece and "doi.org/" not in piece.lower():
            doi = VIEW.sub("", doi)
        if cleaned := clean_doi(without_punctuation(doi)):
            return None, cleaned, None
    pmcid = pmcid_in(piece)
    pmid = pmid_in(piece) if "/" in piece and not pmcid else None
    return (pmid, None, pmcid) if pmid or pmcid else None


# --- tables -----------------------------------------------------------------------------------


def _columns(line: str) -> tuple[str, dict[int, str]]:
    """The columns of identifiers that this line is the heading of, and what stands between columns."""
    for delimiter in DELIMITERS:
        cells = line.split(delimiter)
        names = (HEADINGS.get(re.sub(r"[\W_]+", "", cell.lower()), "") for cell in cells)
        if columns := {number: name for number, name in enumerate(names) if name}:
            return (delimiter if len(cells) > 1 else ""), columns
    return "", {}


def _table(
    source: Iterator[str], lines: Lines, delimiter: str, columns: dict[int, str]
) -> Iterator[tuple[int, list[Ids], list[str]]]:
    """Each row is one publication; a cell in quotation marks may go over several lines."""
    last = ""

    def texts() -> Iterator[str]:
        nonlocal last
        for last in source:
            yield f"{last}\n"

    # In tables with tabs a quotation mark is one.
    rows = csv.reader(texts(), delimiter=delimiter, quotechar=None if delimiter == "\t" else '"')
    while True:
        line = lines.number + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:  # a cell larger than any can be: perhaps a quotation mark that is not closed
            yield line, [], [plain(last)]
            continue
        if not any(map(str.strip, cells)):
            continue
        ids = list(_ids_in(cells, columns))
        yield line, ids, [] if ids else [plain(delimiter.join(cells))]


def _ids_in(cells: list[str], columns: dict[int, str]) -> Iterator[Ids]:
    found: list[Ids] = []
    for number, name in columns.items():
        cell = cells[number].strip() if number < len(cells) else ""
        if name == "pmcid" and cell.isdigit():
            cell = f"PMC{cell}"
        found += _Line(cell).ids
    pmids = {pmid: None for pmid, _, _ in found if pmid}
    dois = {doi: None for _, doi, _ in found if doi}
    pmcids = {pmcid: None for _, _, pmcid in found if pmcid}
    if max(len(pmids), len(dois), len(pmcids)) > 1:
        yield from dict.fromkeys(found)
    elif found:
        yield next(iter(pmids), None), next(iter(dois), None), next(iter(pmcids), None)
