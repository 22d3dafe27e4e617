"""How far two reviewers who decide independently agree, on the outcome and on each field; pure.

Of a field: whether both, one or neither had a remark on it. κ is that of two screeners
(``literature.agreement``): what is included there is here an outcome given, or a field remarked on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.literature.agreement import Kappa, Table, kappa

from .choices import Outcome


@dataclass(frozen=True, slots=True)
class Said:
    """One verdict: its outcome, and the fields that it remarks on."""

    outcome: str
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """How often both, one or neither said it."""

    name: str
    table: Table

    @property
    def percent(self) -> float:
        return 100 * (self.table.observed or 0.0)

    @property
    def both(self) -> int:
        return self.table.both_include

    @property
    def one(self) -> int:
        return self.table.include_exclude + self.table.exclude_include

    @property
    def kappa(self) -> Kappa | None:
        return kappa(self.table)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over so many rounds; ``same`` of them with one outcome from both."""

    rounds: int
    same: int
    outcomes: tuple[Row, ...]
    fields: tuple[Row, ...]

    @property
    def percent(self) -> float | None:
        return 100 * self.same / self.rounds if self.rounds else None


def agreement(pairs: Sequence[tuple[Said, Said]]) -> Agreement:
    """Of closed rounds, what the first and the second reviewer said; fields that nobody remarked on are left out."""
    named = sorted({name for pair in pairs for said in pair for name in said.fields})
    return Agreement(
        rounds=len(pairs),
        same=sum(one.outcome == other.outcome for one, other in pairs),
        outcomes=tuple(
            Row(outcome, _table((one.outcome == outcome, other.outcome == outcome) for one, other in pairs))
            for outcome in Outcome.values
        ),
        fields=tuple(
            Row(name, _table((name in one.fields, name in other.fields) for one, other in pairs)) for name in named
        ),
    )


def _table(cells: Iterable[tuple[bool, bool]]) -> Table:
    table = Table()
    for one, other in cells:
        table += Table(
            both_include=int(one and other),
            include_exclude=int(one and not other),
            exclude_include=int(other and not one),
            both_exclude=int(not one and not other),
        )
    return table
