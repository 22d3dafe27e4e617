from django.urls import URLPattern

app_name = "vocabularies"

urlpatterns: list[URLPattern] = []
