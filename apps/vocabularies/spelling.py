"""Mistyped words: which word of the vocabularies was meant; no database.

A word is filed under each of its spellings with one letter less, and so are its first letters, for
people who are still typing. Two words with a spelling in common are near each other; ``errors`` then
counts exactly.
"""

from collections.abc import Iterable

#: Shorter words are too much alike to guess at.
SHORTEST = 4
#: So many first letters are filed by themselves.
BEGINNING = 6


def keys_of(word: str) -> list[str]:
    """The spellings that a word is filed under, or looked up by."""
    return sorted(_deletions(word) | _deletions(word[:BEGINNING]))


def _deletions(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def errors(typed: str, word: str) -> int:
    """How many letters were left out, put in, exchanged or swapped with their neighbour."""
    return _errors(typed, word)[-1]


def _errors(typed: str, word: str, most: int | None = None) -> list[int]:
    """``errors`` of every beginning of ``word``, the empty one first; once all are over ``most``, something over it."""
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, letter in enumerate(typed, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(word, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == word[j - 2] and typed[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if most is not None and min(row) > most and min(before) > most:
            break
    return row


def tolerated(typed: str) -> int:
    """How many errors a word of this length may have."""
    return 0 if len(typed) < SHORTEST else 1 if len(typed) < 8 else 2


def nearest(typed: str, words: Iterable[tuple[str, int]]) -> str | None:
    """What was meant, of ``words`` with how often each occurs; None where none is near enough.

    Where only the beginning of a word is near, that beginning: somebody is still typing it.
    """
    limit, length = tolerated(typed), len(typed)
    ranked = []
    for word, count in words:
        # Of a word that is much longer, only the beginning can be near.
        found = _errors(typed, word[: length + limit], limit)
        whole = found[-1] if len(word) <= length + limit else limit + 1
        begun = found[length] if len(word) > length else whole
        ranked.append((min(whole, begun), begun < whole, -count, word if whole <= begun else word[:length]))
    wrong, *_, meant = min(ranked, default=(0, None))
    return meant if meant and wrong <= limit else None
