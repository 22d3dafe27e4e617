"""Forms of the curation pages."""

from .content import ContentForm
from .decision import DecisionForm, WithdrawForm

__all__ = ["ContentForm", "DecisionForm", "WithdrawForm"]
