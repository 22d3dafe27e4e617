"""The read-model: published entries, what is computed from them, and the releases of them."""

from .columns import EntryColumns
from .entries import (
    Entry,
    EntryVersion,
    GoneTarget,
    PublishedReference,
    PublishedTerm,
    Revision,
    Tally,
    TargetCombination,
    TargetDossier,
)
from .releases import PinnedQuery, Release, ReleasedEntry

__all__ = [
    "Entry",
    "EntryColumns",
    "EntryVersion",
    "GoneTarget",
    "PinnedQuery",
    "PublishedReference",
    "PublishedTerm",
    "Release",
    "ReleasedEntry",
    "Revision",
    "Tally",
    "TargetCombination",
    "TargetDossier",
]
