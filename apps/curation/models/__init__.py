"""Records, their submissions, reviews, decisions and second looks; discussions; and tables of records."""

from .afterlife import Flag, ReReview
from .bulk import BulkRow, BulkUpload
from .discussion import Comment, CommentVersion, Thread
from .news import NewsCursor
from .reviews import Decision, Review
from .submissions import Record, Submission

__all__ = [
    "BulkRow",
    "BulkUpload",
    "Comment",
    "CommentVersion",
    "Decision",
    "Flag",
    "NewsCursor",
    "ReReview",
    "Record",
    "Review",
    "Submission",
    "Thread",
]
