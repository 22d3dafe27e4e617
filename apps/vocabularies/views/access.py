"""Who comes in to the pages of the vocabularies, and how a refusal becomes an answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.accounts.authentication import signed_in
from apps.accounts.models import User
from apps.core.exceptions import Refused
from apps.core.verdicts import Verdict

from ..permissions import may_manage, may_request

View = Callable[..., HttpResponseBase]
_STATUS_OF_CODE = {"forbidden": 403, "state": 409}


def status_of(refused: Refused) -> int:
    return _STATUS_OF_CODE.get(refused.code, 422)


def editors_only(view: View) -> View:
    return _only(may_manage, view)


def curators_only(view: View) -> View:
    return _only(may_request, view)


def _only(may: Callable[[User], Verdict], view: View) -> View:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (verdict := may(signed_in(request))):
            raise PermissionDenied(verdict.reason)
        return view(request, *args, **kwargs)

    return guarded
