"""``manage.py import_references FILE…``: the portal's import from a shell, or a look without importing."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from apps.accounts.models import User
from apps.core.exceptions import Refused
from apps.literature import formats, services
from apps.literature.formats.citation import Citation, Problem, reasons_against_storing
from apps.literature.models import ImportRun


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
        if options["dry_run"]:
            complete = [self.look(file, options["format"]) for file in options["files"]]
        else:
            try:
                user = person(options["user"])
                complete = [self.take(file, options["format"], user) for file in options["files"]]
                services.index_texts()
            except OperationalError as error:
                raise CommandError(f"The database cannot be reached: {str(error).splitlines()[0]}") from None
        if not all(complete):
            sys.exit(1)

    # --- import -------------------------------------------------------------------------------

    def take(self, path: Path, format: str, user: User | None) -> bool:
        """Import one file as the portal would; whether it was read to its end."""
        run = None
        refusal = ""
        try:
            with path.open("rb") as file:
                run = services.request_import(requested_by=user, file=file, file_name=path.name, format=format)
        except Refused as refused:
            refusal = refused.reason
        except OSError as error:
            refusal = f"The file cannot be opened: {error.strerror or error}."
        if run is not None:
            follow(run)
        complete = run is not None and run.state == ImportRun.State.FINISHED
        issues = [Problem(None, "", refusal)] if refusal else []
        if run is not None:
            issues += [Problem(each.position, each.identifier, each.reason) for each in run.issues.order_by("pk")]
            if run.error and all(issue.reason != run.error for issue in issues):
                issues.append(Problem(None, "", run.error))
        counts = {name: getattr(run, name, 0) for name in ("created", "updated", "unchanged", "failed")}
        if self.json:
            answer: dict[str, object] = {"file": str(path), "format": run.format if run else None, "complete": complete}
            self.stdout.write(json.dumps({**answer, **counts, "issues": [told(issue) for issue in issues]}))
        else:
            words = ", ".join(f"{number:,} {name}" for name, number in counts.items())
            self.summary(
                path, f"{words} (import {run.pk}, {run.get_state_display().lower()})" if run else words, issues
            )
        return complete

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


def person(name: str | None) -> User | None:
    if not name:
        return None
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no account named “{name}”.", returncode=2)
    return user


def follow(run: ImportRun) -> None:
    """Run it here; should a worker of the portal have been quicker, wait for it.

    A service that does not answer is not waited for: the run is left to the portal's workers.
    """
    while True:
        services.run_import(run.pk)
        run.refresh_from_db()
        if run.is_over or run.is_waiting:
            return
        time.sleep(0.5)


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
