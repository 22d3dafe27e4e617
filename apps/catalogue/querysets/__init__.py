"""Chainable reads, and counting them by facet."""

from .contradicting import Contradiction, Side, compared, contradictions_about, rivals_of, with_documents
from .facets import FACETS, facets_of, facets_of_all
from .reads import (
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
    "SEARCH_CONFIG",
    "Contradiction",
    "EntryQuerySet",
    "ReleaseQuerySet",
    "ReleasedEntryQuerySet",
    "RevisionQuerySet",
    "Side",
    "TargetCombinationQuerySet",
    "TargetDossierQuerySet",
    "compared",
    "contradictions_about",
    "facets_of",
    "facets_of_all",
    "rivals_of",
    "stream",
    "with_documents",
]
