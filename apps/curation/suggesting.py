"""Who should review a submission: a ranking with its reasons; pure.

One point for each record in the classes of the target, and one for each on the same cancer, that a person
wrote or reviewed, at most five of each kind; two points less for each review in hand. Whoever has a tie to
the authors or may not review is never suggested.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_MOST = 5
_LOAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An editor, as far as the choice is concerned; ``hindered`` says that they may not, or should not, review it."""

    person: int
    name: str
    in_hand: int = 0
    of_class: int = 0
    of_cancer: int = 0
    hindered: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    person: int
    name: str
    points: int
    reasons: tuple[str, ...]


def ranked(candidates: Iterable[Candidate]) -> list[Suggestion]:
    """The best first; among equals by name."""
    suggested = (_suggestion(one) for one in candidates if not one.hindered)
    return sorted(suggested, key=lambda one: (-one.points, one.name.casefold(), one.person))


def _suggestion(one: Candidate) -> Suggestion:
    points = min(one.of_class, _MOST) + min(one.of_cancer, _MOST) - _LOAD * one.in_hand
    reasons = []
    if one.of_class:
        reasons.append(f"wrote or reviewed {_counted(one.of_class, 'record')} on targets of the same class")
    if one.of_cancer:
        reasons.append(f"wrote or reviewed {_counted(one.of_cancer, 'record')} on the same cancer")
    reasons.append(f"has {_counted(one.in_hand, 'review')} in hand" if one.in_hand else "has no review in hand")
    return Suggestion(one.person, one.name, points, tuple(reasons))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
