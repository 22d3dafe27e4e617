from django.urls import path

from . import views

app_name = "vocabularies"

urlpatterns = [
    path("terms/", views.term_search, name="term-search"),
    path("targets/", views.target_search, name="target-search"),
]
