"""Pages of curators (workbench, submissions) and of editors (queue, review), and discussions."""

from .afterlife import entry_merge, entry_re_review, entry_retract
from .agreement import review_agreement
from .asking import target_request, term_request
from .bulk import bulk_check, bulk_create, bulk_detail, bulk_discard, bulk_draft, bulk_import, bulk_list
from .bulk_files import bulk_export, bulk_rows, bulk_template
from .dashboard import review_dashboard
from .discussion import (
    comment_edit,
    comment_hide,
    comment_history,
    comment_show,
    comment_withdraw,
    entry_discussion,
    submission_discussion,
    target_discussion,
    thread_reopen,
    thread_reply,
    thread_resolve,
)
from .edit import submission_edit
from .flags import flag_create, flag_detail, flag_list, flag_resolve
from .following import follow
from .loads import load_touched, target_named
from .rebase import submission_rebase
from .record import record_detail
from .rereview import re_review_detail, re_review_retract, re_review_uphold
from .retractions import retraction_apply, retraction_dismiss, retraction_list, retraction_upload
from .review import (
    review_accept,
    review_approve,
    review_assign,
    review_claim,
    review_detail,
    review_queue,
    review_reject,
    review_release,
    review_request_changes,
    review_second,
)
from .start import submission_start
from .submission import submission_detail, submission_submit, submission_withdraw
from .workbench import submission_list, workbench

__all__ = [
    "bulk_check",
    "bulk_create",
    "bulk_detail",
    "bulk_discard",
    "bulk_draft",
    "bulk_export",
    "bulk_import",
    "bulk_list",
    "bulk_rows",
    "bulk_template",
    "comment_edit",
    "comment_hide",
    "comment_history",
    "comment_show",
    "comment_withdraw",
    "entry_discussion",
    "entry_merge",
    "entry_re_review",
    "entry_retract",
    "flag_create",
    "flag_detail",
    "flag_list",
    "flag_resolve",
    "follow",
    "load_touched",
    "re_review_detail",
    "re_review_retract",
    "re_review_uphold",
    "record_detail",
    "retraction_apply",
    "retraction_dismiss",
    "retraction_list",
    "retraction_upload",
    "review_accept",
    "review_agreement",
    "review_approve",
    "review_assign",
    "review_claim",
    "review_dashboard",
    "review_detail",
    "review_queue",
    "review_reject",
    "review_release",
    "review_request_changes",
    "review_second",
    "submission_detail",
    "submission_discussion",
    "submission_edit",
    "submission_list",
    "submission_rebase",
    "submission_start",
    "submission_submit",
    "submission_withdraw",
    "target_discussion",
    "target_named",
    "target_request",
    "term_request",
    "thread_reopen",
    "thread_reply",
    "thread_resolve",
    "workbench",
]
