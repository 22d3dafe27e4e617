"""What happens to records after their publication: flags and second looks."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.literature.models import Reference, RetractionState
from apps.vocabularies.choices import FlagReason

from ..querysets import FlagQuerySet, ReReviewQuerySet
from .submissions import Record, Submission

#: Causes of a re-review that are what became of a publication.
OF_A_PUBLICATION = ("expression_of_concern", "retracted", "withdrawn")


class ReReview(models.Model):
    """Editors look once more at a record that is published, or at a submission that is open.

    Its cause is what became of the publication, which is then named, or another ground that an editor
    has. Closed with an outcome. The reason is shown to everyone. ``opened_by`` is empty for the system.
    """

    class Cause(models.TextChoices):
        EXPRESSION_OF_CONCERN = "expression_of_concern", "Expression of concern"
        RETRACTED = "retracted", "Retracted"
        WITHDRAWN = "withdrawn", "Withdrawn"
        DOUBT = "doubt", "An editor’s doubt"
        FLAG = "flag", "A flag"

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        REVISED = "revised", "Revised"
        RETRACTED = "retracted", "Retracted"
        MERGED = "merged", "Merged"
        ENDED = "ended", "Ended with the submission"

    record = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="re_reviews")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="re_reviews")
    reference = models.ForeignKey(Reference, models.PROTECT, null=True, blank=True, related_name="re_reviews")
    cause = models.CharField(max_length=24, choices=Cause.choices)
    reason = models.TextField()
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, editable=False)
    outcome_reason = models.TextField(blank=True, max_length=4000)

    objects = ReReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(record__isnull=False, submission__isnull=True)
                | models.Q(record__isnull=True, submission__isnull=False),
                name="re_review_of_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(cause__in=OF_A_PUBLICATION, reference__isnull=False)
                | models.Q(cause__in=["doubt", "flag"], reference__isnull=True, submission__isnull=True),
                name="re_review_has_its_cause",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="re_review_has_reason"),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, outcome="")
                | (models.Q(closed_at__isnull=False) & ~models.Q(outcome="")),
                name="re_review_closed_with_outcome",
            ),
            models.UniqueConstraint(
                "record", name="one_open_re_review_of_a_record", condition=models.Q(closed_at__isnull=True)
            ),
            models.UniqueConstraint(
                "submission", name="one_open_re_review_of_a_submission", condition=models.Q(closed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"Re-review of {self.record or self.submission}"

    @property
    def gravity(self) -> int:
        """How grave what became of its publication is; 0 where another ground is its cause."""
        return RetractionState(self.cause).gravity if self.cause in OF_A_PUBLICATION else 0


class Flag(models.Model):
    """A reader says that something is wrong with a published entry; an editor answers.

    Everyone sees its reason, from a short list; what the reader wrote is for editors alone.
    """

    class Outcome(models.TextChoices):
        DISMISSED = "dismissed", "Dismissed"
        RE_REVIEW = "re_review", "Put under re-review"
        REVISION = "revision", "Revised"
        RETRACTION = "retraction", "Retracted"
        MERGE = "merge", "Merged into another entry"

    record = models.ForeignKey(Record, models.PROTECT, related_name="flags")
    version = models.PositiveIntegerField(help_text="The version that the reader saw.")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="flags")
    reason = models.CharField(max_length=20, choices=FlagReason.choices)
    text = models.TextField(max_length=4000)
    raised_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, editable=False)
    answer = models.TextField(blank=True, max_length=4000)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["raised_at"], name="flag_open", condition=models.Q(answered_at__isnull=True)),
            models.Index(fields=["raised_by", "-id"], name="flag_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                "record",
                "raised_by",
                name="one_open_flag_of_a_person",
                condition=models.Q(answered_at__isnull=True),
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="flag_says_something"),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answered_by__isnull=True, outcome="", answer="")
                | (
                    models.Q(answered_at__isnull=False, answered_by__isnull=False)
                    & ~models.Q(outcome="")
                    & ~models.Q(answer="")
                ),
                name="flag_answered_wholly",
            ),
        ]

    def __str__(self) -> str:
        return f"Flag {self.pk} on {self.record}"
