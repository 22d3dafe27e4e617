"""Who asks: the person behind a page's request, and how a program proves who it works for.

Programs send ``Authorization: Token …`` or ``Authorization: Bearer …``.
"""

from typing import cast

from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.crypto import hash_token
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from . import services
from .models import ApiToken, User
from .permissions import mfa_satisfied

SCHEMES = {b"token", b"bearer"}


def signed_in(request: HttpRequest | Request) -> User:
    """The person behind a request of which it was made sure before that somebody is signed in."""
    return cast(User, request.user)


class ApiTokenAuthentication(BaseAuthentication):
    """Accepts a valid token of an active person.

    401 for a token that is unknown, revoked, expired or of a closed account; 403 for one whose
    owner has to set up two-step sign-in first. Looks the token up by its hash, in one query.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() not in SCHEMES:
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Send one token: “Authorization: Token …”.")
        try:
            plain = words[1].decode("ascii")
        except UnicodeDecodeError:
            raise AuthenticationFailed("This token is not valid.") from None
        token = ApiToken.objects.select_related("user").filter(digest=hash_token(plain)).first()
        if token is None:
            raise AuthenticationFailed("This token is not valid: it was revoked, or mistyped.")
        if token.expired:
            raise AuthenticationFailed("This token has expired: make a new one on your account page.")
        if not token.user.is_active:
            raise AuthenticationFailed("The account of this token is closed.")
        verdict = mfa_satisfied(token.user)
        if not verdict:
            raise PermissionDenied(verdict.reason)
        services.note_token_use(token=token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class ApiTokenScheme(OpenApiAuthenticationExtension):
    target_class = "apps.accounts.authentication.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token from your account page, sent as `Authorization: Bearer …` or `Token …`.",
        }
