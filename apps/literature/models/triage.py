"""Triage: references that may be worth curating, ranked, and what people decided about them."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..choices import CandidateState, RejectionReason, ScreeningOutcome, Verdict
from ..querysets import CandidateQuerySet, ScreeningVoteQuerySet
from ..workflow import transitions
from .references import Reference
from .runs import ImportRun


class Candidate(models.Model):
    """A reference in triage.

    new → claimed → curated | rejected | later, and back to new. Where two people screen, each gives a
    ``ScreeningVote`` without seeing the other's; ``screening`` is what came of it, and only who was
    screened in can be claimed. ``mentions`` is what the matcher found: [{kind, curie, label, count,
    title}], the most important first; ``reasons`` is what ``relevance`` is the sum of: [[why, points]].
    ``scored_at`` is empty as long as that is still to be done.
    """

    reference = models.OneToOneField(Reference, models.CASCADE, related_name="candidate")
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, blank=True, related_name="candidates")
    state = models.CharField(max_length=10, choices=CandidateState.choices, default=CandidateState.NEW, editable=False)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="claimed_candidates"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, choices=RejectionReason.choices, blank=True)
    reason_text = models.CharField(max_length=500, blank=True)
    later_until = models.DateField(null=True, blank=True)
    votes_needed = models.PositiveSmallIntegerField(default=1)
    screening = models.CharField(max_length=10, choices=ScreeningOutcome.choices, blank=True, editable=False)
    relevance = models.FloatField(default=0)
    reasons = models.JSONField(default=list, blank=True, editable=False)
    mentions = models.JSONField(default=list, blank=True, editable=False)
    scored_as = models.CharField(
        max_length=50, blank=True, editable=False, help_text="The versions of scoring and vocabularies."
    )
    scored_at = models.DateTimeField(null=True, editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["-relevance", "-pk"]
        indexes = [
            models.Index(fields=["state", "-relevance", "-id"], name="candidate_queue"),
            models.Index(fields=["claimed_by", "state"], name="candidate_of_person"),
            models.Index(fields=["id"], name="candidate_unscored", condition=Q(scored_at__isnull=True)),
            models.Index(fields=["claimed_at"], name="candidate_claims", condition=Q(state="claimed")),
            models.Index(fields=["later_until"], name="candidate_later", condition=Q(later_until__isnull=False)),
            models.Index(fields=["-relevance", "-id"], name="candidate_conflicts", condition=Q(screening="conflict")),
            GinIndex(fields=["mentions"], name="candidate_mentions", opclasses=["jsonb_path_ops"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CandidateState.values), name="candidate_state_known"),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_by__isnull=False), name="claimed_by_somebody"
            ),
            models.CheckConstraint(condition=~Q(state="rejected") | ~Q(reason=""), name="rejected_for_a_reason"),
            models.CheckConstraint(condition=Q(votes_needed__in=[1, 2]), name="one_or_two_votes"),
            models.CheckConstraint(condition=Q(screening="") | Q(votes_needed=2), name="screened_by_two"),
            models.CheckConstraint(condition=Q(later_until__isnull=True) | Q(state="later"), name="later_has_its_day"),
        ]
        triggers = [pgtrigger.FSM(name="candidate_steps", field="state", transitions=transitions())]

    def __str__(self) -> str:
        return f"Candidate {self.reference_id}"

    @property
    def awaits_votes(self) -> bool:
        """Whether two people are to screen it, and one of them has not voted yet."""
        return self.state == CandidateState.NEW and self.votes_needed == 2 and not self.screening

    @property
    def is_in_conflict(self) -> bool:
        return self.state == CandidateState.NEW and self.screening == ScreeningOutcome.CONFLICT


class ScreeningVote(models.Model):
    """What one of two people says about a candidate."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="votes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="screening_votes")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.CharField(max_length=20, choices=RejectionReason.choices, blank=True)
    reason_text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScreeningVoteQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("candidate", "person", name="one_vote_per_person"),
            models.CheckConstraint(condition=Q(verdict="include") | ~Q(reason=""), name="exclusion_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_verdict_display()}"


class CandidateNote(models.Model):
    """A remark on a candidate, for whoever looks at it next."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="candidate_note_says_something")]

    def __str__(self) -> str:
        return self.text[:60]
