"""The pages of references and their imports, below /workbench/."""

from django.urls import path

from . import views

app_name = "literature"

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
]
