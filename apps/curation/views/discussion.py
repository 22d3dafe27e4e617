"""The pages of discussions. Whatever happens to a comment, the page that answers holds its text."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.authentication import signed_in
from apps.catalogue.models import Entry
from apps.core.exceptions import Refused
from apps.vocabularies.choices import TermStatus
from apps.vocabularies.models import Target

from .. import permissions, services
from ..forms import CommentForm, HideForm
from ..models import Comment, Record, Submission, Thread
from ..prose import LONGEST
from . import show
from .access import is_forged, status_of, visible_submission
from .threads import About, Box, discussion_of

View = Callable[..., HttpResponse]

#: The pages of a submission that hold its discussion, to which a comment leads back.
_PAGES = {"submission": "curation:submission-detail", "review": "curation:review-detail"}


def _keeps_text(view: View) -> View:
    """For views that take a comment: who was signed out, or signed in anew meanwhile, gets the text back.

    The CSRF check that the middleware makes elsewhere is made here.
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and (not request.user.is_authenticated or is_forged(request)):
            context = {"text": request.POST.get("text", "")[: 2 * LONGEST], "page": request.POST.get("page", "")}
            return render(request, "curation/discussion_kept.html", context, status=403)
        return view(request, *args, **kwargs)

    return guarded


@_keeps_text
@login_required
def submission_discussion(request: HttpRequest, pk: int) -> HttpResponse:
    """GET reads, POST begins a thread."""
    return _discussion(request, visible_submission(signed_in(request), pk))


@_keeps_text
def entry_discussion(request: HttpRequest, accession: str) -> HttpResponse:
    return _discussion(request, get_object_or_404(Record, accession=accession))


@_keeps_text
def target_discussion(request: HttpRequest, curie: str) -> HttpResponse:
    target = get_object_or_404(Target.objects.select_related("merged_into"), curie=curie, status=TermStatus.APPROVED)
    if target.merged_into is not None and request.method != "POST":
        return redirect("curation:target-discussion", target.merged_into.curie)
    return _discussion(request, target.merged_into or target)


@_keeps_text
def thread_reply(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return redirect(services.thread_address(_thread(request, pk)))
    thread = _thread(request, pk)
    return _written(request, thread.about, thread)


@login_required
@require_POST
def thread_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    return _settled(request, pk, services.resolve, "Resolved.")


@login_required
@require_POST
def thread_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _settled(request, pk, services.reopen, "Open again.")


@_keeps_text
@login_required
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own comment: say it otherwise, or withdraw it."""
    comment = _comment(request, pk)
    if not (verdict := permissions.may_change_comment(signed_in(request), comment)):
        return _refused(request, comment, Refused(verdict.reason, code=verdict.code))
    if request.method != "POST":
        form = CommentForm(initial={"text": comment.text}, auto_id="edit_%s")
        return _edit_page(request, comment, Box(form))
    box, status = _read(request, comment.thread.about, "edit")
    if box.form.is_valid() and not box.preview:
        try:
            services.edit_comment(actor=signed_in(request), comment=comment, text=box.form.cleaned_data["text"])
        except Refused as refused:
            status = _note(box.form, refused)
        else:
            messages.success(request, "Saved. What it said before stays readable.")
            return redirect(services.comment_address(comment))
    return _edit_page(request, comment, box, status)


@login_required
@require_POST
def comment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _changed(request, pk, services.withdraw_comment, "Withdrawn. A line says that there was a comment.")


@login_required
@require_POST
def comment_show(request: HttpRequest, pk: int) -> HttpResponse:
    return _changed(request, pk, services.show_comment, "It is shown again.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment_hide(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the reason, POST hides."""
    comment = _comment(request, pk)
    if not (verdict := permissions.may_hide_comment(signed_in(request), comment)):
        return _refused(request, comment, Refused(verdict.reason, code=verdict.code))
    form, status = HideForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.hide_comment(actor=signed_in(request), comment=comment, **form.cleaned_data)
            except Refused as refused:
                status = _note(form, refused)
            else:
                messages.success(request, "Hidden. Whoever reads there sees your reason.")
                return redirect(services.comment_address(comment))
    return render(request, "curation/comment_hide.html", _told(comment) | {"form": form}, status=status)


@require_safe
def comment_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What a comment said before it was edited."""
    comment = _comment(request, pk)
    if comment.is_gone and not permissions.may_hide_comment(request.user, comment):  # type: ignore[arg-type]
        raise Http404
    return render(request, "curation/comment_history.html", _told(comment) | {"versions": comment.versions.all()})


def _discussion(request: HttpRequest, about: About) -> HttpResponse:
    return _written(request, about, None) if request.method == "POST" else _page(request, about)


def _written(request: HttpRequest, about: About, thread: Thread | None) -> HttpResponse:
    """A new thread, or an answer; the page with the text where it was only looked at, or refused."""
    box, status = _read(request, about, f"reply-{thread.pk}" if thread else "new")
    if box.form.is_valid() and not box.preview:
        text = box.form.cleaned_data["text"]
        try:
            if thread is None:
                comment = services.open_thread(actor=signed_in(request), about=about, text=text)
            else:
                comment = services.reply(actor=signed_in(request), thread=thread, text=text)
        except Refused as refused:
            status = _note(box.form, refused)
        else:
            return redirect(_back(request, about, comment))
    return _page(request, about, typed={thread.pk if thread else 0: box}, status=status)


def _read(request: HttpRequest, about: About, name: str) -> tuple[Box, int]:
    """What was typed, rendered where a preview was asked for; and the status of the page that shows it."""
    form = CommentForm(request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return Box(form), 422
    wanted = "preview" in request.POST
    return Box(form, services.preview_comment(form.cleaned_data["text"], about) if wanted else ""), 200


def _note(form: Any, refused: Refused) -> int:
    form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
    return status_of(refused)


def _back(request: HttpRequest, about: About, comment: Comment) -> str:
    page = _PAGES.get(request.POST.get("page", ""))
    if page and isinstance(about, Submission):
        return f"{reverse(page, args=[about.pk])}#comment-{comment.pk}"
    return services.comment_address(comment)


def _page(
    request: HttpRequest, about: About, *, typed: dict[int, Box] | None = None, status: int = 200
) -> HttpResponse:
    discussion = discussion_of(request, about, typed=typed)
    if request.POST.get("page") in _PAGES:  # after a look at it, too, a comment leads back to where it was begun
        discussion.page = request.POST["page"]
    context = {"discussion": discussion, **_heading(about)}
    return render(request, "curation/discussion.html", context, status=status)


def _heading(about: About) -> dict[str, Any]:
    """What the discussion is about, in words, and where that is."""
    if isinstance(about, Submission):
        page = reverse("curation:submission-detail", args=[about.pk])
        return {"title": f"Submission {about.pk}", "said": show.sentence(about), "page_url": page, "kind": "submission"}
    if isinstance(about, Record):
        entry = Entry.objects.only("statement").get(accession=about.accession)
        page = reverse("catalogue:entry-detail", args=[about.accession])
        return {"title": about.accession, "said": entry.statement, "page_url": page, "kind": "entry"}
    page = reverse("catalogue:target-detail", args=[about.curie])
    return {"title": about.symbol, "said": about.name, "page_url": page, "kind": "target"}


def _thread(request: HttpRequest, pk: int) -> Thread:
    found = Thread.objects.visible_to(request.user).select_related("submission", "record", "target")  # type: ignore[arg-type]
    return get_object_or_404(found, pk=pk)


def _comment(request: HttpRequest, pk: int) -> Comment:
    visible = Thread.objects.visible_to(request.user)  # type: ignore[arg-type]
    return get_object_or_404(Comment.objects.with_thread().filter(thread__in=visible), pk=pk)


def _told(comment: Comment) -> dict[str, Any]:
    return {"comment": comment, "address": services.comment_address(comment), **_heading(comment.thread.about)}


def _edit_page(request: HttpRequest, comment: Comment, box: Box, status: int = 200) -> HttpResponse:
    return render(
        request, "curation/comment_edit.html", _told(comment) | {"box": box, "longest": LONGEST}, status=status
    )


def _settled(request: HttpRequest, pk: int, verb: Callable[..., Thread], done: str) -> HttpResponse:
    thread = _thread(request, pk)
    try:
        verb(actor=signed_in(request), thread=thread)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, done)
    return redirect(services.thread_address(thread))


def _changed(request: HttpRequest, pk: int, verb: Callable[..., Comment], done: str) -> HttpResponse:
    comment = _comment(request, pk)
    try:
        verb(actor=signed_in(request), comment=comment)
    except Refused as refused:
        return _refused(request, comment, refused)
    messages.success(request, done)
    return redirect(services.comment_address(comment))


def _refused(request: HttpRequest, comment: Comment, refused: Refused) -> HttpResponse:
    messages.error(request, refused.reason)
    return redirect(services.comment_address(comment))
