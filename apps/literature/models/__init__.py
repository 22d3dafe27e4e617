"""References, the runs that import them, and triage."""

from ..choices import ReferenceType, RetractionState
from .references import Reference, ReferenceLink, ReferenceText, TextBacklog
from .retractions import RetractionFinding
from .runs import ImportIssue, ImportOutcomes, ImportRun, SourceRecord
from .searches import RefreshRound, SavedSearch
from .triage import Candidate, CandidateNote, ScreeningVote

__all__ = [
    "Candidate",
    "CandidateNote",
    "ImportIssue",
    "ImportOutcomes",
    "ImportRun",
    "Reference",
    "ReferenceLink",
    "ReferenceText",
    "ReferenceType",
    "RefreshRound",
    "RetractionFinding",
    "RetractionState",
    "SavedSearch",
    "ScreeningVote",
    "SourceRecord",
    "TextBacklog",
]
