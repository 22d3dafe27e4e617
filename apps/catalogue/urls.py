"""Addresses of the public pages. What cannot be an id is no address: nothing odd reaches the database."""

from django.urls import path, register_converter

from . import views


class AccessionConverter:
    regex = r"TMEE:[0-9]{7,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class CurieConverter(AccessionConverter):
    regex = r"[A-Za-z][A-Za-z0-9_]{0,19}:[^\s/\x00]{1,39}"


class NameConverter(AccessionConverter):
    regex = r"[^/\x00]{1,80}"


class ReleaseConverter(AccessionConverter):
    regex = r"[0-9]{4}-[0-9]{2}(?:\.[0-9]{1,4})?"


class KeyConverter(AccessionConverter):
    regex = r"[0-9a-f]{16}"


register_converter(AccessionConverter, "accession")
register_converter(CurieConverter, "curie")
register_converter(NameConverter, "name")
register_converter(ReleaseConverter, "release")
register_converter(KeyConverter, "pin")

app_name = "catalogue"

urlpatterns = [
    path("", views.home, name="home"),
    path("entries/", views.entry_list, name="entry-list"),
    path("entries/<accession:accession>/", views.entry_detail, name="entry-detail"),
    path("entries/<accession:accession>/versions/<int:number>/", views.entry_version, name="entry-version"),
    path("entries/<accession:accession>/compare/", views.entry_compare, name="entry-compare"),
    path("targets/", views.target_list, name="target-list"),
    path("targets/<curie:curie>/", views.target_detail, name="target-detail"),
    path("targets/<curie:curie>/contradictions/", views.target_contradictions, name="target-contradictions"),
    path("targets/<name:name>/", views.target_named, name="target-named"),
    path("releases/", views.release_list, name="release-list"),
    path("releases/cut/", views.release_cut, name="release-cut"),
    path("releases/<release:release>/", views.release_detail, name="release-detail"),
    path("releases/<release:release>/files/<path:path>", views.release_file, name="release-file"),
    path("pins/new/", views.pin_create, name="pin-create"),
    path("pins/<pin:key>/", views.pin_detail, name="pin-detail"),
    path("references/<int:pk>/", views.reference_detail, name="reference-detail"),
]
