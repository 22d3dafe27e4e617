"""Notices about publications, and preprints of them, as PubMed, Europe PMC and Crossref name them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ..choices import LinkKind, RetractionState


@dataclass(frozen=True, slots=True)
class Notice:
    """``does`` says what it does to a publication, ``done`` the same of that one, ``state`` what that one is then."""

    does: LinkKind
    done: LinkKind
    state: RetractionState


RETRACTION = Notice(LinkKind.RETRACTS, LinkKind.RETRACTED_BY, RetractionState.RETRACTED)
WITHDRAWAL = Notice(LinkKind.RETRACTS, LinkKind.RETRACTED_BY, RetractionState.WITHDRAWN)
CONCERN = Notice(LinkKind.RAISES_CONCERN, LinkKind.CONCERN_BY, RetractionState.EXPRESSION_OF_CONCERN)
CORRECTION = Notice(LinkKind.CORRECTS, LinkKind.CORRECTED_BY, RetractionState.CORRECTED)

NOTICES = {
    **dict.fromkeys(("retraction", "retractedandrepublished"), RETRACTION),
    **dict.fromkeys(("withdrawal", "removal"), WITHDRAWAL),
    # Where a part was retracted, whoever relies on the rest must say why.
    **dict.fromkeys(("expressionofconcern", "partialretraction"), CONCERN),
    **dict.fromkeys(("erratum", "corrigendum", "correction", "correctedandrepublished"), CORRECTION),
    **dict.fromkeys(("addendum", "clarification"), CORRECTION),
}
PREPRINTS = {"preprintof": LinkKind.PREPRINT_OF, "preprintin": LinkKind.ARTICLE_OF}
#: “Erratum in”, “ErratumFor”, “RetractedandRepublishedFrom”: the direction comes last.
DIRECTED = re.compile(r"(.+?)(in|of|for|from)")


def notice_named(name: str) -> Notice | None:
    return NOTICES.get(_letters(name))


@lru_cache(maxsize=128)
def relation_named(name: str) -> tuple[LinkKind, RetractionState] | None:
    """What a publication is to another one that it names so, and what it is itself by that."""
    letters = _letters(name)
    if kind := PREPRINTS.get(letters):
        return kind, RetractionState.NONE
    directed = DIRECTED.fullmatch(letters)
    notice = NOTICES.get(directed[1]) if directed else None
    if not directed or not notice:
        return None
    return (notice.done, notice.state) if directed[2] == "in" else (notice.does, RetractionState.NONE)


def _letters(name: str) -> str:
    return re.sub(r"[\s_-]", "", name[:80]).lower()
