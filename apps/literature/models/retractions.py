"""Retractions, expressions of concern and corrections that the portal found out about."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..choices import FindingStatus, RetractionState, Source
from ..querysets import FindingQuerySet
from .references import Reference


class RetractionFinding(models.Model):
    """A source says that a reference is worse than the portal knew: looked at first, then applied.

    open → applied | dismissed. Applying raises the reference's state and puts what rests on it under
    re-review.
    """

    reference = models.ForeignKey(Reference, models.CASCADE, related_name="retraction_findings")
    state = models.CharField(max_length=24, choices=RetractionState.choices)
    source = models.CharField(max_length=20, choices=Source.choices)
    notice_pmid = models.BigIntegerField("PMID of the notice", null=True, blank=True)
    notice_doi = models.CharField("DOI of the notice", max_length=500, blank=True)
    noticed_on = models.DateField("date of the notice", null=True, blank=True)
    reason = models.TextField(blank=True, help_text="As the source words it.")
    status = models.CharField(max_length=10, choices=FindingStatus.choices, default=FindingStatus.OPEN, editable=False)
    found_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("reference", "state", "source", name="finding_once"),
            models.CheckConstraint(condition=~Q(state=RetractionState.NONE), name="finding_is_one"),
            models.CheckConstraint(
                condition=Q(status="open") | Q(decided_at__isnull=False), name="finding_decided_at_some_time"
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="finding_queue")]

    def __str__(self) -> str:
        return f"Reference {self.reference_id}: {self.get_state_display().lower()} ({self.get_source_display()})"

    @property
    def is_open(self) -> bool:
        return self.status == FindingStatus.OPEN
