"""The rows of a report as a table for spreadsheets and programs."""

import csv
from collections.abc import Callable, Iterable, Iterator

from apps.core.tables import BOM, Line, inert

from .report import Row

DELIMITERS = {"csv": ",", "tsv": "\t"}
_COLUMNS = ("position", "outcome", "identifier", "pmid", "doi", "pmcid", "title", "reference", "reason")


def rows_table(rows: Iterable[Row], kind: str, address_of: Callable[[int], str]) -> Iterator[str]:
    """Line by line; nothing in it is a formula, whatever the source said. ``address_of`` is of a reference."""
    writer = csv.writer(Line(), delimiter=DELIMITERS[kind])
    yield BOM + writer.writerow(_COLUMNS)
    for row in rows:
        reference = address_of(row.reference_id) if row.reference_id else ""
        texts = (row.identifier, row.pmid, row.doi, row.pmcid, row.title, reference, row.reason)
        yield writer.writerow([row.position, row.outcome_text, *(inert(str(text or "")) for text in texts)])
