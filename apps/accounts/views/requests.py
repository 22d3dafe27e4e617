"""Whose request it is, with the type that the account pages rely on."""

from typing import cast

from django.http import HttpRequest

from apps.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person behind a request that ``login_required`` let through."""
    return cast(User, request.user)
