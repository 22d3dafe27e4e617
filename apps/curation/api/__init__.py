"""The curation API: the same verbs as the pages, through the same services."""

from .bulk import BulkViewSet
from .submissions import SubmissionViewSet

__all__ = ["BulkViewSet", "SubmissionViewSet"]
