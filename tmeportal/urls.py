"""Every address of the portal; each app keeps its own list."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("apps.core.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("apps.accounts.urls")),
    path("accounts/webhooks/", include("apps.webhooks.urls")),
    path("accounts/", include("allauth.urls")),
    path("vocabularies/", include("apps.vocabularies.urls")),
    path("workbench/", include("apps.literature.urls")),
    path("", include("apps.curation.urls")),
    path("api/v1/curation/", include("apps.curation.api_urls")),
    path("api/v1/curation/", include("apps.literature.api_urls")),
    path("api/v1/", include("apps.api.urls")),
    path("", include("apps.catalogue.urls")),
]

# Pages for people, problems for programs.
handler404 = "apps.core.problems.not_found"
handler500 = "apps.core.problems.server_error"
