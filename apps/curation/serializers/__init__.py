"""The shapes of the curation API."""

from .bulk import (
    BulkDraftSerializer,
    BulkRowQuerySerializer,
    BulkRowSerializer,
    BulkSerializer,
    RecordsSerializer,
    TableSerializer,
)
from .revisions import RebaseSerializer
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
    "RebaseSerializer",
    "RecordsSerializer",
    "StartSerializer",
    "SubmissionRowSerializer",
    "SubmissionSerializer",
    "SuggestionSerializer",
    "TableSerializer",
    "WithdrawSerializer",
    "apply",
]
