"""Services that know publications, each with ``search``, ``glance`` and ``fetch``; ``look_up`` asks them in turn.

No ORM. Every failure is a ``SourceFailure`` with a sentence for people.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import Protocol

from ..choices import Source
from .answers import SourceFailure, SourceRefused, SourceUnavailable
from .crossref import Crossref
from .europepmc import EuropePMC
from .http import nothing
from .lookup import Fetched, look_up
from .pubmed import PubMed
from .records import MOST_FOUND, Found, Record, batches, label_of, names_of

__all__ = [
    "MOST_FOUND",
    "Crossref",
    "EuropePMC",
    "Fetched",
    "Found",
    "PubMed",
    "Record",
    "SourceFailure",
    "SourceRefused",
    "SourceUnavailable",
    "batches",
    "label_of",
    "look_up",
    "names_of",
    "service_named",
]


class Library(Protocol):
    """What every service can do."""

    def search(self, query: str, *, since: date | None = None) -> Found: ...
    def glance(self, query: str, *, since: date | None = None) -> Found: ...
    def fetch(self, identifiers: Collection[str]) -> dict[str, Record]: ...


def service_named(name: str, *, beat: Callable[[], None] = nothing, hurry: bool = False) -> Library:
    """The service of that name (a ``Source``); in a ``hurry`` it soon gives up, since somebody waits."""
    kinds: dict[str, type[PubMed | EuropePMC | Crossref]] = {
        Source.PUBMED: PubMed,
        Source.EUROPEPMC: EuropePMC,
        Source.CROSSREF: Crossref,
    }
    return kinds[name](beat=beat, hurry=hurry)
