"""The rows of a report as a table for spreadsheets and programs."""

import csv
from collections.abc import Callable, Iterable, Iterator

from .report import Row

DELIMITERS = {"csv": ",", "tsv": "\t"}
_COLUMNS = ("position", "outcome", "identifier", "pmid", "doi", "pmcid", "title", "reference", "reason")
# What a spreadsheet would take for the beginning of a formula (and run).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Line:
    """A file of one line: gives back what is written."""

    def write(self, text: str) -> str:
        return text


def rows_table(rows: Iterable[Row], kind: str, address_of: Callable[[int], str]) -> Iterator[str]:
    """Line by line; nothing in it is a formula, whatever the source said. ``address_of`` is of a reference."""
    writer = csv.writer(_Line(), delimiter=DELIMITERS[kind])
    # The mark at the start tells spreadsheets that this is UTF-8.
    yield "\ufeff" + writer.writerow(_COLUMNS)
    for row in rows:
        reference = address_of(row.reference_id) if row.reference_id else ""
        texts = (row.identifier, row.pmid, row.doi, row.pmcid, row.title, reference, row.reason)
        yield writer.writerow([row.position, row.outcome_text, *(inert(str(text or "")) for text in texts)])


def inert(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
