"""Django's admin, for looking things up: every change goes through the services, on the portal's own pages."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest

from .models import ApiToken, ConflictStatement, Event, Mail, Notice, RoleApplication, User
from .permissions import may_administer

# The admin's own sign-in page knows neither the second step nor the rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "TME Portal: look-up"


class LookUpAdmin(admin.ModelAdmin):
    """Shows everything to administrators and changes nothing."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(may_administer(request.user))  # type: ignore[arg-type]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(LookUpAdmin):
    list_display = ["username", "name", "email", "affiliation", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "name", "email", "affiliation", "orcid"]
    fields = [
        "username",
        "name",
        "email",
        "affiliation",
        "orcid",
        "orcid_verified",
        "role",
        "is_active",
        "is_staff",
        "is_superuser",
        "date_joined",
        "last_login",
    ]


@admin.register(RoleApplication)
class RoleApplicationAdmin(LookUpAdmin):
    list_display = ["applicant", "role", "state", "applied_at", "decided_by", "decided_at"]
    list_filter = ["state", "role"]
    list_select_related = ["applicant", "decided_by"]


@admin.register(ConflictStatement)
class ConflictStatementAdmin(LookUpAdmin):
    list_display = ["person", "made_at", "expires_at", "text"]
    list_select_related = ["person"]


@admin.register(ApiToken)
class ApiTokenAdmin(LookUpAdmin):
    list_display = ["token_key", "name", "user", "created", "expiry", "last_used_at"]
    list_select_related = ["user"]
    fields = ["token_key", "name", "user", "created", "expiry", "last_used_at"]


@admin.register(Event)
class EventAdmin(LookUpAdmin):
    list_display = ["at", "actor", "verb", "object_type", "object_id", "from_state", "to_state", "reason"]
    list_filter = ["verb", "object_type"]
    list_select_related = ["actor"]
    search_fields = ["object_id", "actor__username", "reason"]
    date_hierarchy = "at"
    show_full_result_count = False


@admin.register(Notice)
class NoticeAdmin(LookUpAdmin):
    list_display = ["pk", "person", "kind", "text", "created_at", "read_at", "mailed_at"]
    list_filter = ["kind"]
    list_select_related = ["person"]
    search_fields = ["person__username", "key"]
    show_full_result_count = False


@admin.register(Mail)
class MailAdmin(LookUpAdmin):
    list_display = ["pk", "person", "rhythm", "period", "state", "attempts", "created_at", "due_at", "sent_at", "error"]
    list_filter = ["state", "rhythm"]
    list_select_related = ["person"]
    exclude = ["unsubscribe_url", "body"]
