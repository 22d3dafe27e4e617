"""The filters of every list, shared by the pages and the API: the same words give the same rows."""

from .changes import ChangeListing
from .listing import Listing
from .sets import (
    ChangeFilter,
    CombinationFilter,
    EntryFilter,
    PastFilter,
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
    "ChangeListing",
    "CombinationFilter",
    "EntryFilter",
    "Listing",
    "PastFilter",
    "ReferenceFilter",
    "ReleaseListFilter",
    "StrictFilterSet",
    "TargetFilter",
    "TermFilter",
    "ValuesFilter",
    "entry_rows",
    "label_of",
]
