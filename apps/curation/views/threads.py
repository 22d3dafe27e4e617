"""A discussion as a page shows it: its threads, what the reader may do in each, and the boxes that hold typed text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from apps.accounts.models import User
from apps.core.verdicts import Verdict
from apps.vocabularies.models import Target

from .. import permissions, services
from ..forms import CommentForm
from ..models import Comment, Record, Submission, Thread
from ..prose import LONGEST

_THREADS_PER_PAGE = 10

About = Submission | Record | Target


@dataclass(slots=True)
class Box:
    """Where one writes: the form, and how the text would look where that was asked for."""

    form: CommentForm
    preview: str = ""

    @classmethod
    def empty(cls, name: str) -> "Box":
        return cls(CommentForm(auto_id=f"{name}_%s"))


@dataclass(frozen=True, slots=True)
class CommentShown:
    comment: Comment
    may_change: Verdict
    may_hide: Verdict


@dataclass(frozen=True, slots=True)
class ThreadShown:
    thread: Thread
    comments: list[CommentShown]
    may_resolve: Verdict
    box: Box | None


@dataclass(slots=True)
class Discussion:
    """``page`` is the name of the page that shows it: there a comment leads back to."""

    about: About
    page: str
    address: str
    may_comment: Verdict
    warns: bool
    longest: int = LONGEST
    box: Box | None = None
    page_obj: Page | None = None
    only: int | None = None
    threads: list[ThreadShown] = field(default_factory=list)


def discussion_of(
    request: HttpRequest, about: About, *, page: str = "discussion", typed: Mapping[int, Box] | None = None
) -> Discussion:
    """The threads about one thing. ``typed`` are boxes with text, by thread; 0 is that of a new thread.

    ``?thread=12`` shows that one alone: a link to a comment leads there on whichever page it would stand.
    """
    reader: User = request.user  # type: ignore[assignment]
    typed = typed or {}
    may_comment = permissions.may_comment(reader, about)
    shown = Discussion(about, page, services.discussion_address(about), may_comment, _warns(reader, about))
    rows = Thread.objects.about(about).for_page()
    number = request.GET.get("thread", "") if page == "discussion" else ""
    if only := next(iter(typed.keys() - {0}), 0) or (int(number) if number.isdecimal() and len(number) < 10 else 0):
        alone = list(rows.filter(pk=only))
        if alone:
            shown.only, threads = only, alone
    if shown.only is None:
        shown.page_obj = Paginator(rows, _THREADS_PER_PAGE).get_page(request.GET.get("threads"))
        threads = list(shown.page_obj)
    shown.box = (typed.get(0) or Box.empty("new")) if may_comment and shown.only is None else None
    shown.threads = [_thread(thread, about, reader, bool(may_comment), typed.get(thread.pk)) for thread in threads]
    return shown


def _thread(thread: Thread, about: About, reader: User, may_comment: bool, box: Box | None) -> ThreadShown:
    if isinstance(about, Submission):
        thread.submission = about  # one object, whose authors were read once
    nobody = Verdict(False)
    comments = [
        CommentShown(
            comment,
            permissions.may_change_comment(reader, comment) if may_comment else nobody,
            permissions.may_hide_comment(reader, comment) if may_comment else nobody,
        )
        for comment in thread.comments.all()
    ]
    may_resolve = permissions.may_resolve(reader, thread) if may_comment else nobody
    if box is None and may_comment and permissions.may_reply(reader, thread):
        box = Box.empty(f"reply-{thread.pk}")
    return ThreadShown(thread, comments, may_resolve, box)


def _warns(reader: User, about: About) -> bool:
    """Whether to remind the reader that other reviewers read along."""
    return isinstance(about, Submission) and reader.is_editor and not permissions.is_party(reader, about)
