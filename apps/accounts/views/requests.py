"""What the account pages ask of a request."""

from typing import cast

from django.http import HttpRequest, QueryDict

from apps.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person behind a request that ``login_required`` let through."""
    return cast(User, request.user)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form, be it empty; None where the form is only shown."""
    return request.POST if request.method == "POST" else None
