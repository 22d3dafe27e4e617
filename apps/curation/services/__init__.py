"""Every change of a submission: keyword-only verbs, one transaction and one event each.

A verb locks the row, asks the permission (which knows the states too), changes, and records. What
it was handed is only a pointer: the row is read again under the lock, and the fresh one returned.
"""

from .drafting import save_draft, stale_draft, start, submit, withdraw
from .facts import facts_for, findings
from .following import follow_merged_references
from .reviewing import approve, claim, expire_claims, reject, release, request_changes

__all__ = [
    "approve",
    "claim",
    "expire_claims",
    "facts_for",
    "findings",
    "follow_merged_references",
    "reject",
    "release",
    "request_changes",
    "save_draft",
    "stale_draft",
    "start",
    "submit",
    "withdraw",
]
