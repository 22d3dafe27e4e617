"""What comes to the editors and what leaves them, week by week, and where that leads. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from math import ceil


@dataclass(frozen=True, slots=True)
class Week:
    """One whole week from its Monday on: submissions that came, and that were decided on or withdrawn."""

    begins: date
    came: int
    left: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The queue in ``ahead`` weeks if all goes on as in the weeks looked at; never less than none.

    ``weekly`` is by how many it grows in a week; ``clear_in`` after how many weeks nothing would wait,
    None where it does not shrink.
    """

    waiting: int
    weekly: float
    ahead: int
    then: int
    clear_in: int | None


def forecast(weeks: Collection[Week], *, waiting: int, ahead: int = 4) -> Forecast | None:
    """None where nothing came or left: there is nothing to go by."""
    if not any(week.came or week.left for week in weeks):
        return None
    weekly = sum(week.came - week.left for week in weeks) / len(weeks)
    clear_in = ceil(waiting / -weekly) if weekly < 0 else None
    return Forecast(waiting, weekly, ahead, max(0, round(waiting + weekly * ahead)), clear_in)
