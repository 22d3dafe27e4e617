"""The shapes of the curation API."""

from .bulk import (
    BulkDraftSerializer,
    BulkRowQuerySerializer,
    BulkRowSerializer,
    BulkSerializer,
    RecordsSerializer,
    TableSerializer,
)
from .submissions import (
    ApprovalSerializer,
    ContentSerializer,
    DecisionSerializer,
    EditSerializer,
    FindingSerializer,
    ListQuerySerializer,
    NothingSerializer,
    StartSerializer,
    SubmissionRowSerializer,
    SubmissionSerializer,
    SuggestionSerializer,
    WithdrawSerializer,
    apply,
)

__all__ = [
    "ApprovalSerializer",
    "BulkDraftSerializer",
    "BulkRowQuerySerializer",
    "BulkRowSerializer",
    "BulkSerializer",
    "ContentSerializer",
    "DecisionSerializer",
    "EditSerializer",
    "FindingSerializer",
    "ListQuerySerializer",
    "NothingSerializer",
    "RecordsSerializer",
    "StartSerializer",
    "SubmissionRowSerializer",
    "SubmissionSerializer",
    "SuggestionSerializer",
    "TableSerializer",
    "WithdrawSerializer",
    "apply",
]
