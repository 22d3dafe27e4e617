from django.urls import path

from . import views

app_name = "vocabularies"

urlpatterns = [
    path("terms/", views.term_search, name="term-search"),
    path("targets/", views.target_search, name="target-search"),
    path("requests/", views.term_request_list, name="term-request-list"),
    path("ontologies/", views.load_list, name="load-list"),
    path("ontologies/new/", views.load_create, name="load-create"),
    path("ontologies/<int:pk>/", views.load_detail, name="load-detail"),
    path("ontologies/<int:pk>/apply/", views.load_apply, name="load-apply"),
    path("ontologies/<int:pk>/discard/", views.load_discard, name="load-discard"),
]
