"""Versions of ontologies on their way into the vocabularies."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

#: The ``format`` of a load of genes; every other one is of terms.
GENE_TABLE = "HGNC table"


class OntologyLoad(models.Model):
    """One version of an ontology, or of the HGNC table, on its way into the vocabularies.

    previewed → applied | discarded. ``difference`` says what applying changes (or changed), by kind;
    see ``services.ontologies``.
    """

    class State(models.TextChoices):
        PREVIEWED = "previewed", "To be looked at"
        APPLIED = "applied", "Applied"
        DISCARDED = "discarded", "Discarded"

    file = models.FileField(upload_to="ontologies/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    version = models.CharField(max_length=200, blank=True)
    version_date = models.DateField(null=True, blank=True)
    prefixes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED, editable=False)
    rows = models.PositiveIntegerField(default=0)
    difference = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="ontology_loads")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(
        null=True, editable=False, help_text="When those were told whose work names what it changed."
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["previewed", "applied", "discarded"]), name="load_state_known"
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], name="load_to_be_told", condition=models.Q(state="applied", told_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.name or self.file_name} {self.version}".strip()

    @property
    def is_applied(self) -> bool:
        return self.state == self.State.APPLIED

    @property
    def is_of_genes(self) -> bool:
        return self.format == GENE_TABLE
