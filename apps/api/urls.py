"""``/api/v1/``: read-only, open to all."""

from django.urls import path

from . import views

app_name = "api"

urlpatterns = [
    path("", views.Root.as_view(), name="root"),
    path("entries/", views.EntryList.as_view(), name="entry-list"),
    path("entries/<str:accession>/", views.EntryDetail.as_view(), name="entry-detail"),
    path("entries/<str:accession>/versions/", views.VersionList.as_view(), name="version-list"),
    path("entries/<str:accession>/versions/<int:number>/", views.VersionDetail.as_view(), name="version-detail"),
    path("entries/<str:accession>/compare/", views.Comparison.as_view(), name="entry-compare"),
    path("targets/", views.TargetList.as_view(), name="target-list"),
    path("targets/<str:curie>/", views.TargetDetail.as_view(), name="target-detail"),
    path("targets/<str:curie>/combinations/", views.CombinationList.as_view(), name="target-combinations"),
    path("targets/<str:curie>/tipping/", views.TippingList.as_view(), name="target-tipping"),
    path("targets/<str:curie>/contradictions/", views.ContradictionList.as_view(), name="target-contradictions"),
    path("references/", views.ReferenceList.as_view(), name="reference-list"),
    path("references/<int:number>/", views.ReferenceDetail.as_view(), name="reference-detail"),
    path("releases/", views.ReleaseList.as_view(), name="release-list"),
    path("releases/<str:name>/", views.ReleaseDetail.as_view(), name="release-detail"),
    path("terms/", views.TermList.as_view(), name="term-list"),
    path("terms/<str:curie>/", views.TermDetail.as_view(), name="term-detail"),
    path("download/", views.Download.as_view(), name="download"),
    path("changes/", views.ChangeList.as_view(), name="change-list"),
    path("facets/", views.FacetList.as_view(), name="facet-list"),
    path("context/", views.Context.as_view(), name="context"),
    path("schema/", views.Schema.as_view(), name="schema"),
    path("docs/", views.Docs.as_view(), name="docs"),
    path("docs/examples/", views.Examples.as_view(), name="examples"),
]
