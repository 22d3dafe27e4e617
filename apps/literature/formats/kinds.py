"""What a publication is by the words for it: those of PubMed, Embase, Scopus, Web of Science."""

import re
from collections.abc import Iterable

from ..choices import ReferenceType, RetractionState

KINDS = (
    (ReferenceType.NOTICE, "retraction of publication, retraction notice, retraction, published erratum, erratum"),
    (ReferenceType.NOTICE, "corrigendum, correction, expression of concern"),
    (ReferenceType.PREPRINT, "preprint"),
    (ReferenceType.META_ANALYSIS, "meta-analysis, network meta-analysis"),
    (ReferenceType.REVIEW, "review, systematic review, scoping review, review article, short survey"),
    (ReferenceType.CASE_REPORT, "case reports, case report"),
    (ReferenceType.EDITORIAL, "editorial, editorial material, letter, news, comment, newspaper article, note"),
    (ReferenceType.EDITORIAL, "article commentary"),
    (ReferenceType.ABSTRACT, "meeting abstract, congress, conference abstract, abstract, meeting report"),
    (ReferenceType.DATASET, "dataset, data paper"),
    (ReferenceType.ARTICLE, "journal article, article, article in press, conference paper, proceedings paper"),
    (ReferenceType.ARTICLE, "research article, brief report"),
)
# The first kind one of whose words is met is the kind of the reference.
WORDS = tuple((kind, frozenset(words.split(", "))) for kind, words in KINDS)
STATES = {
    "retracted publication": RetractionState.RETRACTED,
    "retracted article": RetractionState.RETRACTED,
    "retracted": RetractionState.RETRACTED,
    "withdrawn publication": RetractionState.WITHDRAWN,
}
KNOWN = frozenset().union(STATES, *(words for _, words in WORDS))
# How publishers mark the title of an article that no longer stands; a notice about it is “Retraction: …”.
MARKED_TITLE = re.compile(r"^\W*(?:(retracted)|(withdrawn))(?: article| paper| publication)?\s*[:\])]", re.IGNORECASE)


def is_word(text: str) -> bool:
    """Whether this is one of the words that say what a publication is."""
    return text.lower() in KNOWN


def kind_of(words: Iterable[str], default: ReferenceType) -> ReferenceType:
    known = {word.lower() for word in words}
    return next((kind for kind, of in WORDS if not of.isdisjoint(known)), default)


def state_of(words: Iterable[str], title: str = "") -> RetractionState:
    """Whether the article has been taken back, by what it is called and how its title is marked."""
    for word in words:
        if state := STATES.get(word.lower()):
            return state
    marked = MARKED_TITLE.match(title)
    if not marked:
        return RetractionState.NONE
    return RetractionState.RETRACTED if marked[1] else RetractionState.WITHDRAWN
