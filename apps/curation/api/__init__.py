"""The curation API: the same verbs as the pages, through the same services."""

from .afterlife import EntryViewSet, FlagViewSet
from .bulk import BulkViewSet
from .discussion import CommentViewSet, ThreadViewSet
from .submissions import SubmissionViewSet

__all__ = ["BulkViewSet", "CommentViewSet", "EntryViewSet", "FlagViewSet", "SubmissionViewSet", "ThreadViewSet"]
