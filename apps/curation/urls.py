"""The pages of curators and editors."""

from django.urls import path

import apps.catalogue.urls  # noqa: F401 (what can be an accession, and what the id of a target)

from . import views

app_name = "curation"

_SUBMISSION = "workbench/submissions/<int:pk>/"
_BULK = "workbench/bulk/<int:pk>/"
_COMMENT = "discussion/comments/<int:pk>/"
_REVIEW = "review/<int:pk>/"
_ENTRY = "review/entries/<str:accession>/"

urlpatterns = [
    path("workbench/", views.workbench, name="workbench"),
    path("workbench/submissions/", views.submission_list, name="submission-list"),
    path("workbench/submissions/new/", views.submission_start, name="submission-start"),
    path(_SUBMISSION, views.submission_detail, name="submission-detail"),
    path(f"{_SUBMISSION}edit/", views.submission_edit, name="submission-edit"),
    path(f"{_SUBMISSION}terms/<slug:field>/", views.term_request, name="term-request"),
    path(f"{_SUBMISSION}target/", views.target_request, name="target-request"),
    path(f"{_SUBMISSION}submit/", views.submission_submit, name="submission-submit"),
    path(f"{_SUBMISSION}rebase/", views.submission_rebase, name="submission-rebase"),
    path(f"{_SUBMISSION}withdraw/", views.submission_withdraw, name="submission-withdraw"),
    path("workbench/bulk/", views.bulk_list, name="bulk-list"),
    path("workbench/bulk/new/", views.bulk_create, name="bulk-create"),
    path("workbench/bulk/template.csv", views.bulk_template, {"kind": "csv"}, name="bulk-template-csv"),
    path("workbench/bulk/template.xlsx", views.bulk_template, {"kind": "xlsx"}, name="bulk-template-xlsx"),
    path("workbench/bulk/submissions.csv", views.bulk_export, {"kind": "csv"}, name="bulk-export-csv"),
    path("workbench/bulk/submissions.xlsx", views.bulk_export, {"kind": "xlsx"}, name="bulk-export-xlsx"),
    path(_BULK, views.bulk_detail, name="bulk-detail"),
    path(f"{_BULK}rows.csv", views.bulk_rows, {"kind": "csv"}, name="bulk-rows-csv"),
    path(f"{_BULK}rows.xlsx", views.bulk_rows, {"kind": "xlsx"}, name="bulk-rows-xlsx"),
    path(f"{_BULK}check/", views.bulk_check, name="bulk-check"),
    path(f"{_BULK}drafts/", views.bulk_draft, name="bulk-draft"),
    path(f"{_BULK}references/", views.bulk_import, name="bulk-import"),
    path(f"{_BULK}discard/", views.bulk_discard, name="bulk-discard"),
    path("workbench/retractions/", views.retraction_list, name="retraction-list"),
    path("workbench/retractions/apply/", views.retraction_apply, name="retraction-apply"),
    path("workbench/retractions/upload/", views.retraction_upload, name="retraction-upload"),
    path("workbench/retractions/<int:pk>/dismiss/", views.retraction_dismiss, name="retraction-dismiss"),
    path("workbench/records/<accession:accession>/", views.record_detail, name="record-detail"),
    path("workbench/targets/<str:curie>/", views.target_named, name="target-named"),
    path("workbench/vocabulary-changes/<int:pk>/", views.load_touched, name="load-touched"),
    path(_ENTRY, views.re_review_detail, name="re-review-detail"),
    path(f"{_ENTRY}uphold/", views.re_review_uphold, name="re-review-uphold"),
    path(f"{_ENTRY}retract/", views.re_review_retract, name="re-review-retract"),
    path(f"{_SUBMISSION}discussion/", views.submission_discussion, name="submission-discussion"),
    path("entries/<accession:accession>/discussion/", views.entry_discussion, name="entry-discussion"),
    path("targets/<curie:curie>/discussion/", views.target_discussion, name="target-discussion"),
    path("follow/", views.follow, name="follow"),
    path("discussion/threads/<int:pk>/", views.thread_reply, name="thread-reply"),
    path("discussion/threads/<int:pk>/resolve/", views.thread_resolve, name="thread-resolve"),
    path("discussion/threads/<int:pk>/reopen/", views.thread_reopen, name="thread-reopen"),
    path(f"{_COMMENT}edit/", views.comment_edit, name="comment-edit"),
    path(f"{_COMMENT}history/", views.comment_history, name="comment-history"),
    path(f"{_COMMENT}withdraw/", views.comment_withdraw, name="comment-withdraw"),
    path(f"{_COMMENT}hide/", views.comment_hide, name="comment-hide"),
    path(f"{_COMMENT}show/", views.comment_show, name="comment-show"),
    path(f"{_ENTRY}re-review/", views.entry_re_review, name="entry-re-review"),
    path(f"{_ENTRY}retraction/", views.entry_retract, name="entry-retract"),
    path(f"{_ENTRY}merge/", views.entry_merge, name="entry-merge"),
    path("entries/<str:accession>/flag/", views.flag_create, name="flag-create"),
    path("review/flags/", views.flag_list, name="flag-list"),
    path("review/flags/<int:pk>/", views.flag_detail, name="flag-detail"),
    path("review/flags/<int:pk>/answer/", views.flag_resolve, name="flag-resolve"),
    path("review/", views.review_queue, name="review-queue"),
    path("review/dashboard/", views.review_dashboard, name="review-dashboard"),
    path("review/agreement/", views.review_agreement, name="review-agreement"),
    path(_REVIEW, views.review_detail, name="review-detail"),
    path(f"{_REVIEW}claim/", views.review_claim, name="review-claim"),
    path(f"{_REVIEW}release/", views.review_release, name="review-release"),
    path(f"{_REVIEW}assign/", views.review_assign, name="review-assign"),
    path(f"{_REVIEW}second/", views.review_second, name="review-second"),
    path(f"{_REVIEW}accept/", views.review_accept, name="review-accept"),
    path(f"{_REVIEW}approve/", views.review_approve, name="review-approve"),
    path(f"{_REVIEW}request-changes/", views.review_request_changes, name="review-request-changes"),
    path(f"{_REVIEW}reject/", views.review_reject, name="review-reject"),
]
