"""The filters of every list, shared by the pages and the API: the same words give the same rows."""

from .listing import Listing
from .sets import (
    ChangeFilter,
    CombinationFilter,
    EntryFilter,
    ReferenceFilter,
    ReleaseListFilter,
    StrictFilterSet,
    TargetFilter,
    TermFilter,
    ValuesFilter,
    entry_rows,
    label_of,
)

__all__ = [
    "ChangeFilter",
    "CombinationFilter",
    "EntryFilter",
    "Listing",
    "ReferenceFilter",
    "ReleaseListFilter",
    "StrictFilterSet",
    "TargetFilter",
    "TermFilter",
    "ValuesFilter",
    "entry_rows",
    "label_of",
]
