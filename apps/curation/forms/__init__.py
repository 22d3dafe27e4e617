"""Forms of the curation pages."""

from .bulk import BulkForm
from .comment import CommentForm, HideForm
from .content import ContentForm
from .decision import DecisionForm, DismissForm, ReReviewForm, TableForm, WithdrawForm

__all__ = [
    "BulkForm",
    "CommentForm",
    "ContentForm",
    "DecisionForm",
    "DismissForm",
    "HideForm",
    "ReReviewForm",
    "TableForm",
    "WithdrawForm",
]
