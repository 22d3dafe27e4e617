"""What people fill in about references, imports and triage."""

from .amending import AmendForm
from .asking import FileForm, ListForm, SearchForm
from .searches import SavedSearchForm
from .triage import BulkForm, FlowForm, NoteForm, PostponeForm, RejectionForm, VoteForm

__all__ = [
    "AmendForm",
    "BulkForm",
    "FileForm",
    "FlowForm",
    "ListForm",
    "NoteForm",
    "PostponeForm",
    "RejectionForm",
    "SavedSearchForm",
    "SearchForm",
    "VoteForm",
]
