"""The filters of every list, shared by the pages and the API: the same words give the same rows."""

from .listing import Listing
from .sets import EntryFilter, ReferenceFilter, TargetFilter, TermFilter

__all__ = ["EntryFilter", "Listing", "ReferenceFilter", "TargetFilter", "TermFilter"]
