from django.urls import path

from .views import audit, mine, notices, people

app_name = "accounts"

urlpatterns = [
    path("", mine.profile, name="profile"),
    path("profile/", mine.profile_edit, name="profile-edit"),
    path("role/", mine.role, name="role-application"),
    path("conflicts/", mine.conflicts, name="conflict-statement"),
    path("tokens/", mine.tokens, name="token-list"),
    path("tokens/<slug:begins>/revoke/", mine.token_revoke, name="token-revoke"),
    path("notices/", notices.notices, name="notice-list"),
    path("notices/read/", notices.notices_read, name="notice-read"),
    path("notifications/", notices.notice_choices, name="notice-choices"),
    path("notifications/stop/<str:token>/", notices.notice_stop, name="notice-stop"),
    path("notifications/subscriptions/<int:pk>/", notices.subscription_mute, name="subscription-mute"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export.csv", audit.audit_export, {"kind": "csv"}, name="audit-export-csv"),
    path("audit/export.ndjson", audit.audit_export, {"kind": "ndjson"}, name="audit-export-ndjson"),
    path("history-head/", audit.history_head, name="history-head"),
    path("people/", people.people, name="person-list"),
    path("people/<int:pk>/", people.person, name="person-detail"),
    path("people/<int:pk>/role/", people.person_role, name="person-role"),
    path("people/<int:pk>/active/", people.person_active, name="person-active"),
    path("people/applications/<int:pk>/grant/", people.application_grant, name="application-grant"),
    path("people/applications/<int:pk>/decline/", people.application_decline, name="application-decline"),
]
