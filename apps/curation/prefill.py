"""What a paper names: targets, terms, trials and codes that a draft may take over, each with its sentence.

Only reads; taking one over is up to the curator, and a change of the draft like any other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from apps.literature.models import Reference
from apps.literature.sentences import sentences
from apps.vocabularies.choices import Vocabulary
from apps.vocabularies.mentions import Mention, load_dictionary

from . import cues
from .content import Content

TARGET, TRIAL = "target", "trial"

#: The field that each kind of thing belongs to, in the order in which they are offered. A code is of the kind
#: that its field is: those of ``cues``, and two that only follow from others (see ``implied``).
FIELDS: dict[str, str] = {
    TARGET: "target",
    Vocabulary.CELL_TYPE: "cell_types",
    Vocabulary.CELL_STATE: "cell_states",
    Vocabulary.CANCER: "cancers",
    Vocabulary.THERAPY: "therapies",
    Vocabulary.TISSUE: "tissue",
    TRIAL: "nct_ids",
    Vocabulary.SPECIES: "species",
    Vocabulary.PROCESS: "process",
    Vocabulary.METHOD: "methods",
    **{field: field for field in (*cues.FIELDS, "component", "level")},
}
_KINDS = list(FIELDS)
_TRIAL_ID = re.compile(r"(?<![^\W_])NCT[\s-]?(\d{8})(?!\d)", re.IGNORECASE | re.ASCII)
#: Between title and abstract: no name reaches across it.
_GAP = "\n\n"

Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One thing that the paper names: ``value`` is its id, ``marks`` are its places within ``sentence``.

    The sentence is the first of the abstract that names it, else the title; empty where only the list of
    trials that came with the reference does.
    """

    kind: str
    value: str
    label: str
    count: int
    in_title: bool
    sentence: str
    marks: tuple[Place, ...]

    @property
    def field(self) -> str:
        return FIELDS[self.kind]

    @property
    def key(self) -> str:
        return f"{self.kind} {self.value}"

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The sentence in pieces; true for those that are the thing's name."""
        pieces, place = [], 0
        for start, end in self.marks:
            pieces += [(self.sentence[place:start], False), (self.sentence[start:end], True)]
            place = end
        return [piece for piece in [*pieces, (self.sentence[place:], False)] if piece[0]]

    def is_in(self, content: Content) -> bool:
        value = getattr(content, self.field)
        return self.value in value if isinstance(value, tuple) else self.value == value


@dataclass(frozen=True, slots=True)
class Found:
    """All that a paper names: where in title and abstract, and as suggestions, the best of each kind first."""

    title: list[Mention]
    abstract: list[Mention]
    suggestions: list[Suggestion]


def found_in(reference: Reference) -> Found:
    """What title and abstract of the reference name, and the trials it was listed with."""
    text = reference.title + _GAP + reference.abstract
    # Found in one go, for a short form in the title may be explained in the abstract.
    mentions = load_dictionary().find(text)
    begin = len(reference.title) + len(_GAP)
    return Found(
        title=[one for one in mentions if one.end <= len(reference.title)],
        abstract=[replace(one, start=one.start - begin, end=one.end - begin) for one in mentions if one.start >= begin],
        suggestions=_suggestions(text, begin, mentions, reference.nct_ids),
    )


def _suggestions(text: str, begin: int, mentions: Iterable[Mention], listed: Iterable[str]) -> list[Suggestion]:
    places: dict[tuple[str, str, str], list[Place]] = {}
    for one in mentions:
        places.setdefault((one.kind, one.curie, one.label), []).append((one.start, one.end))
    for match in _TRIAL_ID.finditer(text):
        trial = f"NCT{match[1]}"
        places.setdefault((TRIAL, trial, trial), []).append(match.span())
    for cue in cues.find(text):
        places.setdefault((cue.field, cue.code, cue.label), []).append((cue.start, cue.end))
    for trial in listed:
        places.setdefault((TRIAL, trial, trial), [])
    cut = [(0, begin - len(_GAP)), *((start + begin, end + begin) for start, end in sentences(text[begin:]))]
    found = []
    for (kind, value, label), at in places.items():
        start, end = _sentence_of(at, begin, cut)
        found.append(
            Suggestion(
                kind=kind,
                value=value,
                label=label,
                count=len(at),
                in_title=bool(at) and at[0][0] < begin,
                sentence=text[start:end],
                marks=tuple((first - start, last - start) for first, last in at if start <= first and last <= end),
            )
        )
    # Sorting keeps the order of the text among equals.
    return sorted(found, key=lambda one: (_KINDS.index(one.kind), not one.in_title, -one.count))


def _sentence_of(places: list[Place], begin: int, cut: list[Place]) -> Place:
    """The first sentence of the abstract with one of the places, else the title with it."""
    first = next((place for place in places if place[0] >= begin), places[0] if places else None)
    return next((piece for piece in cut if first and piece[0] <= first[0] < piece[1]), (0, 0))
