"""Submissions, records, decisions and re-reviews to look up; they change through ``services`` alone."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from apps.accounts.admin import LookUpAdmin

from .models import Decision, Record, ReReview, Submission


@admin.register(Record)
class RecordAdmin(LookUpAdmin):
    list_display = ["pk", "accession", "created_at"]
    search_fields = ["accession"]


@admin.register(Submission)
class SubmissionAdmin(LookUpAdmin):
    list_display = ["pk", "status", "record", "target", "submitter", "claimed_by", "submitted_at", "published_version"]
    list_filter = ["status", "evidence_type", "level"]
    search_fields = ["record__accession", "submitter__username", "target__symbol"]
    list_select_related = ["record", "target", "submitter", "claimed_by"]


@admin.register(Decision)
class DecisionAdmin(LookUpAdmin):
    list_display = ["pk", "submission", "outcome", "editor", "made_at"]
    list_filter = ["outcome"]
    search_fields = ["submission__record__accession", "editor__username"]
    list_select_related = ["submission", "editor"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Administrators review too: a verdict is shown to nobody here before its round is closed."""
        return Decision.objects.of_closed_rounds()


@admin.register(ReReview)
class ReReviewAdmin(LookUpAdmin):
    list_display = [
        "pk",
        "record",
        "submission",
        "cause",
        "opened_at",
        "opened_by",
        "outcome",
        "closed_at",
        "closed_by",
    ]
    list_filter = ["cause", "outcome"]
    search_fields = ["record__accession"]
    list_select_related = ["record", "submission", "opened_by", "closed_by"]
    raw_id_fields = ["reference"]
