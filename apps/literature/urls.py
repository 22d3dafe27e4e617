from django.urls import URLPattern

app_name = "literature"

urlpatterns: list[URLPattern] = []
