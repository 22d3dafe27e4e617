"""Discussions: threads are opened, answered, resolved and reopened; comments edited, withdrawn and hidden."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused
from apps.vocabularies.models import Target

from .. import permissions
from ..models import Comment, CommentVersion, Record, Submission, Thread
from ..prose import LONGEST, read
from .audience import tell_of_comment
from .steps import one_at_a_time

#: So much may one person write in so many minutes, edits included.
MOST_AT_A_TIME, WITHIN = 10, timedelta(minutes=5)
MOST_IN_A_THREAD = 200


@transaction.atomic
def open_thread(*, actor: User, about: Submission | Record | Target, text: str) -> Comment:
    """Begin a thread about a submission, a published record or a target."""
    permissions.may_comment(actor, about).require()
    text = _checked(actor, text)
    kind = about._meta.model_name or ""
    thread = Thread.objects.create(opened_by=actor, **{kind: about})
    return _write(actor, thread, text)


@transaction.atomic
def reply(*, actor: User, thread: Thread, text: str) -> Comment:
    """Answer in a thread that is open."""
    thread = _locked(thread)
    permissions.may_reply(actor, thread).require()
    text = _checked(actor, text)
    if thread.comments.count() >= MOST_IN_A_THREAD:
        raise Refused("This thread is full: begin another one.", code="state")
    return _write(actor, thread, text)


@transaction.atomic
def edit_comment(*, actor: User, comment: Comment, text: str) -> Comment:
    """Say it otherwise; what it said before stays readable. Who is newly named is told."""
    comment = _held(comment)
    permissions.may_change_comment(actor, comment).require()
    text = _checked(actor, text)
    if text == comment.text:
        return comment
    CommentVersion.objects.create(comment=comment, text=comment.text, html=comment.html)
    html, named = _rendered(text, comment.thread.about)
    comment.text, comment.html, comment.edited_at = text, html, timezone.now()
    comment.save(update_fields=["text", "html", "edited_at"])
    record_event(actor=actor, verb="edit", obj=comment, data=_where(comment))
    tell_of_comment(comment, named, edited=True)
    return comment


@transaction.atomic
def withdraw_comment(*, actor: User, comment: Comment) -> Comment:
    """Take one's comment back; a line says that there was one."""
    comment = _held(comment)
    permissions.may_change_comment(actor, comment).require()
    comment.withdrawn_at = timezone.now()
    comment.save(update_fields=["withdrawn_at"])
    record_event(actor=actor, verb="withdraw", obj=comment, to_state="withdrawn", data=_where(comment))
    return comment


@transaction.atomic
def hide_comment(*, actor: User, comment: Comment, reason: str) -> Comment:
    """Hide somebody's comment; everyone who reads there sees the reason."""
    comment = _held(comment)
    permissions.may_hide_comment(actor, comment).require()
    reason = reason.strip()
    if comment.hidden_at is not None:
        raise Refused("This comment is hidden already.", code="state")
    if not reason:
        raise Refused("Give the reason: everyone who reads this discussion sees it.", field="reason")
    comment.hidden_at, comment.hidden_by, comment.hidden_reason = timezone.now(), actor, reason
    comment.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    record_event(actor=actor, verb="hide", obj=comment, to_state="hidden", reason=reason, data=_where(comment))
    return comment


@transaction.atomic
def show_comment(*, actor: User, comment: Comment) -> Comment:
    """Show a hidden comment again."""
    comment = _held(comment)
    permissions.may_hide_comment(actor, comment).require()
    if comment.hidden_at is None:
        raise Refused("This comment is not hidden.", code="state")
    comment.hidden_at, comment.hidden_by, comment.hidden_reason = None, None, ""
    comment.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    record_event(actor=actor, verb="show", obj=comment, from_state="hidden", data=_where(comment))
    return comment


@transaction.atomic
def resolve(*, actor: User, thread: Thread) -> Thread:
    """Close a thread whose question is answered."""
    return _settle(actor, thread, resolved=True)


@transaction.atomic
def reopen(*, actor: User, thread: Thread) -> Thread:
    """Open a resolved thread again."""
    return _settle(actor, thread, resolved=False)


def preview_comment(text: str, about: Submission | Record | Target) -> str:
    """How a comment would look; names of people who would not be told are plain text there too."""
    return _rendered(text, about)[0]


def _settle(actor: User, thread: Thread, *, resolved: bool) -> Thread:
    thread = _locked(thread)
    permissions.may_resolve(actor, thread).require()
    states = ("resolved", "open")
    if thread.is_resolved == resolved:
        raise Refused(f"This thread is {states[not resolved]} already.", code="state")
    thread.resolved_at, thread.resolved_by = (timezone.now(), actor) if resolved else (None, None)
    thread.save(update_fields=["resolved_at", "resolved_by"])
    record_event(
        actor=actor,
        verb="resolve" if resolved else "reopen",
        obj=thread,
        from_state=states[resolved],
        to_state=states[not resolved],
    )
    return thread


def _write(actor: User, thread: Thread, text: str) -> Comment:
    html, named = _rendered(text, thread.about)
    comment = Comment.objects.create(thread=thread, author=actor, text=text, html=html)
    thread.latest_at = comment.made_at
    thread.save(update_fields=["latest_at"])
    record_event(actor=actor, verb="comment", obj=comment, data=_where(comment))
    tell_of_comment(comment, named)
    return comment


def _rendered(text: str, about: Submission | Record | Target) -> tuple[str, list[User]]:
    """How it looks, and the people named in it who may read there."""
    prose = read(text)
    people = User.objects.filter(is_active=True).annotate(folded=Lower("username")).filter(folded__in=prose.named)
    named = [person for person in people if permissions.may_discuss(person, about)] if prose.named else []
    return prose.html({person.username.lower(): person.get_full_name() for person in named}), named


def _checked(actor: User, text: str) -> str:
    """The text as it is kept; refused where it is empty, too long, or one too many in a short time."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("Write something first.", field="text")
    if len(text) > LONGEST:
        raise Refused(f"This is too long: at most {LONGEST:,} characters.", field="text")
    one_at_a_time(f"comments of {actor.pk}")
    since = timezone.now() - WITHIN
    written = Comment.objects.filter(author=actor, made_at__gte=since).count()
    written += CommentVersion.objects.filter(comment__author=actor, until__gte=since).count()
    if written >= MOST_AT_A_TIME:
        minutes = int(WITHIN.total_seconds() // 60)
        raise Refused(
            f"That was much in a short time ({MOST_AT_A_TIME} in {minutes} minutes): wait a little, then send again.",
            code="too_many",
        )
    return text


def _locked(thread: Thread) -> Thread:
    held = Thread.objects.select_for_update(of=("self",))
    return held.select_related("submission", "record", "target").get(pk=thread.pk)


def _held(comment: Comment) -> Comment:
    return Comment.objects.with_thread().select_for_update(of=("self",)).get(pk=comment.pk)


def _where(comment: Comment) -> dict[str, object]:
    about = comment.thread.about
    return {"thread": comment.thread_id, "about": about._meta.model_name, "number": about.pk}
