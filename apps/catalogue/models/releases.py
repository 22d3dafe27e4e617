"""Releases: dated, frozen sets of entries that never change once they are published."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from ..querysets import ReleasedEntryQuerySet, ReleaseQuerySet
from .columns import EntryColumns


class Release(models.Model):
    """A dated, frozen set of entries, with its files. Its rows are frozen first, in one transaction; then its files
    are written, which may take a while and be begun anew; what is published never changes.
    """

    class State(models.TextChoices):
        WRITING = "writing", "Being written"
        PUBLISHED = "published", "Published"

    number = models.PositiveIntegerField(unique=True, help_text="Its place in the row of releases.")
    name = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITING)
    cut_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    sequence = models.BigIntegerField(help_text="The catalogue's last change that is in it.")
    entry_count = models.BigIntegerField()
    note = models.TextField(blank=True)
    document = models.TextField(blank=True, help_text="All that is told of it, its files and their digests included.")
    etag = models.CharField(max_length=80, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["writing", "published"]), name="release_state_known"),
            models.CheckConstraint(
                condition=models.Q(state="writing") | (models.Q(published_at__isnull=False) & ~models.Q(document="")),
                name="published_with_its_document",
            ),
            models.UniqueConstraint("state", condition=models.Q(state="writing"), name="one_release_at_a_time"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_releases", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="freeze_releases", operation=pgtrigger.Update, condition=pgtrigger.Q(old__state="published")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReleasedEntry(EntryColumns):
    """An entry as it stood in the releases from ``first`` to ``last``; without a ``last`` it stands in the newest.

    An entry that did not change between two releases is kept once. The columns are those of the moment at which
    it was frozen: a release answers a filter with the terms and ancestors that it had.
    """

    first = models.ForeignKey(Release, models.PROTECT, to_field="number", related_name="+")
    last = models.ForeignKey(Release, models.PROTECT, to_field="number", related_name="+", null=True)
    accession = models.CharField(max_length=20)
    number = models.BigIntegerField()
    sequence = models.BigIntegerField()

    objects = ReleasedEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("number", "first", name="frozen_once"),
            models.UniqueConstraint("number", condition=models.Q(last__isnull=True), name="one_frozen_state_is_open"),
            models.CheckConstraint(
                condition=models.Q(last__isnull=True) | models.Q(last__gte=models.F("first")), name="first_before_last"
            ),
        ]
        indexes = [
            models.Index(fields=["sequence"], name="frozen_sequence"),
            models.Index(fields=["target", "sequence"], name="frozen_target"),
            models.Index(fields=["pmid"], name="frozen_pmid"),
            GinIndex(
                fields=["target_classes", "cell_types_within", "cancers_within", "therapies", "mechanisms"],
                name="frozen_arrays",
            ),
            GinIndex(fields=["search"], name="frozen_search"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_frozen", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="freeze_entries", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["last"])
            ),
            pgtrigger.Protect(
                name="close_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__last__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accession} version {self.version}"


class PinnedQuery(models.Model):
    """A query of a release, kept for good: the entries that it found, and the digest of their documents.

    It holds what was found, not how: whatever becomes of filters, ontologies and search, it gives the same.
    """

    key = models.CharField(max_length=16, unique=True)
    release = models.ForeignKey(Release, models.PROTECT, to_field="number", related_name="+")
    query = models.TextField(help_text="The parameters as they were asked, in alphabetical order.")
    numbers = ArrayField(models.BigIntegerField(), help_text="The numbers of the accessions found.")
    sha256 = models.CharField(max_length=64, help_text="Of the documents in NDJSON, in the order of the accessions.")
    pinned_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="keep_pins", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.key
