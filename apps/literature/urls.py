"""The pages of references and their imports, below /workbench/."""

from django.urls import path

from . import views

app_name = "literature"

urlpatterns = [
    path("imports/", views.import_list, name="import-list"),
    path("imports/new/", views.import_create, name="import-create"),
    path("imports/<int:pk>/", views.import_detail, name="import-detail"),
    path("imports/<int:pk>/cancel/", views.import_cancel, name="import-cancel"),
    path("imports/<int:pk>/retry/", views.import_retry, name="import-retry"),
    path("imports/<int:pk>/issues.csv", views.import_issues, name="import-issues"),
    path("references/", views.reference_list, name="reference-list"),
    path("references/<int:pk>/", views.reference_detail, name="reference-detail"),
]
