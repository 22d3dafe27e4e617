"""What people fill in about references and imports."""

from .amending import AmendForm
from .asking import FileForm, ListForm, SearchForm

__all__ = ["AmendForm", "FileForm", "ListForm", "SearchForm"]
