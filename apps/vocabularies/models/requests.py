"""What curators miss in the vocabularies, and the editors' answers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..choices import RequestState
from ..querysets import RequestQuerySet
from .targets import Target
from .terms import Term


class Request(models.Model):
    """Somebody's wish for something new, which stands in the vocabularies as *pending* until it is decided on.

    open → approved | declined | instead (of what exists already). Nobody decides on their own wish.
    """

    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN, editable=False)
    reason = models.TextField("why it is needed", max_length=2000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="%(class)ss", editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    answer = models.TextField(blank=True, max_length=2000)

    objects = RequestQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="%(class)s_not_by_the_asker"
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    state__in=[RequestState.APPROVED, RequestState.DECLINED, RequestState.INSTEAD],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="%(class)s_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.DECLINED) | ~Q(answer=""), name="%(class)s_declined_for_a_reason"
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN


class TermRequest(Request):
    """A wish for a term of our own. What was asked for is the term itself; its successor is what exists instead."""

    term = models.OneToOneField(Term, models.PROTECT, related_name="request", editable=False)

    def __str__(self) -> str:
        return f"{self.asked_by} asks for {self.term}"


class TargetRequest(Request):
    """A wish for a target. What was asked for is the target itself; what it was merged into is what exists instead."""

    target = models.OneToOneField(Target, models.PROTECT, related_name="request", editable=False)

    def __str__(self) -> str:
        return f"{self.asked_by} asks for {self.target.symbol}"
