"""``manage.py rebuild_catalogue [--check] [--json]``"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.catalogue.services import rebuild


class Command(BaseCommand):
    help = (
        "Recompute the whole catalogue from its immutable versions and say whether it was equal. "
        "With --check nothing is changed, and the exit code is 1 where it was not equal."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only, change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        rebuilt = rebuild(check_only=options["check"])
        if options["json"]:
            answer = {"equal": rebuilt.equal, "checked": rebuilt.checked, "different": rebuilt.different}
            self.stdout.write(json.dumps(answer))
        else:
            for name, checked in rebuilt.checked.items():
                self.stdout.write(f"{name}: {checked} checked, {rebuilt.different[name]} different")
            verb = "differs from" if options["check"] else "differed from"
            self.stdout.write(
                "The catalogue equals its versions." if rebuilt.equal else f"The catalogue {verb} its versions."
            )
        if options["check"] and not rebuilt.equal:
            raise SystemExit(1)
