"""The curation API: the same verbs as the pages, through the same services."""

from .bulk import BulkViewSet
from .discussion import CommentViewSet, ThreadViewSet
from .submissions import SubmissionViewSet

__all__ = ["BulkViewSet", "CommentViewSet", "SubmissionViewSet", "ThreadViewSet"]
