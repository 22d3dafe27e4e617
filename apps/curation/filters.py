"""Narrowing the lists of the curation pages."""

from typing import cast

import django_filters
from django import forms
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from apps.accounts.models import User
from apps.vocabularies.choices import Level, TargetClass

from .models import Submission
from .querysets import SubmissionQuerySet
from .workflow import Status


class QueueFilter(django_filters.FilterSet):
    """The editors' queue: whose it is, what it is about, how strong it claims to be."""

    WHOSE = (("unclaimed", "Unclaimed"), ("mine", "Claimed by me"))

    whose = django_filters.ChoiceFilter(
        label="Whose",
        choices=WHOSE,
        empty_label="All",
        method="by_claim",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    target_class = django_filters.ChoiceFilter(
        label="Target class",
        choices=TargetClass.choices,
        empty_label="Any",
        method="by_target_class",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    level = django_filters.ChoiceFilter(
        label="Level", choices=Level.choices, empty_label="Any", widget=forms.Select(attrs={"class": "form-select"})
    )

    class Meta:
        model = Submission
        fields = ()

    request: HttpRequest

    def by_claim(self, queryset: SubmissionQuerySet, name: str, value: str) -> SubmissionQuerySet:
        if value == "mine":
            return queryset.claimed_by(cast(User, self.request.user))
        return queryset.with_vacant_seat()

    def by_target_class(self, queryset: SubmissionQuerySet, name: str, value: str) -> SubmissionQuerySet:
        return queryset.filter(target__classes__contains=[value])


def with_place_in_queue(submissions: SubmissionQuerySet) -> SubmissionQuerySet:
    """With ``ahead_in_queue``: how many unclaimed submissions were handed in before each."""
    earlier = Q(submitted_at__lt=OuterRef("submitted_at")) | Q(
        submitted_at=OuterRef("submitted_at"), pk__lt=OuterRef("pk")
    )
    ahead = (
        Submission.objects.filter(earlier, status=Status.SUBMITTED)
        .order_by()
        .values("status")
        .values(count=Count("pk"))
    )
    return submissions.annotate(ahead_in_queue=Coalesce(Subquery(ahead), 0))
