"""References, and the runs that import them."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .choices import ReferenceType, RetractionState
from .querysets import ImportRunQuerySet, ReferenceQuerySet

__all__ = [
    "ImportIssue",
    "ImportRun",
    "Reference",
    "ReferenceText",
    "ReferenceType",
    "RetractionState",
    "SourceRecord",
    "TextBacklog",
]


class Reference(models.Model):
    """A publication; identity by PMID, DOI or PMCID."""

    pmid = models.BigIntegerField("PMID", null=True, blank=True)
    doi = models.CharField("DOI", max_length=500, null=True, blank=True, help_text="Lower case, no prefix.")
    pmcid = models.CharField("PMCID", max_length=20, null=True, blank=True)
    title = models.TextField()
    abstract = models.TextField(blank=True)
    journal = models.CharField(max_length=600, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    volume = models.CharField(max_length=100, blank=True)
    issue = models.CharField(max_length=100, blank=True)
    pages = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=40, blank=True)
    authors = models.JSONField(default=list, blank=True, help_text="[{family, given, collective}], in order.")
    reference_type = models.CharField(max_length=20, choices=ReferenceType.choices, default=ReferenceType.ARTICLE)
    publication_types = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    mesh_terms = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    nct_ids = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    retraction_state = models.CharField(max_length=24, choices=RetractionState.choices, default=RetractionState.NONE)
    preprint_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="preprints")
    pmid_version = models.PositiveSmallIntegerField(
        default=1, editable=False, help_text="PubMed's version of the PMID."
    )
    revised_on = models.DateField(null=True, editable=False, help_text="The day of the source's description.")
    content_hash = models.BinaryField(
        max_length=32, editable=False, default=b"", help_text="SHA-256 of the citation as last read."
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["year", "-id"], name="reference_by_year"),
            models.Index(fields=["reference_type", "-id"], name="reference_by_type"),
            models.Index(
                fields=["retraction_state", "-id"],
                name="reference_by_retraction",
                condition=~Q(retraction_state="none"),
            ),
        ]
        # Deferrable, so that one statement may hand an identifier from one reference to another.
        constraints = [
            models.UniqueConstraint(fields=["pmid"], name="pmid_once", deferrable=models.Deferrable.IMMEDIATE),
            models.UniqueConstraint(fields=["doi"], name="doi_once", deferrable=models.Deferrable.IMMEDIATE),
            models.UniqueConstraint(fields=["pmcid"], name="pmcid_once", deferrable=models.Deferrable.IMMEDIATE),
            models.CheckConstraint(
                condition=Q(pmid__isnull=False) | Q(doi__isnull=False) | Q(pmcid__isnull=False),
                name="reference_identified",
            ),
            models.CheckConstraint(condition=Q(pmid__isnull=True) | Q(pmid__gt=0), name="pmid_positive"),
            models.CheckConstraint(
                condition=Q(doi__isnull=True) | Q(doi__regex=r"^10\.[^A-Z]+/[^A-Z]+$"), name="doi_shape"
            ),
            models.CheckConstraint(
                condition=Q(pmcid__isnull=True) | Q(pmcid__regex=r"^PMC[0-9]+$"), name="pmcid_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReferenceText(models.Model):
    """The words that a search finds a reference by; written shortly after an import (see ``TextBacklog``)."""

    reference = models.OneToOneField(Reference, models.CASCADE, primary_key=True, related_name="text")
    vector = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="reference_text")]

    def __str__(self) -> str:
        return f"Words of reference {self.reference_id}"


class TextBacklog(models.Model):
    """References changed together whose words are not in the search yet.

    Finding the words of an abstract takes longer than storing it, so an import only leaves one of
    these for each of its chunks.
    """

    reference_ids = ArrayField(models.BigIntegerField())

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{len(self.reference_ids)} references to be indexed"


class ImportRun(models.Model):
    """One import of references from a source.

    queued → running → finished | failed | cancelled; a running run whose lease expired is claimed
    again and goes on from its checkpoint; a failed or cancelled one may be queued again. The row is
    the truth; the broker is only a doorbell.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="import_runs")
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64, blank=True)
    format = models.CharField(max_length=40, default="auto")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED, editable=False)
    bytes_total = models.BigIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    checkpoint = models.BigIntegerField(default=0, help_text="Items of the file already stored or reported.")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    cancel_requested = models.BooleanField(default=False)
    lease_holder = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Starts since the last stored records.")
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["state", "lease_until"], name="run_waiting", condition=Q(state__in=["queued", "running"])
            ),
            models.Index(fields=["file_sha256"], name="run_by_file"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(checkpoint__gte=0), name="checkpoint_not_negative"),
            models.CheckConstraint(
                condition=~Q(state="running") | (~Q(lease_holder="") & Q(lease_until__isnull=False)),
                name="running_needs_a_lease",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="import_run_steps",
                field="state",
                transitions=[
                    ("queued", "running"),
                    ("queued", "cancelled"),
                    ("running", "finished"),
                    ("running", "failed"),
                    ("running", "cancelled"),
                    ("failed", "queued"),
                    ("cancelled", "queued"),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"Import {self.pk}: {self.file_name}"

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.FINISHED, self.State.FAILED, self.State.CANCELLED}

    @property
    def records(self) -> int:
        """Records of the file dealt with so far."""
        return self.created + self.updated + self.unchanged + self.failed


class SourceRecord(models.Model):
    """One record of an outside source that was taken into a reference; its digest tells it when it comes again."""

    digest = models.UUIDField(primary_key=True, editable=False)
    reference = models.ForeignKey(Reference, models.CASCADE, related_name="source_records")
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["run", "digest"]

    def __str__(self) -> str:
        return f"{self.digest} → reference {self.reference_id}"


class ImportIssue(models.Model):
    """What could not be read or stored of one row of a run, and why."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="issues")
    position = models.PositiveIntegerField(
        null=True, help_text="The record's place in the file, from 1; empty: the whole file."
    )
    identifier = models.CharField(max_length=500, blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("run", "position", "identifier", name="issue_once_per_row", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.reason}"
