"""The issues of a run as a table for spreadsheets."""

import csv
from collections.abc import Iterable, Iterator

from .models import ImportIssue

_COLUMNS = ("position", "identifier", "reason")
# What a spreadsheet would take for the beginning of a formula (and run).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Line:
    """A file of one line: gives back what is written."""

    def write(self, text: str) -> str:
        return text


def issues_csv(issues: Iterable[ImportIssue]) -> Iterator[str]:
    """Line by line; nothing in it is a formula, whatever the imported file said."""
    writer = csv.writer(_Line())
    # The mark at the start tells spreadsheets that this is UTF-8.
    yield "\ufeff" + writer.writerow(_COLUMNS)
    for issue in issues:
        yield writer.writerow(
            ["" if issue.position is None else issue.position, _inert(issue.identifier), _inert(issue.reason)]
        )


def _inert(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
