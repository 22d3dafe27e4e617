"""References: what they say, where each fact comes from, and what they say about each other."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..choices import LinkKind, ReferenceType, RetractionState, Source
from ..querysets import ReferenceQuerySet


class Reference(models.Model):
    """A publication; identity by PMID, DOI or PMCID.

    A reference that turned out to be another one stays as a row without identifiers, ``merged_into``
    that one, so that whatever pointed to it still finds its publication.
    """

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
    provenance = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        editable=False,
        help_text="Which source each field was taken from: {field: source}; “*” stands for all fields not named.",
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )
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
                condition=Q(pmid__isnull=False)
                | Q(doi__isnull=False)
                | Q(pmcid__isnull=False)
                | Q(merged_into__isnull=False),
                name="reference_identified",
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="reference_not_its_own_heir"),
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

    @property
    def heir(self) -> "Reference":
        """The reference that stands for this publication now: itself, unless it was merged into another."""
        return self.merged_into or self


class ReferenceLink(models.Model):
    """What one publication says about another: a preprint of an article, a notice about an article.

    The other one is known by its PMID or DOI; ``other`` is set once it is a reference here.
    """

    reference = models.ForeignKey(Reference, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=20, choices=LinkKind.choices)
    pmid = models.BigIntegerField("PMID", null=True)
    doi = models.CharField("DOI", max_length=500, null=True)
    other = models.ForeignKey(Reference, models.SET_NULL, null=True, related_name="linked_from")
    note = models.CharField(max_length=500, blank=True, help_text="How the source words it.")
    source = models.CharField(max_length=20, choices=Source.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "kind", "pmid", "doi"], name="reference_link_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(pmid__isnull=False) | Q(doi__isnull=False), name="reference_link_identified"
            ),
        ]
        indexes = [
            models.Index(fields=["pmid"], name="link_by_pmid", condition=Q(pmid__isnull=False)),
            models.Index(fields=["doi"], name="link_by_doi", condition=Q(doi__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.reference_id} {self.get_kind_display().lower()} {self.pmid or self.doi}"


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
