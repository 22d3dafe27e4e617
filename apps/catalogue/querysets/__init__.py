"""Chainable reads, and counting them by facet."""

from .facets import facets_of
from .reads import SEARCH_CONFIG, EntryQuerySet, RevisionQuerySet, TargetDossierQuerySet

__all__ = [
    "SEARCH_CONFIG",
    "EntryQuerySet",
    "RevisionQuerySet",
    "TargetDossierQuerySet",
    "facets_of",
]
