"""The editors' desk: the queue, and one screen on which a submission is read and decided."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.authentication import signed_in
from apps.accounts.models import User
from apps.accounts.services import conflict_statement_in_force
from apps.core.exceptions import Refused

from .. import permissions, services
from ..filters import QueueFilter
from ..forms import AssignForm, DecisionForm, SecondReviewForm
from ..forms.fields import without_controls
from ..models import Submission
from ..suggesting import Suggestion
from ..workflow import THIRD, Status
from . import show
from .access import editors_only, status_of, visible_submission
from .changes import acceptable
from .foresight import foresight
from .submission import described
from .threads import discussion_of

_PAGE_SIZE = 25
_NOBODY = Refused("There is no such editor.", field="editor")


@editors_only
@require_GET
def review_queue(request: HttpRequest) -> HttpResponse:
    waiting = Submission.objects.awaiting_review()
    filtered = QueueFilter(request.GET, queryset=waiting.with_content().order_by("submitted_at", "pk"), request=request)
    page = Paginator(filtered.qs, _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": filtered,
        "page_obj": page,
        "rows": show.queue_rows(page, signed_in(request)),
        "is_filtered": any(value for name, value in request.GET.items() if name in filtered.filters),
        "conflict_statement": conflict_statement_in_force(signed_in(request)),
    }
    return render(request, "curation/review_queue.html", context)


@editors_only
@require_GET
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, visible_submission(signed_in(request), pk))


@editors_only
@require_POST
def review_claim(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.claim, "You have claimed this submission. Read it, then decide.")


@editors_only
@require_POST
def review_release(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.release, "Returned to the queue.")


@editors_only
@require_POST
def review_approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _decided(request, pk, services.approve, "Approved and published.")


@editors_only
@require_POST
def review_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Some of the changes of a revision; what was ticked and typed stays on the page where it is refused."""
    given: dict[str, Any] = {
        "content_hash": request.POST.get("content_hash", ""),
        "fields": request.POST.getlist("fields"),
        "reason": without_controls(request.POST.get("rest_reason", "")),
    }
    done = "Published what you accepted. The rest went back to its submitter with your reason."
    return _done(request, pk, services.accept_parts, done, **given)


@editors_only
@require_POST
def review_request_changes(request: HttpRequest, pk: int) -> HttpResponse:
    return _decided(request, pk, services.request_changes, "Sent back to the submitter with your reason.")


@editors_only
@require_POST
def review_reject(request: HttpRequest, pk: int) -> HttpResponse:
    return _decided(request, pk, services.reject, "Rejected. The submitter sees your reason.")


@editors_only
@require_POST
def review_assign(request: HttpRequest, pk: int) -> HttpResponse:
    form = AssignForm(request.POST)
    editor = User.objects.filter(pk=form.cleaned_data["editor"]).first() if form.is_valid() else None
    if editor is None:
        return _page(request, visible_submission(signed_in(request), pk), refused=_NOBODY, status=422)
    return _done(request, pk, services.assign, f"{editor} is asked to review it, and told so.", editor=editor)


@editors_only
@require_POST
def review_second(request: HttpRequest, pk: int) -> HttpResponse:
    form = SecondReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, visible_submission(signed_in(request), pk), second_form=form, status=422)
    done = "Two reviewers decide on it now, independently of each other."
    return _done(request, pk, services.ask_second_review, done, second_form=form, **form.cleaned_data)


def _decided(request: HttpRequest, pk: int, verb: Callable[..., Any], done: str) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, visible_submission(signed_in(request), pk), form=form, status=422)
    return _done(request, pk, verb, done, form=form, **form.given)


def _done(
    request: HttpRequest,
    pk: int,
    verb: Callable[..., Any],
    done: str,
    *,
    form: DecisionForm | None = None,
    second_form: SecondReviewForm | None = None,
    **given: Any,
) -> HttpResponse:
    submission = visible_submission(signed_in(request), pk)
    try:
        verb(actor=signed_in(request), submission=submission, **given)
    except Refused as refused:
        return _page(
            request,
            visible_submission(signed_in(request), pk),
            form=form,
            second_form=second_form,
            refused=refused,
            status=status_of(refused),
        )
    fresh = Submission.objects.get(pk=pk)
    if form is not None and fresh.status == Status.IN_REVIEW:
        done = _waiting(fresh)
    messages.success(request, done)
    return redirect("curation:review-detail", pk)


def _others(request: HttpRequest, submission: Submission) -> list[Suggestion]:
    return [one for one in services.suggest_reviewers(submission) if one.person != signed_in(request).pk]


def _waiting(submission: Submission) -> str:
    """What is said to whoever gave a verdict that does not end the review."""
    if submission.seats == THIRD:
        return "Your verdict is kept. The two verdicts differ, so a third editor settles it."
    return "Your verdict is kept. Nobody else sees it before the other reviewer has decided too."


def _page(
    request: HttpRequest,
    submission: Submission,
    *,
    form: DecisionForm | None = None,
    second_form: SecondReviewForm | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The typed reason stays; the hash is always that of the content shown here."""
    for typed in filter(None, (form, second_form)):
        if refused and refused.field in typed.fields:
            typed.add_error(refused.field, refused.reason)
    may_assign = permissions.may_assign(signed_in(request), submission)
    context = {
        **described(request, submission),
        "discussion": discussion_of(request, submission, page="review"),
        "form": form or DecisionForm(),
        "refused": refused,
        "findings": services.findings(submission),
        "second_form": second_form or SecondReviewForm(),
        "may_assign": may_assign,
        "acceptable": acceptable(submission, ticked=request.POST.getlist("fields")),
        "rest_reason": request.POST.get("rest_reason", ""),
        "may_ask_second": permissions.may_ask_second(signed_in(request), submission),
        "suggestions": _others(request, submission) if may_assign else (),
        "may_claim": permissions.may_claim(signed_in(request), submission),
        "may_release": permissions.may_release(signed_in(request), submission),
        "may_decide": permissions.may_decide(signed_in(request), submission),
        "conflict_statement": conflict_statement_in_force(signed_in(request)),
        "similar": show.similar(submission),
        **foresight(submission),
    }
    return render(request, "curation/review_detail.html", context, status=status)
