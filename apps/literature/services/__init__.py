"""Every change to references, import runs, candidates and what was found out about references."""

from .amending import AMENDABLE, amend_reference, edition_of
from .asking import request_identifiers, request_search
from .keeping import forget_uploads, kept_until
from .leasing import resume_imports
from .ranking import forget_old_scores, score_candidates
from .refreshing import refresh_reference, refresh_references
from .repeating import change_search, run_due_searches, run_search, save_search, tell_of_searches
from .requesting import request_import
from .retractions import Gathered, apply_finding, dismiss_finding, gather_reports, keep_finding, raised_states
from .running import run_import
from .screening import resolve_conflict, vote_on_candidate
from .searching import index_texts
from .steering import cancel_import, pause_import, resume_import, retry_failed_rows, retry_import
from .storing import Counts, upsert_citations
from .triaging import (
    add_candidates,
    claim_candidate,
    mark_curated,
    nominate,
    note_on_candidate,
    postpone_candidate,
    reject_candidate,
    release_candidate,
    reopen_candidate,
    return_candidates,
)
from .watching import ask_sources, check_sources

__all__ = [
    "AMENDABLE",
    "Counts",
    "Gathered",
    "add_candidates",
    "amend_reference",
    "apply_finding",
    "ask_sources",
    "cancel_import",
    "change_search",
    "check_sources",
    "claim_candidate",
    "dismiss_finding",
    "edition_of",
    "forget_old_scores",
    "forget_uploads",
    "gather_reports",
    "index_texts",
    "keep_finding",
    "kept_until",
    "mark_curated",
    "nominate",
    "note_on_candidate",
    "pause_import",
    "postpone_candidate",
    "raised_states",
    "refresh_reference",
    "refresh_references",
    "reject_candidate",
    "release_candidate",
    "reopen_candidate",
    "request_identifiers",
    "request_import",
    "request_search",
    "resolve_conflict",
    "resume_import",
    "resume_imports",
    "retry_failed_rows",
    "retry_import",
    "return_candidates",
    "run_due_searches",
    "run_import",
    "run_search",
    "save_search",
    "score_candidates",
    "tell_of_searches",
    "upsert_citations",
    "vote_on_candidate",
]
