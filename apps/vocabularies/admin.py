"""Terms and targets to look at; they change through ``services`` alone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import Target, TargetIdentifier, Term


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False


class IdentifierInline(ReadOnly, admin.TabularInline):
    model = TargetIdentifier


@admin.register(Term)
class TermAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["curie", "label", "vocabulary", "status", "obsolete"]
    list_filter = ["vocabulary", "status", "obsolete"]
    search_fields = ["curie", "label"]


@admin.register(Target)
class TargetAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["symbol", "curie", "name", "kind", "status"]
    list_filter = ["kind", "status"]
    search_fields = ["curie", "symbol", "name"]
    inlines = [IdentifierInline]
