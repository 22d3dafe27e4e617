"""``manage.py backup DIR``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import backup
from apps.core.exceptions import Refused


class Command(BaseCommand):
    help = "Write a consistent, verified copy of the database and the uploads into a new folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = backup.back_up(folder.absolute())
        except Refused as refused:
            raise CommandError(refused.reason) from refused
        counts = f"{sum(manifest['tables'].values())} rows, {len(manifest['files'])} files"
        self.stdout.write(f"Backed up and verified: {counts} in {folder}")
