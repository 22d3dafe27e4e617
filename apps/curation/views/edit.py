"""The form of a draft. Whatever happens to a save, the page that answers still holds the typed text."""

from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import permissions, services
from ..forms import ContentForm
from ..forms.content import in_words, stored_texts, texts_of
from ..models import Submission
from ..prefill import Suggestion
from .access import is_forged, status_of, visible_submission
from .asking import asking_page
from .autosave import autosave, change_note, edit_count, sittings, state_of
from .panel import asking_for_changes, remarks_of
from .paper import paper, with_choices


@dataclass(frozen=True, slots=True)
class Notice:
    """Why the text on the page is not saved (yet)."""

    title: str
    text: str


_OLD_PAGE = Notice(
    "Not saved yet: please press “Save draft” once more.",
    "You signed in after this page was opened, so the portal could not be sure that the text came from you. "
    "Your text stands below as you typed it.",
)


# Exempt from the middleware only because ``_save`` and ``autosave`` make the same check itself: see ``is_forged``.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def submission_edit(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return _open(request, pk)
    return autosave(request, pk) if "autosave" in request.POST else _save(request, pk)


@login_required
def _open(request: HttpRequest, pk: int) -> HttpResponse:
    submission = visible_submission(signed_in(request), pk)
    if not (verdict := permissions.may_edit(signed_in(request), submission)):
        messages.info(request, verdict.reason)
        return redirect("curation:submission-detail", pk)
    return _page(request, submission, ContentForm(submission))


def _save(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.is_authenticated:
        return _signed_out(request, pk)
    submission = visible_submission(signed_in(request), pk)
    if is_forged(request):
        return _page(request, submission, ContentForm(submission, request.POST), notice=_OLD_PAGE, status=403)
    chosen, data = with_choices(request.POST, submission)
    form = ContentForm(submission, data)
    try:
        form.is_valid()
        services.save_draft(
            actor=signed_in(request),
            submission=submission,
            content=form.content(),
            unread=form.unread,
            edit_count=edit_count(request),
            change_note=change_note(request),
            **sittings(request),
        )
    except Refused as refused:
        return _not_saved(request, pk, refused, data)
    return _saved(request, form, chosen)


def _saved(request: HttpRequest, form: ContentForm, chosen: list[Suggestion]) -> HttpResponse:
    """Where the pressed button leads, now that the draft is saved."""
    pk = form.submission.pk
    if "submit" in request.POST:
        return _submit(request, pk)
    if "another" in request.POST:
        return _another(request, form.submission)
    if (field := request.POST.get("ask_for", "")) in form.fields:
        return asking_page(form, field)
    _tell_saved(request, form)
    place = ""
    if chosen:
        names = ", ".join(f"{one.label} ({form.fields[one.field].label})" for one in chosen)
        messages.success(request, f"{'Taken over' if 'take' in request.POST else 'No longer chosen'}: {names}.")
        place = "#found"
    elif (field := request.POST.get("exchange", "").partition(" ")[0]) in form.fields:
        place = f"#field-{field}"
    return redirect(f"{reverse('curation:submission-edit', args=[pk])}{place}")


def _submit(request: HttpRequest, pk: int) -> HttpResponse:
    submission = visible_submission(signed_in(request), pk)
    try:
        services.submit(actor=signed_in(request), submission=submission)
    except Refused as refused:
        if refused.code == "stale":
            return _to_bring_up_to_date(request, pk, refused)
        notice = Notice("Saved, but not submitted yet.", refused.reason)
        submission = visible_submission(signed_in(request), pk)
        return _page(
            request,
            submission,
            ContentForm(submission),
            notice=notice,
            tried=True,
            note_problem=_of_note(refused),
            status=status_of(refused),
        )
    messages.success(request, "Submitted. The editors see it in their queue now.")
    return redirect("curation:submission-detail", pk)


def _to_bring_up_to_date(request: HttpRequest, pk: int, refused: Refused) -> HttpResponse:
    messages.warning(request, f"Saved, but not submitted yet: {refused.reason}")
    return redirect("curation:submission-rebase", pk)


def _another(request: HttpRequest, submission: Submission) -> HttpResponse:
    """A draft of the next claim of the same study."""
    try:
        another = services.start(actor=signed_in(request), follows=submission)
    except Refused as refused:
        messages.warning(request, f"Draft saved, and no other started: {refused.reason}")
        return redirect("curation:submission-edit", submission.pk)
    messages.success(
        request,
        f"Draft {submission.pk} is saved. This is another from the same paper: what stands under Study is kept.",
    )
    return redirect("curation:submission-edit", another.pk)


def _not_saved(request: HttpRequest, pk: int, refused: Refused, data: QueryDict) -> HttpResponse:
    """The typed text again, beside what is stored where the two differ."""
    submission = visible_submission(signed_in(request), pk)
    form = ContentForm(submission, data)
    form.is_valid()
    saved_texts = {}
    title = "Not saved."
    if refused.code == "stale":
        title = "Not saved: this draft was saved elsewhere in the meantime."
        stored = stored_texts(submission)
        saved_texts = {
            name: in_words(form.fields[name], stored[name]) or "empty" for name in form.differing(submission.content())
        }
    elif refused.field in form.fields:
        form.add_error(refused.field, refused.reason)
    notice = Notice(title, refused.reason)
    note_problem = _of_note(refused)
    return _page(
        request,
        submission,
        form,
        notice=notice,
        saved_texts=saved_texts,
        note_problem=note_problem,
        status=status_of(refused),
    )


def _of_note(refused: Refused) -> str:
    return refused.reason if refused.field == "change_note" else ""


def _signed_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The typed text on a page that anyone may see: nothing stored is shown, nothing is saved."""
    known = [(name, text) for name, text in texts_of(request.POST) if _is_ours(name)]
    fields = ContentForm.base_fields
    typed = [(fields[name].label, in_words(fields[name], text)) for name, text in known if name in fields and text]
    context = {"pk": pk, "texts": known, "typed": typed}
    return render(request, "curation/submission_signed_out.html", context, status=403)


def _is_ours(name: str) -> bool:
    return (
        name in ContentForm.base_fields
        or name in {"edit_count", "sitting", "follows", "change_note"}
        or name.startswith("answer-")
    )


def _tell_saved(request: HttpRequest, form: ContentForm) -> None:
    if not form.unread:
        messages.success(request, "Draft saved.")
        return
    names = ", ".join(str(form.fields[name].label) for name in form.unread)
    messages.warning(request, f"Draft saved. Some text could not be read yet and is kept as you typed it: {names}.")


def _page(
    request: HttpRequest,
    submission: Submission,
    form: ContentForm,
    *,
    notice: Notice | None = None,
    saved_texts: dict[str, str] | None = None,
    tried: bool = False,
    note_problem: str = "",
    status: int = 200,
) -> HttpResponse:
    state = state_of(signed_in(request), submission, form, saved_texts)
    verdicts = asking_for_changes(submission)
    beside = remarks_of(verdicts)
    for section in state["sections"]:
        for row in section.every_row:
            row.asked = beside.get(row.name, ())
    context = {
        "submission": submission,
        "form": form,
        **state,
        "sitting": uuid4(),
        "change_note": request.POST.get("change_note", submission.change_note),
        "is_party": True,
        "notice": notice,
        "tried": tried,
        "note_problem": note_problem,
        "can_save": bool(permissions.may_edit(signed_in(request), submission)),
        "can_submit": bool(permissions.may_submit(signed_in(request), submission)),
        **paper(signed_in(request), submission, form),
        "verdicts": verdicts,
    }
    return render(request, "curation/submission_edit.html", context, status=status)
