"""Short forms that a text explains itself: “cancer-associated fibroblasts (CAFs)”. Pure.

After Schwartz and Hearst: the letters of the short form are looked for from right to left in the words
before the bracket, the first of them at the beginning of a word.
"""

import re
from dataclasses import dataclass

_BRACKET = re.compile(r"\s?\(\s?([^\W_][\w/+\-–‐‑−]{1,11})\s?[);,]")
_SENTENCE_END = re.compile(r"[.;:?!()\n](?=\s|$)|[()]")


@dataclass(frozen=True, slots=True)
class Explained:
    """``short`` (in the singular) stands for the text from ``start`` to ``end``."""

    short: str
    start: int
    end: int


def explained(text: str) -> list[Explained]:
    """The short forms that the text explains, each by its first explanation."""
    found: dict[str, Explained] = {}
    for bracket in _BRACKET.finditer(text):
        short = singular(bracket[1])
        if short in found or short == short.lower():
            continue
        before = text[max(0, bracket.start() - 200) : bracket.start()]
        ends = [match.end() for match in _SENTENCE_END.finditer(before)]
        before = before[ends[-1] if ends else 0 :]
        begin = _long_form(short, before)
        if begin is not None:
            found[short] = Explained(short, bracket.start() - len(before) + begin, bracket.start())
    return list(found.values())


def singular(short: str) -> str:
    """“CAFs” → “CAF”; a capital S belongs to the short form."""
    return short[:-1] if len(short) > 2 and short[-1] == "s" and (short[-2].isupper() or short[-2].isdigit()) else short


def _long_form(short: str, before: str) -> int | None:
    """Where in ``before``, which ends with it, the long form begins; ``None`` where there is none."""
    letters = [char for char in short.lower() if char.isalnum()]
    lower = before.lower()
    if len(lower) != len(before):
        return None
    place = len(lower)
    for number, letter in reversed(list(enumerate(letters))):
        place -= 1
        while place >= 0 and not (lower[place] == letter and (number or place == 0 or not lower[place - 1].isalnum())):
            place -= 1
        if place < 0:
            return None
    long = before[place:]
    fits = len(long) > len(short) and len(long.split()) <= min(len(letters) + 5, 2 * len(letters))
    return place if fits else None
