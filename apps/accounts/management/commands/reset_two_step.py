"""For somebody who lost their telephone and their recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.accounts.services import remove_authenticators
from apps.core.exceptions import Refused


class Command(BaseCommand):
    help = "Removes a person's authenticator app and recovery codes; at the next sign-in they set up new ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="how you know that the request came from this person")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"There is no account called “{options['username']}”.")
        try:
            removed = remove_authenticators(actor=None, person=person, reason=options["reason"])
        except Refused as refusal:
            raise CommandError(refusal.reason) from refusal
        self.stdout.write("Removed." if removed else "Nothing was set up.")
