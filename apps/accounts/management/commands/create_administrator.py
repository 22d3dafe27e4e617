"""Make the first administrator of a portal; later ones are appointed on the page of people."""

import getpass
import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services import create_person
from apps.core.exceptions import Refused


class Command(BaseCommand):
    help = "Makes an administrator's account. The password is asked for, or made and printed with --generate-password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", required=True, help="counts as confirmed")
        parser.add_argument("--name", default="", help="full name")
        parser.add_argument("--generate-password", action="store_true", help="make a password and print it")

    def handle(self, *args: Any, **options: Any) -> None:
        generate = options["generate_password"] or not sys.stdin.isatty()
        password = secrets.token_urlsafe(15) if generate else self._ask()
        try:
            person: User = create_person(
                username=options["username"],
                email=options["email"],
                name=options["name"],
                password=password,
                role=Role.ADMINISTRATOR,
            )
        except Refused as refusal:
            raise CommandError(refusal.reason) from refusal
        self.stdout.write(f"{person.username} is an administrator.")
        if generate:
            self.stdout.write(f"Password: {password}")
        self.stdout.write("Two-step sign-in is set up at the first sign-in.")

    @staticmethod
    def _ask() -> str:
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password again: "):
            raise CommandError("The passwords differ.")
        return password
