"""The addresses of the API: read the parameters, find the stored text, send it."""

from .collections import (
    ReferenceDetail,
    ReferenceList,
    TargetDetail,
    TargetList,
    TermDetail,
    TermList,
    TippingList,
)
from .combinations import CombinationList
from .comparing import Comparison
from .contradictions import ContradictionList
from .downloads import Download
from .entries import ChangeList, EntryDetail, EntryList, FacetList, VersionDetail, VersionList
from .examples import Examples
from .portal import Context, Root, Schema
from .reference import Docs
from .releases import ReleaseDetail, ReleaseList

__all__ = [
    "ChangeList",
    "CombinationList",
    "Comparison",
    "Context",
    "ContradictionList",
    "Docs",
    "Download",
    "EntryDetail",
    "EntryList",
    "Examples",
    "FacetList",
    "ReferenceDetail",
    "ReferenceList",
    "ReleaseDetail",
    "ReleaseList",
    "Root",
    "Schema",
    "TargetDetail",
    "TargetList",
    "TermDetail",
    "TermList",
    "TippingList",
    "VersionDetail",
    "VersionList",
]
