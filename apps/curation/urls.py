"""The pages of curators and editors."""

from django.urls import path

from . import views

app_name = "curation"

_SUBMISSION = "workbench/submissions/<int:pk>/"
_BULK = "workbench/bulk/<int:pk>/"
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
    path("workbench/targets/<str:curie>/", views.target_named, name="target-named"),
    path("workbench/vocabulary-changes/<int:pk>/", views.load_touched, name="load-touched"),
    path(_ENTRY, views.re_review_detail, name="re-review-detail"),
    path(f"{_ENTRY}uphold/", views.re_review_uphold, name="re-review-uphold"),
    path(f"{_ENTRY}retract/", views.re_review_retract, name="re-review-retract"),
    path("review/", views.review_queue, name="review-queue"),
    path(_REVIEW, views.review_detail, name="review-detail"),
    path(f"{_REVIEW}claim/", views.review_claim, name="review-claim"),
    path(f"{_REVIEW}release/", views.review_release, name="review-release"),
    path(f"{_REVIEW}approve/", views.review_approve, name="review-approve"),
    path(f"{_REVIEW}request-changes/", views.review_request_changes, name="review-request-changes"),
    path(f"{_REVIEW}reject/", views.review_reject, name="review-reject"),
]
