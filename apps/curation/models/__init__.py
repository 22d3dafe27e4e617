"""Records, the submissions that propose their versions, their decisions and second looks, and tables of records."""

from .bulk import BulkRow, BulkUpload
from .submissions import Decision, Record, ReReview, Submission

__all__ = ["BulkRow", "BulkUpload", "Decision", "ReReview", "Record", "Submission"]
