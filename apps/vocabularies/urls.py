from django.urls import path

from . import views

app_name = "vocabularies"

urlpatterns = [
    path("terms/", views.term_search, name="term-search"),
    path("targets/", views.target_search, name="target-search"),
    path("requests/", views.term_request_list, name="term-request-list"),
    path("target-requests/", views.target_request_list, name="target-request-list"),
    path("target-requests/new/", views.target_request_create, name="target-request-create"),
    path("target-requests/<int:pk>/", views.target_request_detail, name="target-request-detail"),
    path("target-requests/<int:pk>/approve/", views.target_request_approve, name="target-request-approve"),
    path("target-requests/<int:pk>/decline/", views.target_request_decline, name="target-request-decline"),
    path("target-requests/<int:pk>/instead/", views.target_request_instead, name="target-request-instead"),
    path("targets/all/", views.target_list, name="target-list"),
    path("targets/new/", views.target_create, name="target-create"),
    path("targets/<int:pk>/", views.target_edit, name="target-edit"),
    path("targets/<int:pk>/merge/", views.target_merge, name="target-merge"),
    path("requests/new/", views.term_request_create, name="term-request-create"),
    path("requests/<int:pk>/", views.term_request_detail, name="term-request-detail"),
    path("requests/<int:pk>/approve/", views.term_request_approve, name="term-request-approve"),
    path("requests/<int:pk>/decline/", views.term_request_decline, name="term-request-decline"),
    path("requests/<int:pk>/instead/", views.term_request_instead, name="term-request-instead"),
    path("local/", views.local_list, name="local-list"),
    path("local/new/", views.local_create, name="local-create"),
    path("local/<str:curie>/", views.local_edit, name="local-edit"),
    path("local/<str:curie>/retire/", views.local_retire, name="local-retire"),
    path("ontologies/", views.load_list, name="load-list"),
    path("ontologies/new/", views.load_create, name="load-create"),
    path("ontologies/<int:pk>/", views.load_detail, name="load-detail"),
    path("ontologies/<int:pk>/apply/", views.load_apply, name="load-apply"),
    path("ontologies/<int:pk>/discard/", views.load_discard, name="load-discard"),
]
