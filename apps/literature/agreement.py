"""How far two people agree when they screen the same candidates: Cohen's κ, pure.

κ = (pₒ − pₑ) / (1 − pₑ): agreement beyond the one that chance would give to two people who say
“include” as often as these do (Cohen, Educ Psychol Meas 1960; 20: 37). Its interval rests on the
large-sample variance of Fleiss, Cohen and Everitt (Psychol Bull 1969; 72: 323).

κ does not exist where nothing was screened, or where both always said the same one word: chance
alone would agree fully then, and the share of agreement tells all that there is to tell. There is no
interval where the variance is nought, as in perfect agreement: one without width would be a lie.
"""

from dataclasses import dataclass
from math import sqrt

#: The 97.5th percentile of the normal distribution: 95 % intervals.
Z = 1.959964
#: What is left of zero after the rounding of a computer.
_NOUGHT = 1e-12


@dataclass(frozen=True, slots=True)
class Table:
    """What two people said of the same candidates; the first person stands first in each name."""

    both_include: int = 0
    include_exclude: int = 0
    exclude_include: int = 0
    both_exclude: int = 0

    def __add__(self, other: "Table") -> "Table":
        return Table(
            self.both_include + other.both_include,
            self.include_exclude + other.include_exclude,
            self.exclude_include + other.exclude_include,
            self.both_exclude + other.both_exclude,
        )

    @property
    def turned(self) -> "Table":
        """The same with the two people changing places."""
        return Table(self.both_include, self.exclude_include, self.include_exclude, self.both_exclude)

    @property
    def total(self) -> int:
        return self.both_include + self.include_exclude + self.exclude_include + self.both_exclude

    @property
    def observed(self) -> float | None:
        """The share of candidates on which both said the same; None of no candidates."""
        return (self.both_include + self.both_exclude) / self.total if self.total else None

    @property
    def first_includes(self) -> int:
        return self.both_include + self.include_exclude

    @property
    def first_excludes(self) -> int:
        return self.exclude_include + self.both_exclude

    @property
    def second_includes(self) -> int:
        return self.both_include + self.exclude_include

    @property
    def second_excludes(self) -> int:
        return self.include_exclude + self.both_exclude


@dataclass(frozen=True, slots=True)
class Kappa:
    value: float
    interval: tuple[float, float] | None = None

    @property
    def words(self) -> str:
        """The reading of Landis and Koch (Biometrics 1977; 33: 159)."""
        return next(words for limit, words in _READING if self.value <= limit)


_READING = (
    (0.0, "no better than chance"),
    (0.2, "slight"),
    (0.4, "fair"),
    (0.6, "moderate"),
    (0.8, "substantial"),
    (float("inf"), "almost perfect"),
)


def kappa(table: Table) -> Kappa | None:
    """Cohen's κ with its 95 % interval; None where it does not exist."""
    n = table.total
    if not n:
        return None
    cells = (
        (table.both_include / n, table.include_exclude / n),
        (table.exclude_include / n, table.both_exclude / n),
    )
    rows = tuple(sum(row) for row in cells)
    columns = tuple(sum(column) for column in zip(*cells, strict=True))
    by_chance = sum(row * column for row, column in zip(rows, columns, strict=True))
    if by_chance == 1:
        return None
    observed = cells[0][0] + cells[1][1]
    value = (observed - by_chance) / (1 - by_chance)
    agreeing = sum(cells[i][i] * (1 - (rows[i] + columns[i]) * (1 - value)) ** 2 for i in (0, 1))
    differing = sum(cells[i][1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1))
    variance = agreeing + (1 - value) ** 2 * differing - (value - by_chance * (1 - value)) ** 2
    if variance < _NOUGHT:
        return Kappa(value)
    half = Z * sqrt(variance / n) / (1 - by_chance)
    return Kappa(value, (max(-1.0, value - half), min(1.0, value + half)))
