# ruff: noqa: DJ008 (models that nobody looks at)
"""What the API is compared with: an empty Django view, and REST framework the plain way.

A project in one file, without middleware: ``gunicorn benchmarks.plain_django:application``. The rows are the
portal's own, as a project with foreign keys would have them: nested serializers, pages by number, joins spared.
"""

import os

import dj_database_url
from django.conf import settings

settings.configure(
    SECRET_KEY="for benchmarks",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    INSTALLED_APPS=["rest_framework"],
    DATABASES={
        "default": dj_database_url.parse(os.environ["BENCH_DATABASE"])
        | {"OPTIONS": {"pool": {"min_size": 1, "max_size": 8}}, "CONN_MAX_AGE": 0}
    },
    USE_TZ=True,
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
)

import django  # noqa: E402

django.setup()

from django.contrib.postgres.fields import ArrayField  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import generics, pagination, serializers  # noqa: E402


class Target(models.Model):
    target = models.CharField(max_length=60, unique=True)
    symbol = models.CharField(max_length=80)
    name = models.CharField(max_length=400)
    kind = models.CharField(max_length=20)
    classes = ArrayField(models.CharField(max_length=60))

    class Meta:
        app_label, managed, db_table = "plain", False, "catalogue_targetdossier"


class Reference(models.Model):
    pmid = models.BigIntegerField(null=True)
    doi = models.CharField(max_length=500)
    title = models.TextField()
    year = models.PositiveSmallIntegerField(null=True)

    class Meta:
        app_label, managed, db_table = "plain", False, "catalogue_publishedreference"


class Entry(models.Model):
    accession = models.CharField(max_length=20)
    status = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    sequence = models.BigIntegerField()
    first_published_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    statement = models.TextField()
    target = models.ForeignKey(Target, models.PROTECT, to_field="target", db_column="target", related_name="+")
    reference = models.ForeignKey(Reference, models.PROTECT, db_column="reference", related_name="+")
    compartment = models.CharField(max_length=40)
    component = models.CharField(max_length=40)
    cell_types = ArrayField(models.CharField(max_length=60))
    cancers = ArrayField(models.CharField(max_length=60))
    therapies = ArrayField(models.CharField(max_length=60))
    mechanisms = ArrayField(models.CharField(max_length=60))
    intervention = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40)
    evidence_type = models.CharField(max_length=40)
    direction = models.CharField(max_length=40)
    level = models.CharField(max_length=4)
    stage = models.CharField(max_length=40)

    class Meta:
        app_label, managed, db_table = "plain", False, "catalogue_entry"


class Version(models.Model):
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        app_label, managed, db_table = "plain", False, "catalogue_entryversion"


class TargetSerializer(serializers.ModelSerializer):
    class Meta:
        model, fields = Target, ["target", "symbol", "name", "kind", "classes"]


class ReferenceSerializer(serializers.ModelSerializer):
    class Meta:
        model, fields = Reference, ["id", "pmid", "doi", "title", "year"]


class VersionSerializer(serializers.ModelSerializer):
    class Meta:
        model, fields = Version, ["number", "published_at", "sha256"]


class EntrySerializer(serializers.ModelSerializer):
    target, reference = TargetSerializer(), ReferenceSerializer()
    versions = VersionSerializer(many=True)

    class Meta:
        model, fields = Entry, [*[field.name for field in Entry._meta.concrete_fields], "versions"]


class Pages(pagination.PageNumberPagination):
    page_size = 100


class EntryList(generics.ListAPIView):
    serializer_class = EntrySerializer
    pagination_class = Pages

    def get_queryset(self) -> models.QuerySet:
        rows = Entry.objects.filter(status="current", target=self.kwargs["target"]).order_by("sequence")
        return rows.select_related("target", "reference").prefetch_related("versions")


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"")


urlpatterns = [path("empty/", empty), path("drf/<str:target>/", EntryList.as_view())]
application = get_wsgi_application()
