"""``python manage.py score_candidates``: score at once what would else be scored in the night."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.literature import services


class Command(BaseCommand):
    help = "Scores the candidates in triage that are new, or were scored with other rules or vocabularies."

    def handle(self, *args: Any, **options: Any) -> None:
        services.forget_old_scores()
        self.stdout.write(f"{services.score_candidates()} candidates were scored.")
