"""The pages of references and their imports, below /workbench/."""

from django.urls import path

from . import views

app_name = "literature"

_CANDIDATE = "triage/<int:pk>/"

urlpatterns = [
    path("imports/", views.import_list, name="import-list"),
    path("imports/new/", views.import_create, name="import-create"),
    path("imports/<int:pk>/", views.import_detail, name="import-detail"),
    path("imports/<int:pk>/pause/", views.import_pause, name="import-pause"),
    path("imports/<int:pk>/resume/", views.import_resume, name="import-resume"),
    path("imports/<int:pk>/cancel/", views.import_cancel, name="import-cancel"),
    path("imports/<int:pk>/retry/", views.import_retry, name="import-retry"),
    path("imports/<int:pk>/retry-failed/", views.import_retry_failed, name="import-retry-failed"),
    path("imports/<int:pk>/report/", views.import_report, name="import-report"),
    path("imports/<int:pk>/rows.csv", views.import_rows, {"kind": "csv"}, name="import-rows-csv"),
    path("imports/<int:pk>/rows.tsv", views.import_rows, {"kind": "tsv"}, name="import-rows-tsv"),
    path("references/", views.reference_list, name="reference-list"),
    path("references/<int:pk>/", views.reference_detail, name="reference-detail"),
    path("references/<int:pk>/edit/", views.reference_edit, name="reference-edit"),
    path("references/<int:pk>/triage/", views.reference_nominate, name="reference-nominate"),
    path("triage/", views.triage_queue, name="triage-queue"),
    path("triage/bulk/", views.triage_bulk, name="triage-bulk"),
    path("triage/flow/", views.triage_flow, name="triage-flow"),
    path("triage/flow.svg", views.triage_flow_svg, name="triage-flow-svg"),
    path("triage/flow.csv", views.triage_flow_csv, name="triage-flow-csv"),
    path("triage/agreement/", views.triage_agreement, name="triage-agreement"),
    path(_CANDIDATE, views.triage_detail, name="triage-detail"),
    path(f"{_CANDIDATE}claim/", views.triage_claim, name="triage-claim"),
    path(f"{_CANDIDATE}release/", views.triage_release, name="triage-release"),
    path(f"{_CANDIDATE}reject/", views.triage_reject, name="triage-reject"),
    path(f"{_CANDIDATE}later/", views.triage_postpone, name="triage-later"),
    path(f"{_CANDIDATE}reopen/", views.triage_reopen, name="triage-reopen"),
    path(f"{_CANDIDATE}curated/", views.triage_curated, name="triage-curated"),
    path(f"{_CANDIDATE}vote/", views.triage_vote, name="triage-vote"),
    path(f"{_CANDIDATE}resolve/", views.triage_resolve, name="triage-resolve"),
    path(f"{_CANDIDATE}notes/", views.triage_note, name="triage-note"),
    path("references/<int:pk>/refresh/", views.reference_refresh, name="reference-refresh"),
    path("searches/", views.search_list, name="search-list"),
    path("searches/new/", views.search_create, name="search-create"),
    path("searches/<int:pk>/", views.search_edit, name="search-edit"),
    path("searches/<int:pk>/run/", views.search_run, name="search-run"),
]
