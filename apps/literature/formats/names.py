"""Names as they stand in one line: “Family, Given”, “Family GN”, “Given Family”, or of a group."""

import re

from .citation import Author

SUFFIX = re.compile(r"(?:jr|sr|2nd|3rd|i{2,3}|iv)\.?", re.IGNORECASE)
PARTICLE = re.compile(r"(?:[a-z]+|al-|d'|l')")
IDEOGRAPHS = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\s]+")
GROUP = re.compile(
    r"\b(?:group|consortium|organi[sz]ation|committee|society|network|collaborat(?:ion|ive)|investigators|team"
    r"|association|institutes?|university|ministry|department|cent(?:re|er)|agency|foundation|council|initiative"
    r"|program(?:me)?|commission|federation|union|hospital|company|inc|gmbh|ltd|office|bureau|task force|registry)\b",
    re.IGNORECASE,
)
MOST_INITIALS = 4


def author_of(name: str) -> Author | None:
    """``name`` is plain text, its white space collapsed; None where it names nobody."""
    name = name.strip(" ;")
    if not name.strip(",."):
        return None
    if "," not in name:
        return _without_comma(name)
    family, *rest = (part.strip() for part in name.split(","))
    rest = [part for part in rest if part]
    if not family:
        return _without_comma(" ".join(rest))
    if not rest:  # how EndNote marks the name of a group
        return Author(collective=family) if " " in family else Author(family)
    if len(rest) > 1 and SUFFIX.fullmatch(rest[0]):
        rest = [*rest[1:], rest[0]]
    return Author(family, " ".join(rest))


def _without_comma(name: str) -> Author:
    words = name.split()
    if len(words) == 1:
        return Author(name)
    if GROUP.search(name):
        return Author(collective=name)
    if IDEOGRAPHS.fullmatch(name):
        return Author(words[0], " ".join(words[1:]))
    if is_initials(words[-1]) and not words[0].endswith("."):
        return Author(" ".join(words[:-1]), words[-1])
    suffix = words.pop() if len(words) > 2 and SUFFIX.fullmatch(words[-1]) else ""
    start = len(words) - 1
    while start > 1 and PARTICLE.fullmatch(words[start - 1]):
        start -= 1
    return Author(" ".join(words[start:]), " ".join((*words[:start], suffix)).strip())


def is_initials(word: str) -> bool:
    letters = re.sub(r"[.\-]", "", word)
    return 0 < len(letters) <= MOST_INITIALS and letters.isupper() and letters.isalpha()
