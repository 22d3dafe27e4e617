"""Searches that the portal repeats by itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from ..querysets import SavedSearchQuerySet
from .runs import ImportRun


class SavedSearch(models.Model):
    """A query that beat sends to a service again and again; what is new goes to triage, with a digest to its owner."""

    class Service(models.TextChoices):
        PUBMED = ImportRun.Origin.PUBMED.value, "PubMed"
        EUROPEPMC = ImportRun.Origin.EUROPEPMC.value, "Europe PMC"
        CROSSREF = ImportRun.Origin.CROSSREF.value, "Crossref"

    class Rhythm(models.TextChoices):
        DAILY = "daily", "Every day"
        WEEKLY = "weekly", "Every week"
        MONTHLY = "monthly", "Every month"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_searches")
    name = models.CharField(max_length=120)
    service = models.CharField(max_length=12, choices=Service.choices, default=Service.PUBMED)
    query = models.TextField(max_length=4000)
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    two_person = models.BooleanField("screened by two people", default=False)
    is_active = models.BooleanField("runs by itself", default=True)
    next_run_at = models.DateTimeField(default=timezone.now, editable=False)
    last_run_at = models.DateTimeField(null=True, editable=False)
    last_told = models.BigIntegerField(
        default=0, editable=False, help_text="Number of the last run that its owner was told of."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "saved searches"
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["next_run_at"], name="search_due", condition=Q(is_active=True))]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="search_name_once_per_person"),
            models.CheckConstraint(condition=~Q(query=""), name="saved_search_has_a_query"),
        ]

    def __str__(self) -> str:
        return self.name


class RefreshRound(models.Model):
    """The one row that says how far the portal has come in asking again about every reference it knows."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_reference = models.BigIntegerField(default=0)
    last_run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_refresh_round")]

    def __str__(self) -> str:
        return f"up to reference {self.last_reference}"
