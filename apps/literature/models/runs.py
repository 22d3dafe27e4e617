"""The runs that import references, what they could not read, and what they read before."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..querysets import ImportRunQuerySet
from .references import Reference


def _length(array: str) -> models.Func:
    return models.Func(models.F(array), function="CARDINALITY", output_field=models.IntegerField())


class ImportRun(models.Model):
    """One import of references from a source.

    queued → running → finished | failed | cancelled, and running | queued → paused → queued; a running
    run whose lease expired is claimed again and goes on from its checkpoint; a failed or cancelled one
    may be queued again. The row is the truth; the broker is only a doorbell.

    What is imported is a ``file``, or what a service answers to ``identifiers``: given by a person, or
    found there by ``query`` and kept here before anything is fetched, so that a checkpoint is a place in
    that list. ``only`` narrows a run to some positions: the rows that failed in ``retry_of``.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    class Origin(models.TextChoices):
        FILE = "file", "File"
        IDENTIFIERS = "identifiers", "List of identifiers"
        PUBMED = "pubmed", "PubMed search"
        EUROPEPMC = "europepmc", "Europe PMC search"
        CROSSREF = "crossref", "Crossref search"

    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="import_runs")
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.FILE, editable=False)
    query = models.TextField(blank=True, help_text="As the service understands it.")
    since = models.DateField(null=True, blank=True, help_text="What the service took up before that day is left out.")
    identifiers = ArrayField(
        models.CharField(max_length=520), null=True, blank=True, help_text="pmid:…, doi:… or pmcid:…, in order."
    )
    saved_search = models.ForeignKey("SavedSearch", models.SET_NULL, null=True, blank=True, related_name="runs")
    retry_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="retries")
    only = ArrayField(models.PositiveIntegerField(), null=True, blank=True, help_text="The positions to be read.")
    wanted = models.GeneratedField(
        expression=Coalesce(_length("only"), _length("identifiers")),
        output_field=models.IntegerField(null=True),
        db_persist=True,
        help_text="How many records are to be read, where that is known beforehand.",
    )
    to_triage = models.BooleanField(default=False, help_text="New references become candidates for curation.")
    two_person = models.BooleanField(default=False, help_text="Those candidates are screened by two people.")
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=255, help_text="Of the file, or what stands for it: the query.")
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
    pause_requested = models.BooleanField(default=False)
    seconds_worked = models.FloatField(default=0, help_text="Time that workers spent on it, without pauses.")
    pace = models.FloatField(default=0, db_default=0, help_text="Records a second, of late.")
    lease_holder = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Starts since the last stored records.")
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    #: Holds the lease of a run whose source does not answer at present.
    NOBODY = "nobody"

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["state", "lease_until"], name="run_waiting", condition=Q(state__in=["queued", "running"])
            ),
            models.Index(fields=["file_sha256"], name="run_by_file"),
            models.Index(fields=["saved_search", "-id"], name="run_of_search"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(checkpoint__gte=0), name="checkpoint_not_negative"),
            models.CheckConstraint(
                condition=Q(origin__in=["file", "identifiers"]) | ~Q(query=""), name="search_has_a_query"
            ),
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
                    ("queued", "paused"),
                    ("running", "paused"),
                    ("paused", "queued"),
                    ("paused", "cancelled"),
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
    def is_waiting(self) -> bool:
        """Begun, and left alone for a while because its source does not answer; ``error`` says so."""
        return self.state == self.State.RUNNING and self.lease_holder == self.NOBODY

    @property
    def is_attended(self) -> bool:
        """A worker is at it: it alone can stop, before its next chunk."""
        if self.state != self.State.RUNNING or self.is_waiting or self.lease_until is None:
            return False
        return self.lease_until > timezone.now()

    @property
    def can_be_read_again(self) -> bool:
        """Files are not kept for ever; identifiers are."""
        return self.origin != self.Origin.FILE or bool(self.file)

    @property
    def total(self) -> int:
        """What there is to read: records, where their number is known, else bytes of the file."""
        return self.bytes_total if self.wanted is None else self.wanted

    @property
    def done(self) -> int:
        """How much of ``total`` is read."""
        return self.bytes_read if self.wanted is None else self.checkpoint

    @property
    def seconds_left(self) -> float | None:
        """What is left at the present pace; None where nobody can know."""
        if not self.is_attended or not self.pace or not self.done:
            return None
        return self.checkpoint * max(self.total / self.done - 1, 0) / self.pace

    @property
    def records(self) -> int:
        """Records dealt with so far."""
        return self.created + self.updated + self.unchanged + self.failed


class ImportOutcomes(models.Model):
    """What became of the records of one chunk of a run, packed: one row for hundreds of records.

    ``positions[i]`` is the record's place in the file, ``outcomes[i]`` a letter of ``Outcome``, and
    ``reference_ids[i]`` the reference it went into, 0 where it went into none.
    """

    class Outcome(models.TextChoices):
        CREATED = "c", "New"
        UPDATED = "u", "Updated"
        UNCHANGED = "s", "Unchanged"
        FAILED = "f", "Not read"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="outcomes")
    positions = ArrayField(models.PositiveIntegerField())
    outcomes = models.TextField()
    reference_ids = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name_plural = "import outcomes"
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "id"], name="outcomes_of_run")]

    def __str__(self) -> str:
        return f"{len(self.positions)} records of import {self.run_id}"


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
