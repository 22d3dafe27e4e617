"""Submissions, records and decisions to look up; they change through ``services`` alone."""

from django.contrib import admin

from apps.accounts.admin import LookUpAdmin

from .models import Decision, Record, Submission


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
