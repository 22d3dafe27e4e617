"""Chainable reads, and counting them by facet."""

from .contradicting import Contradiction, Side, compared, contradictions_about, rivals_of, with_documents
from .facets import facets_of
from .reads import SEARCH_CONFIG, EntryQuerySet, RevisionQuerySet, TargetDossierQuerySet

__all__ = [
    "SEARCH_CONFIG",
    "Contradiction",
    "EntryQuerySet",
    "RevisionQuerySet",
    "Side",
    "TargetDossierQuerySet",
    "compared",
    "contradictions_about",
    "facets_of",
    "rivals_of",
    "with_documents",
]
