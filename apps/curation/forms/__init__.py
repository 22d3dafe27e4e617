"""Forms of the curation pages."""

from .bulk import BulkForm
from .content import ContentForm
from .decision import DecisionForm, DismissForm, ReReviewForm, TableForm, WithdrawForm

__all__ = ["BulkForm", "ContentForm", "DecisionForm", "DismissForm", "ReReviewForm", "TableForm", "WithdrawForm"]
