"""Who is told of what happens to a submission, and of what is written in a discussion."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.accounts.models import Event, Subscription, User
from apps.accounts.services import notify, take_part
from apps.vocabularies.models import Target

from .. import permissions
from ..models import Comment, Record, Submission, Thread
from ..workflow import Verb
from .dependants import people_of
from .happenings import version_key

Subject = Subscription.Subject
Why = Subscription.Why


# --- the steps of a submission --------------------------------------------------------------------

_DECIDED = {
    Verb.APPROVE: "is approved and published",
    Verb.REQUEST_CHANGES: "needs changes",
    Verb.REJECT: "is rejected",
}


def tell_of_step(submission: Submission, verb: Verb, event: Event) -> None:
    """Tell the authors what became of their submission, and the editors what came into the queue."""
    if verb is Verb.SUBMIT:
        _tell_queue(submission, event)
        return
    url = reverse("curation:submission-detail", args=[submission.pk])
    key, kind = f"event {event.pk}", Kind.REVIEW_STEP
    what = f"Your submission {submission.pk}{f' ({submission.target.symbol})' if submission.target else ''}"
    if verb in _DECIDED:
        kind = Kind.DECISION
        text = f"{what} {_DECIDED[verb]}{f': {event.reason}' if event.reason else '.'}"
        if verb is Verb.APPROVE:
            accession, version = event.data["accession"], event.data["version"]
            key, url = version_key(accession, version), reverse("catalogue:entry-detail", args=[accession])
    elif verb in {Verb.CLAIM, Verb.ASSIGN}:
        if event.from_state == event.to_state:
            return  # another reviewer: that there is a third would tell that the others disagree
        text = f"{what} is claimed: an editor reads it now."
    elif verb is Verb.RELEASE:
        text = f"{what} is back in the queue{f'. {event.reason}' if event.reason else ': the editor returned it.'}"
    else:
        return
    authors = [submission.submitter, *submission.co_editors.all()]
    notify(people=authors, kind=kind, text=text, url=url, key=key, actor=event.actor)


def _tell_queue(submission: Submission, event: Event) -> None:
    """Of what one person submits within an hour the editors are told once; who decided on it before, each time."""
    page = reverse("curation:review-detail", args=[submission.pk])
    deciders = [decision.editor for decision in submission.decisions.select_related("editor")]
    told_before = {decider.pk for decider in deciders if decider.is_editor}
    notify(
        people=[decider for decider in deciders if decider.is_editor],
        kind=Kind.QUEUE,
        text=f"Submission {submission.pk}, which you decided on before, is submitted again.",
        url=page,
        key=f"event {event.pk}",
        actor=event.actor,
    )
    authors = {submission.submitter_id, *submission.co_editors.values_list("pk", flat=True)}
    notify(
        people=User.objects.editors().exclude(pk__in=authors | told_before),
        kind=Kind.QUEUE,
        text=f"{submission.submitter} has submitted for review.",
        url=reverse("curation:review-queue"),
        key=f"queue: {submission.submitter_id}, {timezone.now():%Y-%m-%dT%H}",
        actor=event.actor,
    )


# --- discussions ----------------------------------------------------------------------------------


def subject_of(about: Submission | Record | Target) -> tuple[Subject, str]:
    """Which subscriptions are to this thing."""
    if isinstance(about, Submission):
        return Subject.SUBMISSION, str(about.pk)
    if isinstance(about, Record):
        return Subject.ENTRY, about.accession or ""
    return Subject.TARGET, (about.merged_into or about).curie


def label_of(about: Submission | Record | Target) -> str:
    """What it is called in a sentence."""
    if isinstance(about, Submission):
        return f"submission {about.pk}"
    return about.accession or "" if isinstance(about, Record) else about.symbol


def discussion_address(about: Submission | Record | Target) -> str:
    subject, key = subject_of(about)
    return reverse(f"curation:{subject.value}-discussion", args=[key])


def comment_address(comment: Comment) -> str:
    return f"{discussion_address(comment.thread.about)}?thread={comment.thread_id}#comment-{comment.pk}"


def tell_of_comment(comment: Comment, named: Iterable[User], *, edited: bool = False) -> None:
    """Tell whom it concerns, each once, in the most personal words: named, answered, or following.

    Who writes takes part, and follows the thing from then on. Of an edit only who is newly named is told.
    """
    thread, author = comment.thread, comment.author
    about = thread.about
    label, url, key = label_of(about), comment_address(comment), f"comment {comment.pk}"

    def say(people: Iterable[User], kind: Kind, text: str, subscriptions: Iterable[Subscription] = ()) -> None:
        notify(people=people, kind=kind, text=text, url=url, key=key, actor=author, subscriptions=subscriptions)

    say(named, Kind.MENTION, f"{author} names you in the discussion of {label}.")
    if edited:
        return
    if thread.opened_by_id != author.pk and permissions.may_discuss(thread.opened_by, about):
        say([thread.opened_by], Kind.REPLY, f"{author} answered you in the discussion of {label}.")
    _take_part(comment)
    subject, subject_key = subject_of(about)
    following = Subscription.objects.to(subject, [subject_key]).in_force().select_related("person")
    readers = [one for one in following if permissions.may_discuss(one.person, about)]
    say([one.person for one in readers], Kind.COMMENT, f"{author} wrote in the discussion of {label}.", readers)


def _take_part(comment: Comment) -> None:
    about = comment.thread.about
    subject, key = subject_of(about)
    groups: list[tuple[Why, list[User]]] = [(Why.COMMENTER, [comment.author])]
    if isinstance(about, Submission):
        authors = [about.submitter, *about.co_editors.all()]
        groups = [(Why.AUTHOR, authors), (Why.REVIEWER, people_of(about)), *groups]
    for why, people in groups:
        take_part(
            people=people,
            subject=subject,
            key=key,
            label=label_of(about).capitalize() if subject is Subject.SUBMISSION else label_of(about),
            url=_page_of(about),
            why=why,
        )


def _page_of(about: Submission | Record | Target) -> str:
    """The page to which a subscription leads."""
    if isinstance(about, Submission):
        return discussion_address(about)
    subject, key = subject_of(about)
    return reverse(f"catalogue:{subject.value}-detail", args=[key])


def thread_address(thread: Thread) -> str:
    return f"{discussion_address(thread.about)}?thread={thread.pk}"
