"""``manage.py import_ontology FILE``: load or update an ontology, or the HGNC table, from a shell."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.exceptions import Refused
from apps.vocabularies import services
from apps.vocabularies.models import OntologyLoad

_SHOWN = 10


class Command(BaseCommand):
    help = "Load a version of an ontology (OBO, OBO Graphs JSON, OWL, OncoTree, tables) or the HGNC table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--prefix", action="append", default=[], metavar="CL", help="only terms of this prefix; may be repeated"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--json", action="store_true", help="one JSON object on a line of its own")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        verb = services.preview_load if options["dry_run"] else services.load_now
        try:
            with path.open("rb") as file:
                load = verb(actor=None, file=file, file_name=path.name, prefixes=options["prefix"])
        except Refused as refused:
            raise CommandError(refused.reason) from None
        except OSError as error:
            raise CommandError(f"The file cannot be opened: {error.strerror or error}.") from None
        self.stdout.write(json.dumps(told(load)) if options["json"] else in_words(load))


def told(load: OntologyLoad) -> dict[str, Any]:
    return {
        "file": load.file_name,
        "format": load.format,
        "name": load.name,
        "version": load.version,
        "state": load.state,
        "rows": load.rows,
        **load.difference,
    }


def in_words(load: OntologyLoad) -> str:
    counts = load.difference
    verb = "would be" if load.state == OntologyLoad.State.PREVIEWED else "were"
    lines = [
        f"{load} ({load.format}): {load.rows:,} rows; {counts['created']:,} {verb} created,"
        f" {counts['updated']:,} changed, {counts['unchanged']:,} stay as they are."
    ]
    for kind, rows in counts.items():
        if isinstance(rows, list):
            lines.append(f"  {kind}: {len(rows):,}")
            lines += [f"    {'  '.join(map(str, row)) if isinstance(row, list) else row}" for row in rows[:_SHOWN]]
    return "\n".join(lines)
