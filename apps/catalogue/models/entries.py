"""The read-model: published entries and what is computed from them.

Each row keeps its published document as ready JSON text beside the columns that filters need, so
that lists join stored documents and never build them. Nothing here points up to curation.
"""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from ..document import SincePublication
from ..querysets import (
    EntryQuerySet,
    RevisionQuerySet,
    TargetCombinationQuerySet,
    TargetDossierQuerySet,
)
from .columns import EntryColumns, codes


class Revision(models.Model):
    """The one row that counts the changes of the catalogue.

    Every change takes its number here, under the row's lock, which it keeps until it commits: so
    numbers become visible in their order, and whoever has read up to a number has missed nothing.
    It also tells caches whether anything at all has changed.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    last_accession = models.BigIntegerField(default=0)
    entry_count = models.BigIntegerField(default=0, help_text="Entries in force.")
    changed_at = models.DateTimeField()
    followed_to = models.BigIntegerField(
        null=True, help_text="The change at which all was last seen to be level with the vocabularies."
    )
    followed_vocabulary = models.UUIDField(null=True, help_text="What their revision was then.")

    #: What readers are told of it.
    TOLD = ("sequence", "changed_at", "entry_count")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_revision_row"),
            models.CheckConstraint(condition=models.Q(entry_count__gte=0), name="entry_count_not_negative"),
        ]

    def __str__(self) -> str:
        return f"revision {self.sequence}"


class Entry(EntryColumns):
    """The published side of a record: one row, its current version's document and filter columns.

    ``document`` is the current version's text, unaltered. ``sequence`` is the number of the last
    change to the entry (publication, revision, re-review, retraction, merge): cursors and the feed of
    changes go by it.
    """

    class Status(models.TextChoices):
        CURRENT = "current", "Current"
        RETRACTED = "retracted", "Retracted"
        MERGED = "merged", "Merged"

    accession = models.CharField(max_length=20, unique=True)
    number = models.BigIntegerField(unique=True, help_text="The number in the accession, for ordering.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CURRENT)
    etag = models.CharField(max_length=80)
    sequence = models.BigIntegerField(unique=True)
    first_published_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="When it was retracted or merged.")
    tombstone_reason = models.TextField(blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaces")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["sequence"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["current", "retracted", "merged"]), name="entry_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="current") | ~models.Q(tombstone_reason=""), name="tombstone_has_reason"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="merged") | models.Q(successor__isnull=False), name="merged_has_successor"
            ),
            models.CheckConstraint(
                condition=models.Q(under_review_since__isnull=True) | ~models.Q(review_reason=""),
                name="review_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(upheld_at__isnull=True)
                | (models.Q(under_review_since__isnull=True) & ~models.Q(upheld_reason="")),
                name="upheld_after_review_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["sequence"], name="entry_in_force", condition=models.Q(status="current")),
            models.Index(
                fields=["under_review_since"],
                name="entry_under_review",
                condition=models.Q(under_review_since__isnull=False),
            ),
            models.Index(fields=["target", "sequence"], name="entry_target"),
            models.Index(fields=["target_symbol", "sequence"], name="entry_symbol"),
            models.Index(fields=["reference", "sequence"], name="entry_reference"),
            models.Index(fields=["pmid"], name="entry_pmid"),
            models.Index(fields=["doi"], name="entry_doi"),
            models.Index(fields=["changed_at"], name="entry_changed"),
            models.Index(fields=["year"], name="entry_year"),
            models.Index(fields=["sample_size"], name="entry_sample_size"),
            models.Index(fields=["effect_measure", "effect"], name="entry_effect"),
            GinIndex(
                fields=["target_classes", "cell_types_within", "cancers_within", "therapies", "mechanisms"],
                name="entry_arrays",
            ),
            GinIndex(fields=["search"], name="entry_search"),
        ]

    def __str__(self) -> str:
        return self.accession

    @property
    def heir(self) -> "Entry | None":
        """Where it goes on today: the successor, or where that one went on in its turn, in force or not."""
        heir = self.successor
        while heir is not None and heir.successor is not None:
            heir = heir.successor
        return heir

    @property
    def since_publication(self) -> SincePublication | None:
        return SincePublication.of(*(getattr(self, name) for name in SincePublication.COLUMNS))


class EntryVersion(models.Model):
    """One immutable, numbered version of an entry; the database refuses to alter or delete it."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    change_note = models.TextField(blank=True, help_text="What it changed and why; stands in the document as well.")

    class Meta:
        ordering = ["entry", "number"]
        constraints = [models.UniqueConstraint("entry", "number", name="version_number_once")]
        triggers = [pgtrigger.Protect(name="keep_versions", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.entry} version {self.number}"


class TargetDossier(models.Model):
    """What the catalogue says about one target, recomputed with every entry that changes it."""

    target = models.CharField(max_length=60, unique=True, help_text="The target's stable id.")
    symbol = models.CharField(max_length=80)
    name = models.CharField(max_length=400)
    kind = models.CharField(max_length=20)
    classes = codes()
    components = codes()
    names = ArrayField(models.CharField(max_length=400), default=list, help_text="Every name, in lower case.")
    entry_count = models.PositiveIntegerField(default=0)
    score = models.FloatField(default=0)
    tier = models.CharField(max_length=20, blank=True)
    sequence = models.BigIntegerField(
        null=True, unique=True, help_text="The number of the last change of its score or tier, in the feed of changes."
    )
    rescored_at = models.DateTimeField(null=True)
    score_before = models.FloatField(default=0, db_default=0)
    tier_before = models.CharField(max_length=20, blank=True, default="", db_default="")
    document = models.TextField()
    etag = models.CharField(max_length=80)
    changed_at = models.DateTimeField()
    search = SearchVectorField(null=True)

    objects = TargetDossierQuerySet.as_manager()

    class Meta:
        ordering = ["symbol"]
        indexes = [
            GinIndex(fields=["search"], name="dossier_search"),
            GinIndex(fields=["names", "classes"], name="dossier_arrays"),
            models.Index(fields=["-score", "symbol"], name="dossier_score"),
            models.Index(fields=["symbol", "id"], name="dossier_symbol"),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} ({self.target})"


class TargetCombination(models.Model):
    """One cell type × cancer × intervention of a target, with the records of all entries in force that count in it.

    ``document`` is the combination with the first of its contributions, as dossiers show it; ``records``
    are what it is computed from, so that a change computes only the combinations that it touches.
    """

    target = models.CharField(max_length=60)
    cell_type = models.CharField(max_length=60, blank=True)
    cancer = models.CharField(max_length=60, blank=True)
    intervention = models.CharField(max_length=40)
    score = models.FloatField()
    contradiction = models.FloatField()
    records = models.TextField()
    document = models.TextField()

    objects = TargetCombinationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "cell_type", "cancer", "intervention"], name="combination_once"),
        ]
        indexes = [
            models.Index(
                fields=["target", "-score", "contradiction", "cell_type", "cancer", "intervention"],
                name="combination_best",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} × {self.cell_type} × {self.cancer} × {self.intervention}"


class Tally(models.Model):
    """How many entries in force have a value: in the whole catalogue (empty ``scope``), or about one target."""

    scope = models.CharField(max_length=60, blank=True)
    facet = models.CharField(max_length=20)
    value = models.CharField(max_length=60)
    entry_count = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=["scope", "facet", "value"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.facet} {self.value}: {self.entry_count}"


class GoneTarget(models.Model):
    """A target that had a score and has no dossier any more: merged into another one, say, with its entries."""

    target = models.CharField(max_length=60, unique=True)
    sequence = models.BigIntegerField(unique=True)
    gone_at = models.DateTimeField()
    score_before = models.FloatField()
    tier_before = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.target


class PublishedReference(models.Model):
    """A reference that at least one entry in force rests on. ``id`` is the reference's number."""

    id = models.BigIntegerField(primary_key=True)
    pmid = models.BigIntegerField(null=True)
    doi = models.CharField(max_length=500, blank=True)
    title = models.TextField()
    year = models.PositiveSmallIntegerField(null=True)
    entry_count = models.PositiveIntegerField(default=0)
    document = models.TextField()
    etag = models.CharField(max_length=80)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class PublishedTerm(models.Model):
    """A term that entries in force use, or that lies above one in its ontology."""

    curie = models.CharField(max_length=60, unique=True)
    vocabulary = models.CharField(max_length=20)
    label = models.CharField(max_length=400)
    entry_count = models.PositiveIntegerField(default=0, help_text="Entries that use the term or anything below it.")
    direct_count = models.PositiveIntegerField(default=0, help_text="Entries that use the term itself.")
    above = ArrayField(
        models.CharField(max_length=60),
        default=list,
        help_text="Itself and everything above it, as the entries that use it have it in their columns.",
    )
    document = models.TextField()
    etag = models.CharField(max_length=80)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["curie"]

    def __str__(self) -> str:
        return self.label
