"""What people fill in about references, imports and triage."""

from .amending import AmendForm
from .asking import FileForm, ListForm, SearchForm
from .triage import BulkForm, NoteForm, PostponeForm, RejectionForm, VoteForm

__all__ = [
    "AmendForm",
    "BulkForm",
    "FileForm",
    "ListForm",
    "NoteForm",
    "PostponeForm",
    "RejectionForm",
    "SearchForm",
    "VoteForm",
]
