"""``manage.py import_references FILE…``: the portal's import from a shell, or a look without importing."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from apps.literature import formats
from apps.literature.formats.citation import Citation, Problem, reasons_against_storing


class Command(BaseCommand):
    help = "Import references from files; with --dry-run, only show what would be read."
    requires_system_checks: list[str] = []  # a dry run needs neither database nor Redis

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--format", choices=formats.names(), default=formats.AUTO)
        parser.add_argument("--user", metavar="NAME", help="whose import this is; nobody's when left out")
        parser.add_argument("--json", action="store_true", help="one JSON object for each file, on a line of its own")
        parser.add_argument("--dry-run", action="store_true", help="read only: nothing is stored, no server is needed")

    def handle(self, *args: Any, **options: Any) -> None:
        self.json: bool = options["json"]
        complete = True
        for file in options["files"]:
            if options["dry_run"]:
                complete &= self.look(file, options["format"])
        if not complete:
            sys.exit(1)

    # --- dry run ------------------------------------------------------------------------------

    def look(self, path: Path, format: str) -> bool:
        """Print what a file holds, without keeping it in memory; whether it was read to its end."""
        issues: list[Problem] = []
        count = 0
        name = ""
        if self.json:
            self.stdout.write(f'{{"file": {json.dumps(str(path))}, "records": [', ending="")
        for item in read(path, format):
            if isinstance(item, str):
                name = item
            elif isinstance(item, Problem):
                issues.append(item)
            else:
                if self.json:
                    self.stdout.write((", " if count else "") + json.dumps(shown(item)), ending="")
                count += 1
                issues += problems_of(item)
        complete = not any(issue.fatal for issue in issues)
        if self.json:
            rest = {"format": name or None, "complete": complete, "issues": [told(issue) for issue in issues]}
            self.stdout.write("], " + json.dumps(rest)[1:])
        else:
            self.summary(path, f"{count:,} records would be imported" if name else "unknown format", issues)
        return complete

    def summary(self, path: Path, what: str, issues: list[Problem]) -> None:
        self.stdout.write(f"{path}: {what}.")
        for issue in issues[:20]:
            place = f"record {issue.position}" if issue.position else "file"
            self.stdout.write(f"  {place}{f' ({issue.identifier})' if issue.identifier else ''}: {issue.reason}")
        if len(issues) > 20:
            self.stdout.write(f"  … and {len(issues) - 20:,} more issues (--json shows all).")


def read(path: Path, format: str) -> Iterator[str | Citation | Problem]:
    """The name of the format, then the citations and problems of the file."""
    try:
        with path.open("rb") as file:
            reader = formats.Reader(file, format)
            yield reader.format.NAME
            yield from reader
    except formats.Unreadable as error:
        yield Problem(None, "", error.reason, fatal=True)
    except OSError as error:
        yield Problem(None, "", f"The file cannot be opened: {error.strerror or error}.", fatal=True)


def problems_of(citation: Citation) -> Iterator[Problem]:
    for reason in (*reasons_against_storing(citation), *citation.notes):
        yield Problem(citation.position, citation.identifier, reason)


def shown(citation: Citation) -> dict[str, object]:
    return {
        "position": citation.position,
        "pmid": str(citation.pmid) if citation.pmid else None,
        "doi": citation.doi,
        "pmcid": citation.pmcid,
        "title": citation.title or None,
        "year": citation.year,
        "journal": citation.journal or None,
        "authors": [
            {"family": author.family, "given": author.given, "collective": author.collective}
            for author in citation.authors
        ],
        "has_abstract": bool(citation.abstract),
        "retracted": citation.retracted,
    }


def told(problem: Problem) -> dict[str, object]:
    return {"position": problem.position, "identifier": problem.identifier, "reason": problem.reason}
