"""``manage.py restore DIR``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import backup
from apps.core.exceptions import Refused


class Command(BaseCommand):
    help = "Put a backup back: database, uploads and secret key. Stop the portal first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder that “backup” wrote")
        parser.add_argument("--force", action="store_true", help="replace a database that is not empty")

    def handle(self, *args: Any, folder: Path, force: bool, **options: Any) -> None:
        try:
            manifest = backup.restore(folder.absolute(), overwrite=force)
        except Refused as refused:
            raise CommandError(refused.reason) from refused
        counts = f"{sum(manifest['tables'].values())} rows, {len(manifest['files'])} files"
        self.stdout.write(f"Restored the backup of {manifest['made_at']}: {counts}. Start the portal now.")
