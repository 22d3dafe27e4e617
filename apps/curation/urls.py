"""The pages of curators and editors."""

from django.urls import path

from . import views

app_name = "curation"

_SUBMISSION = "workbench/submissions/<int:pk>/"
_REVIEW = "review/<int:pk>/"
_ENTRY = "review/entries/<str:accession>/"

urlpatterns = [
    path("workbench/", views.workbench, name="workbench"),
    path("workbench/submissions/", views.submission_list, name="submission-list"),
    path("workbench/submissions/new/", views.submission_start, name="submission-start"),
    path(_SUBMISSION, views.submission_detail, name="submission-detail"),
    path(f"{_SUBMISSION}edit/", views.submission_edit, name="submission-edit"),
    path(f"{_SUBMISSION}submit/", views.submission_submit, name="submission-submit"),
    path(f"{_SUBMISSION}withdraw/", views.submission_withdraw, name="submission-withdraw"),
    path("workbench/retractions/", views.retraction_list, name="retraction-list"),
    path("workbench/retractions/apply/", views.retraction_apply, name="retraction-apply"),
    path("workbench/retractions/upload/", views.retraction_upload, name="retraction-upload"),
    path("workbench/retractions/<int:pk>/dismiss/", views.retraction_dismiss, name="retraction-dismiss"),
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
