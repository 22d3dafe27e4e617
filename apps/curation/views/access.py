"""What all curation pages share: who may come in, and how a refusal becomes an answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import get_object_or_404

from apps.accounts.models import User
from apps.core.exceptions import Refused

from ..models import Submission
from ..permissions import may_see

View = Callable[..., HttpResponse]

_STATUS_OF_CODE = {"forbidden": 403, "state": 409, "stale": 409, "too_many": 429}


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal; what is merely unfinished or wrong is 422."""
    return _STATUS_OF_CODE.get(refused.code, 422)


def curators_only(view: View) -> View:
    return _only(
        "is_curator", "This page is for curators. You can apply for the role on the page of your account.", view
    )


def editors_only(view: View) -> View:
    return _only("is_editor", "This page is for editors.", view)


def _only(role: str, reason: str, view: View) -> View:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not getattr(request.user, role):
            raise PermissionDenied(reason)
        return view(request, *args, **kwargs)

    return guarded


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def is_forged(request: HttpRequest) -> bool:
    """Django's own check, asked from within a view so that a failed one can still show the typed text."""
    return _CsrfCheck(lambda _: HttpResponse()).process_view(request, None, (), {}) is not None  # type: ignore[arg-type]


def visible_submission(user: User, pk: int) -> Submission:
    """The submission with all that its page shows; 404 where this person may not see it."""
    submission = get_object_or_404(Submission.objects.with_content(), pk=pk)
    if not may_see(user, submission):
        raise Http404
    return submission
