"""The matcher: a dictionary of names, and where they stand in a text. Pure.

The longest name wins, and no two mentions overlap. Where a name stands for several things, the one of
which it is the better name wins (see ``Rank``), then the kind that comes first in ``KINDS``; a name that
is equally good for two things of one kind says nothing certain and is passed over.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..choices import Vocabulary
from .abbreviations import Explained, explained, singular
from .names import TARGET, Case, Name, Named, keys_of
from .words import GREEK, GREEK_NAMES, HYPHENS, Words

KINDS = (
    TARGET, Vocabulary.CELL_STATE, Vocabulary.CELL_TYPE, Vocabulary.CANCER, Vocabulary.THERAPY, Vocabulary.TISSUE,
    Vocabulary.SPECIES, Vocabulary.PROCESS, Vocabulary.METHOD,
)  # fmt: skip
_ORDER = {kind: place for place, kind in enumerate(KINDS)}

#: A part before or after a hyphen that makes another thing of the name: “non-Hodgkin”, “pre-B cell”, “T-cell-like”.
_OTHER_BEFORE = frozenset({"non", "pre", "pro", "pseudo"})
_OTHER_AFTER = frozenset({"like"})
_PART_BEFORE = re.compile(r"[^\W_]*\Z")
_PART_AFTER = re.compile(r"[^\W_]*")
_NON = re.compile(r"\bnon\s\Z", re.IGNORECASE)
_SOFT = frozenset(HYPHENS + " \t\n\r\u00a0\u2009\u202f'’s+⁺")
_OPEN_SYMBOL = re.compile(r"[A-Z]{2,}\b")  # “CD 8” and “PD L1”, but neither “A 10” nor “March 1”
_SENTENCE_ENDS = ".!?\n"
_IS_LOWER = re.compile(r"[a-z]{2}")
_OF_A_PROTEIN = re.compile(
    r"receptor|protein|factor|ligand|antigen|molecule|domain|kinase\b|ase\b|interleukin|interferon|chemokine|subunit",
    re.IGNORECASE,
)
#: “T cell receptor”, “macrophage colony-stimulating factor”: a protein that is named after a cell or tissue.
_NAMED_AFTER = frozenset({Vocabulary.CELL_TYPE, Vocabulary.CELL_STATE, Vocabulary.TISSUE})
_REST_OF_A_PROTEIN = re.compile(
    r"[\s-]+(?:(?:activati(?:on|ng)|adhesion|associated|chemoattractant|colony|derived|differentiation|growth|inducible"
    r"|inhibit(?:ory|ing)|maturation|migration|specific|stimulating|surface)[\s-]+){0,3}"
    r"(?:antigen|factor|gene|molecule|protein|receptor)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A target or term named in a text: ``text`` is exactly what stands from ``start`` to ``end``."""

    start: int
    end: int
    text: str
    kind: str
    curie: str
    label: str

    @property
    def kind_in_words(self) -> str:
        return kind_in_words(self.kind)


def kind_in_words(kind: str) -> str:
    return "Target" if kind == TARGET else Vocabulary(kind).label


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A place where a name stands; ``meaning`` is ``None`` where it is not certain what it stands for."""

    start: int
    end: int
    meaning: Name | None


class Dictionary:
    """The names of so many targets and terms, ready to be found. Never changed once made."""

    def __init__(self, everything: Iterable[Named]) -> None:
        names: dict[str, list[Name]] = {}
        self._words: dict[str, set[str]] = {}
        for named in everything:
            keys = list(keys_of(named))
            for key, name in keys:
                names.setdefault(key, []).append(name)
            if any(name.case == Case.EXACT for _, name in keys):
                self._words[named.curie] = {word for key, _ in keys for word in key.split()}
        self._names = {key: tuple(dict.fromkeys(listed)) for key, listed in names.items()}
        self._longest: dict[str, int] = {}
        for key in names:
            first, count = key.split(" ", 1)[0], key.count(" ") + 1
            if count > self._longest.get(first, 0):
                self._longest[first] = count

    def __len__(self) -> int:
        """How many spellings it knows."""
        return len(self._names)

    def find(self, text: str) -> list[Mention]:
        """What is named in the text, from left to right; never two at one place."""
        candidates = list(self._candidates(Words(text)))
        chosen = _longest(candidates)
        if "(" in text and (short_forms := explained(text)):
            chosen = _longest(self._as_explained(text, candidates, chosen, short_forms))
        return [
            Mention(one.start, one.end, text[one.start : one.end], meant.kind, meant.curie, meant.label)
            for one in chosen
            if (meant := one.meaning)
        ]

    def _candidates(self, words: Words) -> Iterator[_Candidate]:
        count = len(words.folded)
        for first, word in enumerate(words.folded):
            most = self._longest.get(word, 0)
            if word[-1] == "s":
                most = max(most, self._longest.get(word[:-1], 0))
            key = ""
            for last in range(first, min(first + most, count)):
                key = f"{key} {words.folded[last]}" if key else word
                if names := self._names.get(key):
                    yield from _candidate(words, first, last, names)
                if key[-1] == "s" and len(words.folded[last]) > 2 and (names := self._names.get(key[:-1])):
                    yield from _candidate(words, first, last, names, plural=True)

    def _as_explained(
        self, text: str, candidates: list[_Candidate], chosen: list[_Candidate], short_forms: list[Explained]
    ) -> list[_Candidate]:
        """The candidates with each short form meaning what the text says it means."""
        by_end = {one.end: one for one in chosen}
        given: list[_Candidate] = []
        settled: set[str] = set()
        for short_form in short_forms:
            long = by_end.get(short_form.end)
            if long and long.meaning and long.start <= short_form.start:
                settled.add(short_form.short)
                given += _every(text, short_form.short, long.meaning)
            else:
                words = Words(text[short_form.start : short_form.end])
                known = [one.meaning for one in candidates if singular(text[one.start : one.end]) == short_form.short]
                if any(name and name.case == Case.EXACT and not self._may_be(name, words) for name in known):
                    settled.add(short_form.short)
        return given + [one for one in candidates if singular(text[one.start : one.end]) not in settled]

    def _may_be(self, name: Name, long: Words) -> bool:
        """Whether the words that explain a short form may be another way to say what the dictionary takes it for."""
        if name.kind == TARGET and _OF_A_PROTEIN.search(long.text):
            return True
        known = self._words.get(name.curie, set())
        shared = sum(word in known or word.removesuffix("s") in known for word in long.folded)
        return 2 * shared >= len(long.folded)


def _candidate(
    words: Words, first: int, last: int, names: Iterable[Name], *, plural: bool = False
) -> Iterator[_Candidate]:
    """The words as one of the names, where they may be one; ``plural``: all but their last letter, an “s”."""
    text, start, end = words.text, words.starts[first], words.ends[last]
    if not _stands_alone(text, start, end):
        return
    spelt = words.spelt(first, last)
    if plural:
        names = [name for name in names if name.case == Case.FREE or spelt[-1] == "s"]
        spelt = spelt[:-1]
    marks = _marks_between(words, first, last)
    fitting = [name for name in names if name.admits(spelt) and marks <= set(name.marks)]
    if " " in text[start:end] and not _OPEN_SYMBOL.match(text, start):
        fitting = [name for name in fitting if name.case != Case.SYMBOL]
    if any(name.case == Case.EXACT for name in fitting) and _is_shouted(text, start, end):
        fitting = [name for name in fitting if name.case != Case.EXACT]
    if not plural and _REST_OF_A_PROTEIN.match(text, end):
        fitting = [name for name in fitting if name.kind not in _NAMED_AFTER]
    if fitting:
        yield _Candidate(start, end, _meant(fitting))


def _meant(names: Sequence[Name]) -> Name | None:
    best = min((name.rank, _ORDER[name.kind]) for name in names)
    fitting = [name for name in names if (name.rank, _ORDER[name.kind]) == best]
    return fitting[0] if len({name.curie for name in fitting}) == 1 else None


def _longest(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """The longest, the earlier of equals, without any that overlaps a chosen one; in the order of the text."""
    chosen: list[_Candidate] = []
    taken: set[int] = set()
    for one in sorted(candidates, key=lambda one: (one.start - one.end, one.start)):
        place = range(one.start, one.end)
        if taken.isdisjoint(place):
            taken.update(place)
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.start)


def _every(text: str, short: str, meaning: Name) -> list[_Candidate]:
    places = re.finditer(rf"{re.escape(short)}s?", text)
    return [_Candidate(*place.span(), meaning) for place in places if _stands_alone(text, *place.span())]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a name may stand here: neither within a word nor as a part of a longer symbol."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalnum() or before == "_" or after.isalnum() or after == "_":
        return False
    if before and before in HYPHENS:
        part = _part(_PART_BEFORE, text[max(0, start - 41) : start - 1])
        if part and (part.lower() in _OTHER_BEFORE or not (part == "p" or _is_a_word(part))):
            return False
    elif before.isspace() and _NON.search(text[max(0, start - 5) : start]):
        return False
    if after and after in HYPHENS:
        part = _part(_PART_AFTER, text[end + 1 : end + 41])
        if part and (part.lower() in _OTHER_AFTER or part.lower() in GREEK_NAMES or not _is_a_word(part)):
            return False
    return True


def _part(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[0] if match else ""


def _is_a_word(part: str) -> bool:
    """“derived”, “to”, “CXCR4”: not the rest of a symbol, as in “PD-L1”, “HLA-DR” or “TGF-β”."""
    if part.isdigit() or part[0].lower() in GREEK:
        return False
    return len(part) > 2 or (len(part) == 2 and part.isalpha() and part.islower())


def _marks_between(words: Words, first: int, last: int) -> set[str]:
    """What stands between the words other than spaces and hyphens; a long gap or a full stop is no name's."""
    marks: set[str] = set()
    for number in range(first, last):
        gap = words.text[words.ends[number] : words.starts[number + 1]]
        marks.update(gap)
        if len(gap) > 4 or gap.count("\n") > 1:
            marks.add(".")
    return marks - _SOFT


def _is_shouted(text: str, start: int, end: int) -> bool:
    """Whether capitals say nothing here: in a sentence all in capitals, or a heading such as “IMPACT:”."""
    begins = max(text.rfind(mark, 0, start) for mark in _SENTENCE_ENDS) + 1
    colon = text.find(":", end, end + 60)
    if colon >= 0 and not _IS_LOWER.search(text[begins:colon]):
        return True
    ends = min((place for mark in _SENTENCE_ENDS if (place := text.find(mark, end)) >= 0), default=len(text))
    sentence = text[begins:ends]
    return not _IS_LOWER.search(sentence) and len(sentence.split()) > 2
