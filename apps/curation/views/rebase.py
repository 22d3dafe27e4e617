"""The page on which a revision is brought up to date with an entry that moved on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import permissions, services
from ..content import PARTS
from ..models import Submission
from . import show
from .access import status_of, visible_submission
from .changes import meeting

_PREFIX = "choice-"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_rebase(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the three ways, POST merges them. What was chosen stays chosen, whatever happens."""
    submission = visible_submission(signed_in(request), pk)
    if request.method == "POST":
        return _rebase(request, submission)
    revision = services.revision_of(submission)
    if not (verdict := permissions.may_rebase(signed_in(request), submission)):
        messages.info(request, verdict.reason)
    elif revision is None or not revision.moved_on:
        messages.info(request, "There is nothing to bring up to date: no other version was published meanwhile.")
    else:
        return _page(request, submission, revision)
    return redirect("curation:submission-detail", pk)


def _rebase(request: HttpRequest, submission: Submission) -> HttpResponse:
    chosen = {name: request.POST[f"{_PREFIX}{name}"] for name in PARTS if request.POST.get(f"{_PREFIX}{name}")}
    try:
        services.rebase(
            actor=signed_in(request),
            submission=submission,
            choices=chosen,
            onto=_number(request, "onto"),
            edit_count=_number(request, "edit_count"),
        )
    except Refused as refused:
        submission = visible_submission(signed_in(request), submission.pk)
        revision = services.revision_of(submission)
        if revision is None or not revision.moved_on:
            messages.warning(request, refused.reason)
            return redirect("curation:submission-detail", submission.pk)
        return _page(request, submission, revision, chosen=chosen, refused=refused)
    messages.success(request, "Brought up to date. Look it over, then submit it again.")
    return redirect("curation:submission-detail", submission.pk)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _page(
    request: HttpRequest,
    submission: Submission,
    revision: services.Revision,
    *,
    chosen: dict[str, str] | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    problem = (refused.field, refused.reason) if refused else (None, "")
    context = {
        "submission": submission,
        "statement": show.sentence(submission),
        "revision": revision,
        "refused": refused,
        **meeting(revision, chosen or {}, problem),
    }
    return render(request, "curation/submission_rebase.html", context, status=status_of(refused) if refused else 200)
