"""One's own webhooks, beside the other pages of an account."""

from django.urls import path

from . import views

app_name = "webhooks"

urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:number>/", views.detail, name="detail"),
    path("<int:number>/switch/", views.switch, name="switch"),
    path("<int:number>/secret/", views.secret, name="secret"),
    path("<int:number>/test/", views.try_out, name="test"),
    path("<int:number>/remove/", views.remove, name="remove"),
]
