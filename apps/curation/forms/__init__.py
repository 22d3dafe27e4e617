"""Forms of the curation pages."""

from .content import ContentForm
from .decision import DecisionForm, DismissForm, ReReviewForm, TableForm, WithdrawForm

__all__ = ["ContentForm", "DecisionForm", "DismissForm", "ReReviewForm", "TableForm", "WithdrawForm"]
