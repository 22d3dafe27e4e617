"""The form that saves itself: the same form as the button sends, answered by what the page then shows anew."""

import json
from dataclasses import dataclass
from typing import Any, TypedDict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts.authentication import signed_in
from apps.accounts.models import User
from apps.core.exceptions import Refused

from .. import services
from ..forms import ContentForm, offering
from ..forms.fields import without_controls
from ..forms.layout import remarks, sections, summary
from ..implied import implied
from ..models import Submission
from ..rules import check
from ..weighing import standing
from .access import is_forged, status_of, visible_submission
from .changes import changes_of
from .kin import compared


class Sittings(TypedDict):
    sitting: str
    follows: str


@dataclass(frozen=True, slots=True)
class Said:
    """Why nothing was saved. ``kind`` tells the page what to do: ``retry`` with the new token, ``sign_in``,
    ``wait`` for the next change, or ``stop``."""

    kind: str
    text: str
    status: int


_SIGNED_OUT = Said("sign_in", "You were signed out. What you type is kept in this browser.", 403)
_OLD_PAGE = Said("retry", "You signed in after this page was opened.", 403)
_SOMEONE_ELSE = Said(
    "stop", "Someone else is signed in in this browser now. What you typed is kept here and saved for nobody.", 403
)


def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.is_authenticated:
        return _said(request, _SIGNED_OUT)
    submission = visible_submission(signed_in(request), pk)
    if request.POST.get("person") != str(request.user.pk):
        return _said(request, _SOMEONE_ELSE)
    if is_forged(request):
        return _said(request, _OLD_PAGE)
    form = ContentForm(submission, request.POST)
    form.is_valid()
    try:
        services.save_draft(
            actor=signed_in(request),
            submission=submission,
            content=form.content(),
            unread=form.unread,
            edit_count=edit_count(request),
            **sittings(request),
            by_itself=True,
            change_note=change_note(request),
        )
    except Refused as refused:
        return _said(request, _refused(refused))
    submission = visible_submission(signed_in(request), pk)
    context = {
        "submission": submission,
        "filled": json.dumps(form.filled),
        **state_of(signed_in(request), submission, form),
    }
    return render(request, "curation/_autosaved.html", context)


def _refused(refused: Refused) -> Said:
    if refused.code == "stale":
        text = "This draft was saved elsewhere in the meantime. Press “Save draft” to see both versions side by side."
        return Said("stop", text, status_of(refused))
    return Said("stop" if refused.code in {"forbidden", "state"} else "wait", refused.reason, status_of(refused))


def _said(request: HttpRequest, said: Said) -> HttpResponse:
    return render(request, "curation/_not_autosaved.html", {"said": said}, status=said.status)


def state_of(
    reader: User, submission: Submission, form: ContentForm, saved_texts: dict[str, str] | None = None
) -> dict[str, Any]:
    """All that a form shows beside its fields: what the rules say of what is stored, level and score, near ones."""
    content = submission.content()
    facts = services.facts_for(content, record=submission.record)
    said = remarks(form, check(content, facts))
    return {
        "sections": sections(form, said, saved_texts),
        "summary": summary(form, said),
        "general_remarks": [remark for remark in said if not remark.field],
        "standing": standing(content, facts.reference),
        "follows": offering.offered(form, implied(content, facts)),
        "kin": compared(submission, reader),
        **changes_of(submission),
    }


def change_note(request: HttpRequest) -> str | None:
    """The note on what a revision changes, as typed; ``None`` where the form has none."""
    return without_controls(request.POST["change_note"]) if "change_note" in request.POST else None


def edit_count(request: HttpRequest) -> int:
    text = request.POST.get("edit_count", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def sittings(request: HttpRequest) -> Sittings:
    """Which opened form this is, and which closed one it went on from; nothing where the text is none of ours."""
    return {"sitting": _sitting(request, "sitting"), "follows": _sitting(request, "follows")}


def _sitting(request: HttpRequest, name: str) -> str:
    text = request.POST.get(name, "")
    return text if len(text) == 36 and text.replace("-", "").isalnum() and text.isascii() else ""
