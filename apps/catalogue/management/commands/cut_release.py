"""``manage.py cut_release [--note TEXT] [--user NAME] [--json]``"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.catalogue.models import Release
from apps.catalogue.services import cut_release, write_release
from apps.core.exceptions import Refused


class Command(BaseCommand):
    help = (
        "Freeze the catalogue as it is, write its files and publish them as a release. "
        "A release whose files are not all there yet is finished first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--note", default="", help="what to say of it, for everyone to read")
        parser.add_argument("--user", help="the editor who cuts it; the portal itself unless given")
        parser.add_argument("--json", action="store_true", help="what is told of it, as JSON, instead of a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            actor = User.objects.get(username=options["user"]) if options["user"] else None
            write_release()
            cut = cut_release(actor=actor, note=options["note"])
            write_release()
        except User.DoesNotExist:
            raise CommandError(f"There is no user {options['user']}.") from None
        except Refused as refused:
            raise CommandError(refused.reason) from refused
        # Another process may have written the files meanwhile, or still be about it.
        release = Release.objects.get(pk=cut.pk)
        if options["json"]:
            self.stdout.write(release.document)
        else:
            self.stdout.write(
                f"Release {release}: {release.entry_count} entries, {release.get_state_display().lower()}."
            )
