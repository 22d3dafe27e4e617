"""Leads editors and administrators to set up two-step sign-in before anything else."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from apps.core.problems import problem

from .models import User
from .permissions import mfa_satisfied

# One's own account stays within reach, or nobody could get out of this.
OWN_ACCOUNT = {
    "profile",
    "profile-edit",
    "role-application",
    "conflict-statement",
    "token-list",
    "token-revoke",
    "notice-choices",
    "notice-stop",
    "subscription-mute",
}
ALLAUTH = ("account_", "mfa_", "socialaccount_", "orcid_")


class TwoStepSignInMiddleware:
    """Sends a person whose role asks for two-step sign-in, and who has not set it up, to the page that does.

    Holds for every address except one's own account pages; an API call with a session is refused
    with 403. Tokens are refused where they are read (``authentication``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and not self._is_open(request):
            verdict = mfa_satisfied(user)
            if not verdict:
                return self._refuse(request, verdict.reason)
        return self.get_response(request)

    @staticmethod
    def _is_open(request: HttpRequest) -> bool:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return True
        name = match.url_name or ""
        return (match.namespace == "accounts" and name in OWN_ACCOUNT) or (
            not match.namespace and name.startswith(ALLAUTH)
        )

    @staticmethod
    def _refuse(request: HttpRequest, reason: str) -> HttpResponse:
        if request.path_info.startswith("/api/"):
            return problem(403, reason, code="forbidden")
        messages.info(request, reason)
        response = redirect("mfa_activate_totp")
        if request.headers.get("HX-Request"):
            response["HX-Redirect"] = response["Location"]
            response.status_code = 204
        return response
