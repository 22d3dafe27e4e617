"""``load_seeds [--folder DIR]``: the vocabularies, targets, references and records that ship with the portal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.exceptions import Refused
from apps.curation.services.seeding import take_seeds
from apps.curation.sources import read_seeds


class Command(BaseCommand):
    help = "Load the seeds: all or nothing, and nothing twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=Path(settings.BASE_DIR) / "seeds", help="default: seeds/")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = take_seeds(seeds=read_seeds(options["folder"]))
        except Refused as refusal:
            raise CommandError(refusal.reason) from refusal
        if options["verbosity"]:
            self.stdout.write(
                f"New or changed: {taken.terms} terms, {taken.targets} targets, "
                f"{taken.references} references, {taken.records} records."
            )
