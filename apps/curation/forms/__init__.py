"""Forms of the curation pages."""

from .bulk import BulkForm
from .comment import CommentForm, HideForm
from .content import ContentForm
from .decision import (
    AssignForm,
    DecisionForm,
    DismissForm,
    FlagAnswerForm,
    FlagForm,
    MergeForm,
    ReReviewForm,
    SecondReviewForm,
    TableForm,
    WithdrawForm,
)

__all__ = [
    "AssignForm",
    "BulkForm",
    "CommentForm",
    "ContentForm",
    "DecisionForm",
    "DismissForm",
    "FlagAnswerForm",
    "FlagForm",
    "HideForm",
    "MergeForm",
    "ReReviewForm",
    "SecondReviewForm",
    "TableForm",
    "WithdrawForm",
]
