"""How far those agree who screen in twos."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.accounts.models import User

from ..agreement import Kappa, Table, kappa
from ..choices import Verdict
from ..models import Candidate, ScreeningVote
from .access import curators_only


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two people, the first one's name standing first in the table, or all pairs together."""

    first: str
    second: str
    table: Table

    @property
    def percent(self) -> float | None:
        return None if self.table.observed is None else 100 * self.table.observed

    @property
    def kappa(self) -> Kappa | None:
        return kappa(self.table)


@curators_only
@require_GET
def triage_agreement(request: HttpRequest) -> HttpResponse:
    tables: dict[tuple[int, int], Table] = {}
    together = Table()
    for pair in ScreeningVote.objects.paired():
        counted = _table(pair.verdict, pair.other_verdict, pair.number)
        people = (pair.person, pair.other)
        tables[people] = tables.get(people, Table()) + counted
        together += counted if pair.voted_first else counted.turned
    names = {each.pk: str(each) for each in User.objects.filter(pk__in={pk for people in tables for pk in people})}
    context = {
        "pairs": [
            Pair(first=names[first], second=names[second], table=table) for (first, second), table in tables.items()
        ],
        "together": Pair(first="First vote", second="Second vote", table=together),
        "conflicts": Candidate.objects.in_conflict().counted(),
    }
    return render(request, "literature/triage_agreement.html", context)


def _table(verdict: str, other: str, number: int) -> Table:
    if verdict == other:
        return Table(both_include=number) if verdict == Verdict.INCLUDE else Table(both_exclude=number)
    return Table(include_exclude=number) if verdict == Verdict.INCLUDE else Table(exclude_include=number)
