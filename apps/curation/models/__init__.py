"""Records, their submissions, reviews, decisions and second looks; discussions; and tables of records."""

from .bulk import BulkRow, BulkUpload
from .discussion import Comment, CommentVersion, Thread
from .news import NewsCursor
from .reviews import Decision, Review
from .submissions import Record, ReReview, Submission

__all__ = [
    "BulkRow",
    "BulkUpload",
    "Comment",
    "CommentVersion",
    "Decision",
    "NewsCursor",
    "ReReview",
    "Record",
    "Review",
    "Submission",
    "Thread",
]
