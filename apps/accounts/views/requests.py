"""What the account pages ask of a request."""

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form, be it empty; None where the form is only shown."""
    return request.POST if request.method == "POST" else None
