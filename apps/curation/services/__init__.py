"""Every change of a submission: keyword-only verbs, one transaction and one event each.

A verb locks the row, asks the permission (which knows the states too), changes, and records. What
it was handed is only a pointer: the row is read again under the lock, and the fresh one returned.
"""

from .bulk import check_bulk_again, discard_bulk, draft_bulk, import_for_bulk, missing_publications, send_bulk
from .bulk_checking import Reader, RowRead
from .bulk_working import waiting_bulk, work_on_bulk
from .counting import count_usage
from .dependants import Dependants, dependants_of, resting
from .drafting import save_draft, stale_draft, start, submit, withdraw
from .facts import facts_for, findings
from .following import follow_merged_references, follow_merged_targets
from .likeness import Likeness, alike
from .loads import Change, Naming, Touched, tell_of_load, tell_of_loads
from .rebasing import rebase
from .rereview import retract, uphold
from .retractions import (
    Preview,
    apply_due,
    apply_finding,
    check_retractions,
    find_raised,
    preview,
    public_reason,
    settle_retractions,
    take_table,
    tell_editors,
)
from .reviewing import approve, claim, expire_claims, reject, release, request_changes
from .versions import Revision, content_of_version, revision_of

__all__ = [
    "Change",
    "Dependants",
    "Likeness",
    "Naming",
    "Preview",
    "Reader",
    "Revision",
    "RowRead",
    "Touched",
    "alike",
    "apply_due",
    "apply_finding",
    "approve",
    "check_bulk_again",
    "check_retractions",
    "claim",
    "content_of_version",
    "count_usage",
    "dependants_of",
    "discard_bulk",
    "draft_bulk",
    "expire_claims",
    "facts_for",
    "find_raised",
    "findings",
    "follow_merged_references",
    "follow_merged_targets",
    "import_for_bulk",
    "missing_publications",
    "preview",
    "public_reason",
    "rebase",
    "reject",
    "release",
    "request_changes",
    "resting",
    "retract",
    "revision_of",
    "save_draft",
    "send_bulk",
    "settle_retractions",
    "stale_draft",
    "start",
    "submit",
    "take_table",
    "tell_editors",
    "tell_of_load",
    "tell_of_loads",
    "uphold",
    "waiting_bulk",
    "withdraw",
    "work_on_bulk",
]
