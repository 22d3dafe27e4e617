"""Chainable reads, and counting them by facet."""

from .changes import SOURCES, change_of, changes_after
from .contradicting import Contradiction, Side, compared, contradictions_about, rivals_of, with_documents
from .facets import FACETS, facets_of, facets_of_all
from .reads import (
    MARKS,
    MOST_RANKED,
    SEARCH_CONFIG,
    EntryQuerySet,
    RevisionQuerySet,
    TargetCombinationQuerySet,
    TargetDossierQuerySet,
)
from .releases import ReleasedEntryQuerySet, ReleaseQuerySet
from .streaming import stream

__all__ = [
    "FACETS",
    "MARKS",
    "MOST_RANKED",
    "SEARCH_CONFIG",
    "SOURCES",
    "Contradiction",
    "EntryQuerySet",
    "ReleaseQuerySet",
    "ReleasedEntryQuerySet",
    "RevisionQuerySet",
    "Side",
    "TargetCombinationQuerySet",
    "TargetDossierQuerySet",
    "change_of",
    "changes_after",
    "compared",
    "contradictions_about",
    "facets_of",
    "facets_of_all",
    "rivals_of",
    "stream",
    "with_documents",
]
