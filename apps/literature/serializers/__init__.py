"""The shapes of the API of imports and triage."""

from .candidates import (
    CandidateInFullSerializer,
    CandidateQuerySerializer,
    CandidateSerializer,
    NothingSerializer,
    PostponeSerializer,
    RejectionSerializer,
)
from .imports import (
    ImportIssueSerializer,
    ImportRunSerializer,
    ListQuerySerializer,
    ListRequestSerializer,
    PageQuerySerializer,
    SearchRequestSerializer,
    UploadSerializer,
)

__all__ = [
    "CandidateInFullSerializer",
    "CandidateQuerySerializer",
    "CandidateSerializer",
    "ImportIssueSerializer",
    "ImportRunSerializer",
    "ListQuerySerializer",
    "ListRequestSerializer",
    "NothingSerializer",
    "PageQuerySerializer",
    "PostponeSerializer",
    "RejectionSerializer",
    "SearchRequestSerializer",
    "UploadSerializer",
]
