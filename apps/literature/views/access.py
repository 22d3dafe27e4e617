"""Who may see these pages, and how they show a refusal and a history."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.accounts.authentication import signed_in
from apps.accounts.models import Event
from apps.core.exceptions import Refused

from .. import permissions

PAGE_SIZE = 25
_STATUS_OF_CODE = {"forbidden": 403, "state": 409, "stale": 409}


def status_of(refused: Refused) -> int:
    """The HTTP status of a page that shows this refusal."""
    return _STATUS_OF_CODE.get(refused.code, 422)


def curators_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (verdict := permissions.may_import(signed_in(request))):
            raise PermissionDenied(verdict.reason)
        return view(request, *args, **kwargs)

    return guarded


_WORDS = {
    "request": "Import asked for",
    "start": "Started",
    "take over": "Taken over from a worker that stopped",
    "try again": "Tried again after a wait",
    "finish": "Finished",
    "fail": "Failed",
    "pause": "Paused",
    "ask to pause": "Asked to pause",
    "resume": "Resumed",
    "cancel": "Cancelled",
    "ask to cancel": "Asked to cancel",
    "retry": "Asked to go on",
    "retry failed rows": "Asked to try the failed rows again",
    "forget": "File removed",
    "nominate": "Put into triage",
    "claim": "Claimed",
    "release": "Given back to the queue",
    "reject": "Rejected",
    "postpone": "Put off",
    "reopen": "Put back into the queue",
    "curate": "Curated",
    "vote": "Voted",
    "screen": "Screened by two",
    "note": "Wrote a note",
    "update": "Changed by a newer description",
    "retraction state": "Retraction state changed",
    "amend": "Corrected by hand",
    "merge": "Merged with a second reference to the same publication",
}


def told(one: models.Model) -> list[dict[str, Any]]:
    """The history of a run, a reference or the like as the timeline shows it, in words for people."""
    return [line_of(event) for event in Event.objects.of_object(one)]


def line_of(event: Event) -> dict[str, Any]:
    return {
        "at": event.at,
        "actor": event.actor,
        "verb_text": _WORDS.get(event.verb, event.verb_text),
        "reason": event.reason,
    }
