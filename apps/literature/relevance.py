"""How much a reference promises for curation: pure, versioned, every point explained.

The score is a sum of points, at most 100, that ranks the queue of triage and decides nothing.

* **What is named.** The four kinds of thing that a record is about (target, cell, cancer, therapy)
  give points once each: all of them where one stands in the title, three fifths where it stands in
  the abstract alone. Saying it again adds nothing; two further things of a kind add one point each.
  So a paper that names all four once comes before one that names a single target twenty times.
* **What it rests on.** Words of a trial, patients, animals and so on; the publication type counts
  like its words. The two strongest count, for a paper has one system of its own, seldom three.
* **What speaks against it.** Reviews and comments have no evidence of their own; nothing can be
  curated from a title alone; a concern has to be cleared first.
* **Retracted** and withdrawn papers stand below all others.

``RELEVANCE_VERSION`` rises when a result may change; candidates of an earlier one are scored again.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.vocabularies.choices import Vocabulary
from apps.vocabularies.mentions import Mention
from apps.vocabularies.mentions.names import TARGET

from .choices import ReferenceType, RetractionState

RELEVANCE_VERSION = 1
RETRACTED = -1.0
MOST_STORED = 40

#: The kinds of mention that stand for each of the things a record is about, and what naming one is worth.
GROUPS: dict[str, tuple[frozenset[str], float]] = {
    "target": (frozenset({TARGET}), 25.0),
    "cell": (frozenset({Vocabulary.CELL_TYPE.value, Vocabulary.CELL_STATE.value}), 20.0),
    "cancer": (frozenset({Vocabulary.CANCER.value}), 12.0),
    "therapy": (frozenset({Vocabulary.THERAPY.value}), 14.0),
}
GROUP_OF_KIND = {kind: group for group, (kinds, _) in GROUPS.items() for kind in kinds}
IN_ABSTRACT = 0.6
FURTHER, MOST_FURTHER = 1.0, 2
MOST_EVIDENCE = 2


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


#: What a paper rests on, what that is worth, and the words that tell it; the strongest first.
EVIDENCE: tuple[tuple[str, float, re.Pattern[str]], ...] = (
    ("A clinical trial", 9.0, _words(r"(?:clinical|controlled|phase \d\w*|phase [iv]+\w?) trials?", "randomi[sz]ed")),
    ("A meta-analysis", 8.0, _words("meta-?analys[ie]s")),
    ("Patients", 7.0, _words("patients?", "cohorts?", "biops(?:y|ies)", "survival", "hazard ratio")),
    ("Animals", 6.0, _words("mice", "mouse", "murine", "xenografts?", "in vivo", "knock-?outs?", "syngeneic")),
    ("Fresh tissue or organoids", 5.0, _words("organoids?", "ex vivo", r"co-?cultur\w*", "spheroids?", "explants?")),
    ("Tissue read cell by cell", 3.0, _words("single-cell", r"spatial \w+omics", r"immunohisto\w+", "flow cytometry")),
    ("Cells in culture", 2.0, _words("in vitro", "cell lines?")),
)
MICROENVIRONMENT = _words(r"micro-?environment\w*", r"stroma\w*", "tumou?r-(?:infiltrating|associated)")
_NO_EVIDENCE = {
    ReferenceType.REVIEW: ("A review: it has no evidence of its own", -20.0),
    ReferenceType.EDITORIAL: ("An editorial, letter or comment", -25.0),
    ReferenceType.NOTICE: ("A notice about another article", -40.0),
    ReferenceType.BOOK: ("A book or chapter", -15.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What the scoring reads of a reference, with what was found in its title and its abstract."""

    title: str
    abstract: str
    reference_type: str
    publication_types: Sequence[str]
    retraction_state: str
    in_title: Sequence[Mention]
    in_abstract: Sequence[Mention]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that a paper names, how often, and whether in its title."""

    kind: str
    curie: str
    label: str
    count: int
    title: bool


@dataclass(frozen=True, slots=True)
class Reason:
    text: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """``score`` is the sum of the ``reasons`` and never below 0, but for ``RETRACTED``, below all."""

    score: float
    reasons: tuple[Reason, ...]
    found: tuple[Found, ...]


def relevance_of(paper: Paper) -> Relevance:
    found = _found(paper)
    if RetractionState(paper.retraction_state).gravity >= RetractionState.RETRACTED.gravity:
        label = RetractionState(paper.retraction_state).label
        return Relevance(score=RETRACTED, reasons=(Reason(f"{label}: nothing may rest on it", RETRACTED),), found=found)
    reasons = [*_named(found), *_rests_on(paper), *_against(paper)]
    score = sum(reason.points for reason in reasons)
    return Relevance(score=round(max(0.0, score), 1), reasons=tuple(reasons), found=found)


def _found(paper: Paper) -> tuple[Found, ...]:
    """What counts of the mentions, each thing once: those of the title first, then the most frequent."""
    counts: dict[str, int] = {}
    first: dict[str, tuple[Mention, bool]] = {}
    for mentions, title in ((paper.in_title, True), (paper.in_abstract, False)):
        for mention in mentions:
            if mention.kind in GROUP_OF_KIND:
                counts[mention.curie] = counts.get(mention.curie, 0) + 1
                first.setdefault(mention.curie, (mention, title))
    found = [
        Found(kind=mention.kind, curie=curie, label=mention.label, count=counts[curie], title=title)
        for curie, (mention, title) in first.items()
    ]
    return tuple(sorted(found, key=lambda each: (not each.title, -each.count))[:MOST_STORED])


def _named(found: Iterable[Found]) -> Iterable[Reason]:
    found = list(found)
    for group, (kinds, points) in GROUPS.items():
        named = [each for each in found if each.kind in kinds]
        if not named:
            continue
        where, share = ("in the title", 1.0) if named[0].title else ("in the abstract", IN_ABSTRACT)
        further = FURTHER * min(MOST_FURTHER, len(named) - 1)
        yield Reason(f"{group.capitalize()} {where}", round(points * share + further, 1))


def _rests_on(paper: Paper) -> Iterable[Reason]:
    text = " \n ".join((paper.title, paper.abstract, *paper.publication_types))
    if MICROENVIRONMENT.search(text):
        yield Reason("Speaks of the microenvironment", 4.0)
    told = [Reason(label, points) for label, points, words in EVIDENCE if words.search(text)]
    yield from told[:MOST_EVIDENCE]


def _against(paper: Paper) -> Iterable[Reason]:
    if against := _NO_EVIDENCE.get(ReferenceType(paper.reference_type)):
        yield Reason(*against)
    if not paper.abstract:
        yield Reason("No abstract to judge by", -5.0)
    if paper.retraction_state == RetractionState.EXPRESSION_OF_CONCERN:
        yield Reason("Expression of concern", -20.0)
