"""Every change of a submission: keyword-only verbs, one transaction and one event each.

A verb locks the row, asks the permission (which knows the states too), changes, and records. What
it was handed is only a pointer: the row is read again under the lock, and the fresh one returned.
"""

from .audience import comment_address, discussion_address, label_of, subject_of, thread_address
from .bulk import check_bulk_again, discard_bulk, draft_bulk, import_for_bulk, missing_publications, send_bulk
from .bulk_checking import Reader, RowRead
from .bulk_working import waiting_bulk, work_on_bulk
from .counting import count_usage
from .dependants import Dependants, dependants_of, resting
from .discussing import (
    edit_comment,
    hide_comment,
    open_thread,
    preview_comment,
    reopen,
    reply,
    resolve,
    show_comment,
    withdraw_comment,
)
from .drafting import save_draft, stale_draft, start, submit, withdraw
from .ending import merge, retract, retract_re_reviewed
from .facts import facts_for, findings
from .flagging import ANSWERS, raise_flag, resolve_flag
from .following import follow_merged_references, follow_merged_targets
from .likeness import Likeness, alike
from .loads import Change, Naming, Touched, tell_of_load, tell_of_loads
from .news import tell_news
from .panel import ask_second_review, assign, claim, expire_claims, release, renew_round
from .rebasing import rebase
from .rereview import re_review, uphold
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
from .reviewing import approve, reject, request_changes
from .searches import spelling_of
from .splitting import accept_parts
from .subscribing import follow, unfollow
from .suggestions import suggest_reviewers
from .versions import Revision, content_of_version, revision_of

__all__ = [
    "ANSWERS",
    "Change",
    "Dependants",
    "Likeness",
    "Naming",
    "Preview",
    "Reader",
    "Revision",
    "RowRead",
    "Touched",
    "accept_parts",
    "alike",
    "apply_due",
    "apply_finding",
    "approve",
    "ask_second_review",
    "assign",
    "check_bulk_again",
    "check_retractions",
    "claim",
    "comment_address",
    "content_of_version",
    "count_usage",
    "dependants_of",
    "discard_bulk",
    "discussion_address",
    "draft_bulk",
    "edit_comment",
    "expire_claims",
    "facts_for",
    "find_raised",
    "findings",
    "follow",
    "follow_merged_references",
    "follow_merged_targets",
    "hide_comment",
    "import_for_bulk",
    "label_of",
    "merge",
    "missing_publications",
    "open_thread",
    "preview",
    "preview_comment",
    "public_reason",
    "raise_flag",
    "re_review",
    "rebase",
    "reject",
    "release",
    "renew_round",
    "reopen",
    "reply",
    "request_changes",
    "resolve",
    "resolve_flag",
    "resting",
    "retract",
    "retract_re_reviewed",
    "revision_of",
    "save_draft",
    "send_bulk",
    "settle_retractions",
    "show_comment",
    "spelling_of",
    "stale_draft",
    "start",
    "subject_of",
    "submit",
    "suggest_reviewers",
    "take_table",
    "tell_editors",
    "tell_news",
    "tell_of_load",
    "tell_of_loads",
    "thread_address",
    "unfollow",
    "uphold",
    "waiting_bulk",
    "withdraw",
    "withdraw_comment",
    "work_on_bulk",
]
