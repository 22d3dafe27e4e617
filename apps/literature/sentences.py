"""Cutting an abstract into sentences, each by its exact place. Pure."""

import re
from collections.abc import Iterator

#: A possible end: a mark, what may close or cite after it, and white space; or a line end.
_END = re.compile(
    r"(?P<mark>[.!?…]+)(?P<closing>(?:[\"'”’)\]]|\[[\d,\s–-]{1,20}\]|(?<=[a-z][.])\d{1,3})*)(?=\s|$)|\n\s*"
)
_WORD_BEFORE = re.compile(r"[^\s(\[/]*\Z")
#: A capital, a figure, an opening mark; or a name that begins in lower case, such as mTOR or p53.
_BEGINS = re.compile(r"\s*(?:[^\W\d_a-zß-öø-ÿα-ω]|\d|[(\[“\"'‘]|[a-zα-ω]+[A-Z\d]|\Z)")
_ABBREVIATIONS = frozenset({
    "e.g", "i.e", "cf", "vs", "viz", "al", "approx", "ca", "resp", "fig", "figs", "eq", "eqs", "ref", "refs", "tab",
    "suppl", "ed", "eds", "vol", "no", "nos", "var", "sp", "spp", "subsp", "dr", "prof", "mr", "mrs", "ms", "st", "jr",
    "sr", "dept", "univ", "incl", "excl", "ph.d", "m.d", "u.s", "u.k", "a.k.a", "avg", "max", "min", "wt", "n.b", "pp",
})  # fmt: skip
#: Words that begin a sentence more often than they follow an initial: “… hepatitis B. We …”.
_OPENERS = re.compile(
    r"\s*(?:A|After|All|Although|An|As|At|Both|By|Conclusions?|During|For|From|Here|However|If|In|It|Its|Methods?|"
    r"Moreover|No|Of|On|Our|Patients|Results?|The|Their|Then|There|These|They|This|Thus|To|Using|We|When|While|With)\b"
)
_LONGEST_ASIDE = 400


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence starts and ends, in order, without the white space between them."""
    found, start = [], 0
    for end in _ends(text):
        if (place := _trimmed(text, start, end)) is not None:
            found.append(place)
        start = end
    return found


def _ends(text: str) -> Iterator[int]:
    start = 0
    for match in _END.finditer(text):
        if match["mark"] is None:
            is_end = _line_ends(text, start, match)
        else:
            is_end = not _in_aside(text, start, match.end()) and _mark_ends(text, match)
        if is_end:
            start = match.end()
            yield start
    yield len(text)


def _line_ends(text: str, start: int, match: re.Match[str]) -> bool:
    """A line end within a sentence is only where the text was wrapped."""
    line = text[max(start, text.rfind("\n", 0, match.start()) + 1) : match.start()].strip()
    return match[0].count("\n") > 1 or line.endswith((".", "!", "?", ":", "…")) or (line.isupper() and len(line) > 3)


def _mark_ends(text: str, match: re.Match[str]) -> bool:
    if not _BEGINS.match(text, match.end()):
        return False
    if match["mark"] != "." or match["closing"]:
        return True
    found = _WORD_BEFORE.search(text, max(0, match.start() - 30), match.start())
    word = found[0] if found else ""
    if word.lower() in _ABBREVIATIONS:
        return False
    if (len(word) == 1 and word.isupper()) or re.fullmatch(r"(?:[A-Z]\.-?)+[A-Z]", word):
        return bool(_OPENERS.match(text, match.end())) or not text[match.end() :].strip()
    return True


def _in_aside(text: str, start: int, end: int) -> bool:
    """Whether the place is within brackets that are closed before long."""
    opened = text.rfind("(", start, end)
    if opened < 0 or text.find(")", opened, end) >= 0:
        return False
    return text.find(")", end, opened + _LONGEST_ASIDE) >= 0


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    inner = piece.strip()
    if not inner:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(inner)
