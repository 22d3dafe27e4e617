"""The table of retractions that Retraction Watch publishes (CSV, also compressed), read row by row in flat memory.

Columns: Crossref's documentation of the Retraction Watch data.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime

from ..choices import RetractionState, Source
from .citation import Problem, clean_doi, clean_pmid
from .lines import Lines
from .opening import ReadableFile, Unreadable, sources
from .retractions import RetractionReport
from .texts import plain

NEEDED = ("RetractionNature", "OriginalPaperDOI", "OriginalPaperPubMedID")
NATURES = {
    "retraction": RetractionState.RETRACTED,
    "expression of concern": RetractionState.EXPRESSION_OF_CONCERN,
    "correction": RetractionState.CORRECTED,
    "reinstatement": RetractionState.NONE,
}
NO_IDENTIFIER = {"", "0", "unavailable", "n/a", "none"}
DATES = ("%m/%d/%Y", "%Y-%m-%d")
LONGEST_REASON = 2_000


def reports(file: ReadableFile) -> Iterator[RetractionReport | Problem | None]:
    """One report or problem for each row, ``None`` for a row that names neither PMID nor DOI.

    Rows are counted as a spreadsheet counts them: the headings are row 1. Raises ``Unreadable``, at
    the first step, for a file that is not this table; later damage is a fatal problem.
    """
    parts = sources(file)
    if len(parts) > 1:
        raise Unreadable("The archive holds several files: please send the table of Retraction Watch alone.")
    rows = csv.reader(f"{line}\n" for line in Lines(parts[0]))
    columns = _columns(rows)
    position = 1
    while True:
        position += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(position, "", f"The row could not be read ({error}).")
            continue
        except Unreadable as error:
            yield Problem(position, "", f"{error.reason} Nothing after this row was read.", fatal=True)
            return
        if any(row):
            yield _report(position, row, columns)


def _columns(rows: Iterator[list[str]]) -> dict[str, int]:
    try:
        head = next(rows, [])
    except csv.Error:
        head = []
    columns = {name.strip(): place for place, name in enumerate(head)}
    if missing := [name for name in NEEDED if name not in columns]:
        raise Unreadable(
            f"This is not the table of Retraction Watch: it has no column {', '.join(missing)}."
            " Send the CSV file as it is downloaded, with its first row."
        )
    return columns


def _report(position: int, row: list[str], columns: dict[str, int]) -> RetractionReport | Problem | None:
    cells = {name: plain(row[place]) for name, place in columns.items() if place < len(row)}
    named = [cells.get(name, "") for name in ("OriginalPaperPubMedID", "OriginalPaperDOI")]
    if all(name.lower() in NO_IDENTIFIER for name in named):
        return None
    pmid, doi = clean_pmid(named[0]), clean_doi(named[1])
    identifier = named[0] if named[0].lower() not in NO_IDENTIFIER else named[1]
    if pmid is None and doi is None:
        return Problem(position, identifier[:100], "The row names neither a PMID nor a DOI that can be one.")
    nature = cells.get("RetractionNature", "")
    state = NATURES.get(nature.lower())
    if state is None:
        known = ", ".join(name.capitalize() for name in NATURES)
        return Problem(position, identifier[:100], f"“{nature[:60]}” is no nature of a notice; known are {known}.")
    return RetractionReport(
        position=position,
        pmid=pmid,
        doi=doi,
        state=state,
        source=Source.RETRACTION_WATCH,
        notice_pmid=clean_pmid(cells.get("RetractionPubMedID", "")),
        notice_doi=clean_doi(cells.get("RetractionDOI", "")) or "",
        noticed_on=_day(cells.get("RetractionDate", "")),
        reason=_reason(cells.get("Reason", "")),
    )


def _day(text: str) -> date | None:
    for pattern in DATES:
        try:
            return datetime.strptime(text.partition(" ")[0], pattern).date()
        except ValueError:
            continue
    return None


def _reason(text: str) -> str:
    """``+Falsification of Image;+Unreliable Results;`` → “Falsification of Image; Unreliable Results”."""
    reasons = (part.strip(" +") for part in text.split(";"))
    return "; ".join(filter(None, reasons))[:LONGEST_REASON]
