"""One submission as its curator sees it, and what they may do with it."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import permissions, services
from ..forms import WithdrawForm
from ..models import Decision, Submission
from ..workflow import Status
from . import show
from .access import status_of, visible_submission
from .changes import changes_of
from .panel import last_round, panel_of, remarks_of
from .threads import discussion_of


@login_required
@require_GET
def submission_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, visible_submission(signed_in(request), pk))


@login_required
@require_POST
def submission_submit(request: HttpRequest, pk: int) -> HttpResponse:
    submission = visible_submission(signed_in(request), pk)
    try:
        services.submit(actor=signed_in(request), submission=submission)
    except Refused as refused:
        return _page(request, visible_submission(signed_in(request), pk), refused=refused, status=status_of(refused))
    messages.success(request, "Submitted. The editors see it in their queue now.")
    return redirect("curation:submission-detail", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST withdraws."""
    submission = visible_submission(signed_in(request), pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(actor=signed_in(request), submission=submission, reason=form.cleaned_data["reason"])
        except Refused as refused:
            return _page(
                request, visible_submission(signed_in(request), pk), refused=refused, status=status_of(refused)
            )
        messages.success(request, "Withdrawn. Nothing is deleted: you find it under your submissions.")
        return redirect("curation:submission-detail", pk)
    if not (verdict := permissions.may_withdraw(signed_in(request), submission)):
        not_now = Refused(verdict.reason, code=verdict.code)
        return _page(request, submission, refused=not_now, status=status_of(not_now))
    context = {"submission": submission, "form": form, "statement": show.sentence(submission)}
    return render(request, "curation/submission_withdraw.html", context, status=422 if form.errors else 200)


def _page(
    request: HttpRequest, submission: Submission, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    context = {
        **described(request, submission),
        "discussion": discussion_of(request, submission, page="submission"),
        "refused": refused,
        "may_edit": permissions.may_edit(signed_in(request), submission),
        "may_submit": permissions.may_submit(signed_in(request), submission),
        "may_withdraw": permissions.may_withdraw(signed_in(request), submission),
    }
    template = "curation/submission_detail.html" + ("#status" if getattr(request, "htmx", False) else "")
    return render(request, template, context, status=status)


def _in_force(submission: Submission, decisions: Sequence[Decision]) -> list[Decision]:
    """The verdicts whose remarks still are to be met."""
    asked = submission.status in {Status.CHANGES_REQUESTED, Status.REJECTED}
    return last_round(decisions) if asked else []


def described(request: HttpRequest, submission: Submission) -> dict[str, object]:
    """What the curator's and the editor's page both show of a submission."""
    reference = submission.paper
    reader = signed_in(request)
    decisions = list(submission.decisions.open_to(reader).select_related("editor"))
    return {
        "submission": submission,
        "statement": show.sentence(submission),
        "groups": show.groups(submission, remarks_of(_in_force(submission, decisions))),
        "history": show.history(submission, reader),
        "verdicts": last_round(decisions),
        "panel": panel_of(submission, reader, decisions),
        "reference": reference,
        "citation": show.citation(reference) if reference else "",
        "quoted": show.quoted(reference.abstract, submission.author_claim) if reference else None,
        "accession": submission.record.accession if submission.status == Status.APPROVED else None,
        "is_party": permissions.is_party(reader, submission),
        **changes_of(submission),
    }
