"""References, imports and findings to look up; they change through ``services`` alone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.admin import LookUpAdmin

from .models import ImportIssue, ImportRun, Reference, RetractionFinding


@admin.register(Reference)
class ReferenceAdmin(LookUpAdmin):
    list_display = ["pk", "pmid", "doi", "title", "year", "reference_type", "retraction_state"]
    list_filter = ["reference_type", "retraction_state"]
    search_fields = ["pmid"]  # shows the box; ``get_search_results`` answers it
    show_full_result_count = False  # there may be millions
    raw_id_fields = ["preprint_of"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.search(search_term) if search_term.strip() else queryset), False


@admin.register(ImportRun)
class ImportRunAdmin(LookUpAdmin):
    list_display = ["pk", "file_name", "state", "requested_by", "requested_at", "created", "updated", "failed"]
    list_filter = ["state"]
    search_fields = ["file_name", "file_sha256", "requested_by__username"]
    list_select_related = ["requested_by"]


@admin.register(ImportIssue)
class ImportIssueAdmin(LookUpAdmin):
    list_display = ["pk", "run", "position", "identifier", "reason"]
    search_fields = ["identifier"]
    list_select_related = ["run"]
    show_full_result_count = False


@admin.register(RetractionFinding)
class RetractionFindingAdmin(LookUpAdmin):
    list_display = [
        "pk",
        "reference",
        "state",
        "source",
        "noticed_on",
        "status",
        "found_at",
        "decided_by",
        "decided_at",
    ]
    list_filter = ["status", "state", "source"]
    list_select_related = ["reference", "decided_by"]
    raw_id_fields = ["reference"]
