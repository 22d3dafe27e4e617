"""Who reviews a submission, and the verdict that each of them gave."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from .. import choices
from ..querysets import DecisionQuerySet, ReviewQuerySet
from ..workflow import THIRD
from .submissions import Submission

#: Whoever wrote any of it never reviews it: said once more where no service can be passed by.
_NO_PARTY = """
IF EXISTS (SELECT 1 FROM curation_submission WHERE id = NEW.submission_id AND submitter_id = NEW.editor_id)
   OR EXISTS (SELECT 1 FROM curation_submission_co_editors
              WHERE submission_id = NEW.submission_id AND user_id = NEW.editor_id)
THEN
    RAISE EXCEPTION 'user % wrote some of submission %', NEW.editor_id, NEW.submission_id
        USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


def _no_party(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=pgtrigger.Insert, func=_NO_PARTY)


class Decision(models.Model):
    """An editor's verdict on one submission, bound to the hash of the content it was made on.

    Where several review, it counts together with the others of its round; nobody is shown it who could
    still be led by it (``DecisionQuerySet.open_to``).
    """

    Outcome = choices.Outcome

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="decisions")
    round = models.PositiveIntegerField(default=0, editable=False, help_text="0: from before rounds were counted.")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    reasons = ArrayField(models.CharField(max_length=20, choices=choices.Reason.choices), default=list, blank=True)
    reason = models.TextField(blank=True, max_length=4000)
    remarks = models.JSONField(default=dict, blank=True, help_text="What is said of single fields, by their names.")
    content_hash = models.CharField(max_length=64)
    conflict_statement = models.TextField(help_text="The statement in force when it was decided.")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(name="keep_decisions", operation=pgtrigger.Update | pgtrigger.Delete),
            _no_party("decision_of_no_party"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="approve") | ~models.Q(reason=""), name="refusal_has_reason"
            ),
            models.UniqueConstraint(
                "submission", "round", "editor", name="one_verdict_a_round", condition=models.Q(round__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} by {self.editor}"

    @property
    def reason_labels(self) -> list[str]:
        return [choices.Reason(code).label for code in self.reasons]


class Review(models.Model):
    """A seat in one round of review, and the editor who took it; over with a verdict or when it was given back.

    Seats 1 and 2 are independent of each other. Seat 3 exists only where their verdicts differ, and settles it.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="reviews")
    round = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField("seat")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    conflict_statement = models.TextField(help_text="The statement in force when the seat was taken.", blank=True)
    cautions = ArrayField(models.CharField(max_length=20, choices=choices.Caution.choices), default=list, blank=True)
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, blank=True, related_name="review")
    released_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(number__gte=1, number__lte=THIRD), name="review_seat_known"),
            models.CheckConstraint(
                condition=models.Q(decision__isnull=True) | models.Q(released_at__isnull=True),
                name="review_decided_or_given_back",
            ),
            models.CheckConstraint(condition=~models.Q(assigned_by=models.F("editor")), name="review_by_another_hand"),
            models.UniqueConstraint(
                "submission", "round", "number", name="one_reviewer_a_seat", condition=models.Q(released_at=None)
            ),
            models.UniqueConstraint(
                "submission", "round", "editor", name="one_seat_a_reviewer", condition=models.Q(released_at=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["editor", "expires_at"],
                name="review_in_hand",
                condition=models.Q(decision=None, released_at=None),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="keep_reviews", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="keep_verdicts", operation=pgtrigger.Update, condition=pgtrigger.Q(old__decision__isnull=False)
            ),
            _no_party("review_of_no_party"),
        ]

    def __str__(self) -> str:
        return f"Seat {self.number} of {self.submission}: {self.editor}"

    @property
    def is_open(self) -> bool:
        return self.decision_id is None and self.released_at is None

    @property
    def caution_labels(self) -> list[str]:
        return [choices.Caution(code).label for code in self.cautions]
