"""Tables of records: what was sent, what was found out about each row, and the draft that came of it."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.literature.models import ImportRun

from ..querysets import BulkRowQuerySet, BulkUploadQuerySet
from .submissions import Submission


class BulkUpload(models.Model):
    """One table of records that somebody sent. It is kept as rows of text; the file itself is not.

    checking → checked ⇄ drafting, and checked → checking again; what fails on the way may be checked
    again. The rows are the truth: whoever works on them takes the next that wait, under the lock of this row.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked"
        DRAFTING = "drafting", "Drafts are being made"
        FAILED = "failed", "Failed"

    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bulk_uploads")
    file_name = models.CharField(max_length=255)
    kind = models.CharField(max_length=4, help_text="csv, xlsx, or json for what came through the API.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the table: the same one is kept once a person.")
    header = models.JSONField(default=list, help_text="The first row as it was sent.")
    fields = models.JSONField(default=list, help_text="The field of each column, empty where it has none.")
    remarks = models.JSONField(default=list, help_text="What there is to say of the columns.")
    row_count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING, editable=False)
    submits = models.BooleanField(default=False, help_text="The drafts being made are submitted too.")
    import_run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    worked_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BulkUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("uploaded_by", "digest", name="same_table_once_a_person"),
            models.CheckConstraint(
                condition=Q(state__in=["checking", "checked", "drafting", "failed"]), name="bulk_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["worked_at"], name="bulk_at_work", condition=Q(state__in=["checking", "drafting"]))
        ]
        triggers = [
            pgtrigger.FSM(
                name="bulk_steps",
                field="state",
                transitions=[
                    ("checking", "checked"),
                    ("checking", "failed"),
                    ("checked", "checking"),
                    ("checked", "drafting"),
                    ("drafting", "checked"),
                    ("drafting", "failed"),
                    ("failed", "checking"),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"Table {self.pk}: {self.file_name}"

    @property
    def is_at_work(self) -> bool:
        return self.state in {self.State.CHECKING, self.State.DRAFTING}


class BulkRow(models.Model):
    """One row: its texts as sent, what is wrong with them, and the draft that was made of it.

    ``problems`` are of cells that could not be read, ``findings`` what the rules say of the rest.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Not checked yet"
        COMPLETE = "complete", "Complete"
        UNFINISHED = "unfinished", "To be finished"
        KNOWN = "known", "Already here"
        REFUSED = "refused", "Not taken"

    upload = models.ForeignKey(BulkUpload, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="As a spreadsheet counts it.")
    texts = models.JSONField(default=list)
    faults = models.JSONField(default=dict, help_text="By place: what is wrong with a cell as a cell.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, editable=False)
    problems = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    key = models.CharField(max_length=64, blank=True, help_text="The same in rows that say the same.")
    to_import = models.CharField(max_length=500, blank=True, help_text="The publication that is not here yet.")
    submission = models.OneToOneField(Submission, models.PROTECT, null=True, blank=True, related_name="bulk_row")

    objects = BulkRowQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("upload", "number", name="bulk_row_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "complete", "unfinished", "known", "refused"]),
                name="bulk_row_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["upload", "state", "number"], name="bulk_rows_by_state"),
            models.Index(fields=["key"], name="bulk_rows_that_say_the_same", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return f"Row {self.number} of table {self.upload_id}"

    def text_of(self, name: str) -> str:
        """What stands in the column of a field; the upload has to be at hand."""
        fields: list[Any] = self.upload.fields
        place = fields.index(name) if name in fields else len(self.texts)
        return self.texts[place] if place < len(self.texts) else ""
