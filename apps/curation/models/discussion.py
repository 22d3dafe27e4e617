"""Discussions: threads about a submission, a record or a target, and the comments in them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.vocabularies.models import Target

from ..querysets import CommentQuerySet, ThreadQuerySet
from .submissions import Record, Submission


class Thread(models.Model):
    """A question or remark about one thing, with what was answered. Whoever may see the thing reads it."""

    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="threads")
    record = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="threads")
    target = models.ForeignKey(Target, models.PROTECT, null=True, blank=True, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="threads")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    latest_at = models.DateTimeField(default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(submission__isnull=False, record__isnull=True, target__isnull=True)
                | Q(submission__isnull=True, record__isnull=False, target__isnull=True)
                | Q(submission__isnull=True, record__isnull=True, target__isnull=False),
                name="thread_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="thread_resolved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Thread {self.pk} about {self.about}"

    @property
    def about(self) -> Submission | Record | Target:
        about = self.submission or self.record or self.target
        assert about is not None
        return about

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None


class Comment(models.Model):
    """What one person wrote. ``html`` is made of ``text`` when it is written, and only then.

    Nothing is deleted: what its author withdrew, or an editor hid for a reason, leaves a line that says so.
    """

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    text = models.TextField(max_length=6000)
    html = models.TextField(editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    hidden_reason = models.TextField(blank=True, max_length=4000)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_by__isnull=True, hidden_reason="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason="")),
                name="comment_hidden_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["thread", "id"], name="comment_of_thread"),
            models.Index(fields=["author", "-made_at"], name="comment_of_person"),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk} by {self.author}"

    @property
    def is_gone(self) -> bool:
        """Whether readers see only that it was there."""
        return self.withdrawn_at is not None or self.hidden_at is not None


class CommentVersion(models.Model):
    """What a comment said before an edit; kept as it was."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="versions")
    text = models.TextField(max_length=6000)
    html = models.TextField()
    until = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        triggers = [pgtrigger.Protect(name="keep_comment_versions", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Comment {self.comment_id} until {self.until:%Y-%m-%d %H:%M}"
