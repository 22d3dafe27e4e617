"""References, and the runs that import them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from .querysets import ImportRunQuerySet, ReferenceQuerySet


class RetractionState(models.TextChoices):
    NONE = "none", "Not retracted"
    CORRECTED = "corrected", "Corrected"
    EXPRESSION_OF_CONCERN = "expression_of_concern", "Expression of concern"
    RETRACTED = "retracted", "Retracted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ReferenceType(models.TextChoices):
    ARTICLE = "article", "Article"
    REVIEW = "review", "Review"
    META_ANALYSIS = "meta_analysis", "Meta-analysis"
    CASE_REPORT = "case_report", "Case report"
    PREPRINT = "preprint", "Preprint"
    EDITORIAL = "editorial", "Editorial, letter or comment"
    NOTICE = "notice", "Notice about another article"
    BOOK = "book", "Book or chapter"
    ABSTRACT = "abstract", "Conference abstract"
    DATASET = "dataset", "Dataset"
    OTHER = "other", "Other"


class Reference(models.Model):
    """A publication; identity by PMID, DOI or PMCID."""

    pmid = models.BigIntegerField("PMID", null=True, blank=True, unique=True)
    doi = models.CharField(
        "DOI", max_length=500, null=True, blank=True, unique=True, help_text="Lower case, no prefix."
    )
    pmcid = models.CharField("PMCID", max_length=20, null=True, blank=True, unique=True)
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
    content_hash = models.BinaryField(max_length=32, editable=False, help_text="SHA-256 of the citation as last read.")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pmid__isnull=False) | models.Q(doi__isnull=False) | models.Q(pmcid__isnull=False),
                name="reference_identified",
            ),
            models.CheckConstraint(condition=models.Q(pmid__isnull=True) | models.Q(pmid__gt=0), name="pmid_positive"),
            models.CheckConstraint(
                condition=models.Q(doi__isnull=True) | models.Q(doi__regex=r"^10\.[^A-Z]+/[^A-Z]+$"), name="doi_shape"
            ),
            models.CheckConstraint(
                condition=models.Q(pmcid__isnull=True) | models.Q(pmcid__regex=r"^PMC[0-9]+$"), name="pmcid_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ImportRun(models.Model):
    """One import of references from a source.

    queued → running → finished | failed | cancelled; a running run whose lease expired is claimed
    again and goes on from its checkpoint. The row is the truth; the broker is only a doorbell.
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
    checkpoint = models.BigIntegerField(default=0, help_text="Records of the file already stored or reported.")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    cancel_requested = models.BooleanField(default=False)
    lease_holder = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(checkpoint__gte=0), name="checkpoint_not_negative")]

    def __str__(self) -> str:
        return f"Import {self.pk}: {self.file_name}"


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
