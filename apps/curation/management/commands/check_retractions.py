"""``manage.py check_retractions``: what became of the publications here, what that would touch, and doing it."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.exceptions import Refused
from apps.curation import services
from apps.curation.services import Dependants
from apps.literature import services as literature
from apps.literature.formats import Problem, Unreadable, retraction_watch
from apps.literature.formats.retractions import RetractionReport
from apps.literature.models import RetractionFinding


class Command(BaseCommand):
    help = "Ask PubMed and Crossref (or read Retraction Watch's table) what became of the publications here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--csv", metavar="FILE", type=Path, help="Retraction Watch's table, in place of the services"
        )
        parser.add_argument("--apply", action="store_true", help="apply every open finding; otherwise nothing is kept")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with ExitStack() as opened:
            try:
                file = opened.enter_context(options["csv"].open("rb")) if options["csv"] else None
                reports: Iterable[RetractionReport | Problem | None]
                reports = retraction_watch.reports(file) if file else literature.ask_sources()
                looked = self._applied(reports) if options["apply"] else services.preview(reports)
            except (Unreadable, OSError) as error:
                raise CommandError(getattr(error, "reason", None) or f"The file cannot be opened: {error}.") from None
        self._tell(looked, applied=options["apply"], as_json=options["json"])

    def _applied(self, reports: Iterable[RetractionReport | Problem | None]) -> services.Preview:
        gathered = literature.gather_reports(reports)
        found = []
        for finding in RetractionFinding.objects.open().for_list().order_by("pk"):
            try:
                found.append((finding, services.apply_finding(actor=None, finding=finding)))
            except Refused:  # settled with another finding of the same publication
                continue
        return services.Preview(gathered, found)

    def _tell(self, looked: services.Preview, *, applied: bool, as_json: bool) -> None:
        gathered = looked.gathered
        if as_json:
            self.stdout.write(
                json.dumps(
                    {
                        "applied": applied,
                        "rows": gathered.rows,
                        "known": gathered.known,
                        "found": len(gathered.found),
                        "findings": [shown(finding, touched) for finding, touched in looked.findings],
                        "problems": [
                            {"position": one.position, "identifier": one.identifier, "reason": one.reason}
                            for one in gathered.problems
                        ],
                    }
                )
            )
            return
        self.stdout.write(f"{gathered.rows:,} reports, {gathered.known:,} about publications here.")
        for finding, touched in looked.findings:
            self.stdout.write(line(finding, touched))
        for problem in gathered.problems:
            self.stdout.write(f"  {problem.identifier}: {problem.reason}")
        if gathered.untold:
            self.stdout.write(f"  … and {gathered.untold:,} more rows to look at.")
        number = len(looked.findings)
        done = "applied" if applied else "would be applied (nothing was kept; --apply does it)"
        self.stdout.write(f"{number:,} finding{'' if number == 1 else 's'} {done}.")


def shown(finding: RetractionFinding, touched: Dependants) -> dict[str, Any]:
    reference = finding.reference
    return {
        "reference": reference.pk,
        "pmid": reference.pmid,
        "doi": reference.doi,
        "state": finding.state,
        "source": finding.source,
        "notice_pmid": finding.notice_pmid,
        "notice_doi": finding.notice_doi,
        "noticed_on": finding.noticed_on.isoformat() if finding.noticed_on else None,
        "entries": [entry.accession for entry in touched.entries],
        "submissions": [one.pk for one in touched.submissions],
        "people": [one.person.username for one in touched.concerns],
    }


def line(finding: RetractionFinding, touched: Dependants) -> str:
    reference = finding.reference
    name = f"PMID {reference.pmid}" if reference.pmid else reference.doi or reference.pmcid
    entries = ", ".join(entry.accession for entry in touched.entries) or "no entry"
    submissions, people = len(touched.submissions), len(touched.concerns)
    return (
        f"  {name}, “{reference.title[:80]}”: {finding.get_state_display().lower()},"
        f" says {finding.get_source_display()}."
        f" Touches {entries}; open submissions: {submissions}; people told: {people}."
    )
