"""Whether the history is what was written: checks the chain of events from its first link to its head."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.chain import Head
from apps.accounts.models import Event
from apps.accounts.services import verify_events


class Command(BaseCommand):
    help = "Checks the chain of events and names the first link that is broken; exit code 1 where there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument(
            "--head", default="", metavar="PLACE:DIGEST", help="a head noted down earlier, which the chain must pass"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        head, broken = verify_events(witnessed=_witnessed(options["head"]))
        waiting = Event.objects.unsealed().count()
        if options["json"]:
            answer = {
                "intact": broken is None,
                "place": head.place,
                "digest": head.digest,
                "unsealed": waiting,
                "broken": broken.as_dict() if broken else None,
            }
            self.stdout.write(json.dumps(answer))
        elif broken is None:
            self.stdout.write(f"Intact: {head.place:,} events, head {head.place}:{head.digest}")
            if waiting:
                self.stdout.write(f"{waiting:,} newer events are not sealed yet.")
        else:
            event = f" (event {broken.event})" if broken.event else ""
            self.stdout.write(f"Broken at link {broken.place}{event}, {broken.kind}: {broken.said}.")
        if broken is not None:
            sys.exit(1)


def _witnessed(text: str) -> Head | None:
    if not text:
        return None
    place, _, digest = text.partition(":")
    if not (place.isascii() and place.isdigit() and len(place) < 19) or len(digest) != 64:
        raise CommandError("A head is its place, a colon, and 64 hexadecimal digits.")
    return Head(int(place), digest.lower())
