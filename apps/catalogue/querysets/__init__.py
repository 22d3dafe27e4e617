"""Chainable reads, walking them page by page, and counting them by facet."""

from .facets import facets_of
from .keyset import BadCursor, Order, Page, keyset_page
from .reads import SEARCH_CONFIG, EntryQuerySet, RevisionQuerySet, TargetDossierQuerySet

__all__ = [
    "SEARCH_CONFIG",
    "BadCursor",
    "EntryQuerySet",
    "Order",
    "Page",
    "RevisionQuerySet",
    "TargetDossierQuerySet",
    "facets_of",
    "keyset_page",
]
