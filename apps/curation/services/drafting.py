"""The curator's side: start, save, submit, withdraw."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Event, User
from apps.accounts.services import record_event
from apps.catalogue.models import Entry
from apps.core.exceptions import Refused
from apps.literature.models import Reference
from apps.literature.services import mark_curated

from .. import permissions
from ..content import FIELD_NAMES, GROUPS, Content
from ..models import Record, ReReview, Submission
from ..rules import blocking
from ..workflow import OPEN, Status, Verb
from .facts import findings
from .panel import needing, second_review_of
from .rereview import end_with_submission, follow_paper
from .steps import RulesRefused, locked, move, one_at_a_time
from .storing import changed_fields, noted, store
from .versions import revision_of

#: For so long one line of history stands for the saves that a form makes by itself.
ONE_LINE = timedelta(minutes=10)


@transaction.atomic
def start(
    *,
    actor: User,
    reference: Reference | None = None,
    revises: str | None = None,
    copies: Submission | None = None,
    follows: Submission | None = None,
) -> Submission:
    """A new draft: empty, about a reference, revising a published entry (its accession), or copying a submission.

    One that ``follows`` a submission is about the same study and makes another claim. A revision starts as
    the current version; each person has at most one open submission for a record.
    """
    permissions.may_start(actor).require()
    if sum(one is not None for one in (revises, copies, follows)) > 1:
        raise Refused("Either revise an entry or copy a submission, not both at once.")
    authors: list[User] = []
    content = Content()
    record, based_on = Record(), None
    if revises is not None:
        record, based_on, content = _current_version(revises, actor)
    elif copies is not None:
        content, authors = _copied(copies, actor)
    elif follows is not None:
        content, authors = _copied(follows, actor)
        content = Content(**{name: getattr(content, name) for name in GROUPS["study"]})
    if reference is not None and content.reference is None:
        content = Content(**{**_values(content), "reference": reference.pk})
    if record.pk is None:
        record.save()
    submission = Submission.objects.create(record=record, based_on=based_on, submitter=actor)
    submission.co_editors.set(person for person in authors if person.pk != actor.pk)
    store(submission, content, unread={})
    data: dict[str, Any] = {"reference": content.reference}
    if revises is not None:
        data |= {"revises": revises, "based_on": based_on}
    if copies is not None:
        data["copies"] = copies.pk
    if follows is not None:
        data["follows"] = follows.pk
    record_event(actor=actor, verb=Verb.START, obj=submission, to_state=Status.DRAFT, data=data)
    return submission


def _values(content: Content) -> dict[str, Any]:
    return {name: getattr(content, name) for name in FIELD_NAMES}


def _current_version(accession: str, actor: User) -> tuple[Record, int, Content]:
    try:
        # Locked, so that one person's two clicks cannot both find no open revision.
        record = Record.objects.select_for_update().get(accession=accession)
        entry = Entry.objects.current().get(accession=accession)
    except (Record.DoesNotExist, Entry.DoesNotExist):
        raise Refused(f"There is no current entry {accession} to revise.", field="revises", code="missing") from None
    mine = record.submissions.filter(submitter=actor, status__in=OPEN).first()
    if mine is not None:
        raise Refused(
            f"You are already revising {accession} (submission {mine.pk}). Go on with that one, or withdraw it first.",
            field="revises",
            code="duplicate",
        )
    approved = record.submissions.get(published_version=entry.version)
    # Answers were given about the earlier version; the new one has to earn its own.
    return record, entry.version, Content(**{**_values(approved.content()), "answers": ()})


def _copied(source: Submission, actor: User) -> tuple[Content, list[User]]:
    """The content to copy, and the people who wrote it as far as nobody else has reviewed it yet."""
    source = Submission.objects.get(pk=source.pk)
    reviewed = source.status == Status.APPROVED
    if not reviewed and not permissions.is_party(actor, source):
        raise Refused(
            "You can copy your own submissions and published ones, not this one.", field="copies", code="forbidden"
        )
    authors = [] if reviewed else [source.submitter, *source.co_editors.all()]
    return Content(**{**_values(source.content()), "answers": ()}), authors


def stale_draft() -> Refused:
    """What is said to whoever saves over work that they have not seen."""
    return Refused(
        "Someone saved this draft after you opened it, perhaps you in another tab. "
        "Nothing of either version is lost: compare the two and save again.",
        code="stale",
    )


@transaction.atomic
def save_draft(
    *,
    actor: User,
    submission: Submission,
    content: Content,
    edit_count: int,
    unread: Mapping[str, str] = {},
    sitting: str = "",
    follows: str = "",
    by_itself: bool = False,
    change_note: str | None = None,
) -> Submission:
    """Replace the content of a draft, and where it is given the note on what a revision changes.

    ``edit_count`` is the one that the caller's content was based on.
    Refused as ``stale`` when someone (or another tab) saved something else in between; nothing is written then.
    What the same ``sitting`` (one opened form) saved before is never in its own way, for its answer may have been
    lost; nor is the closed one that it ``follows``, whose last words may arrive after its text was taken over.
    Whoever changes anything becomes a co-editor, and so can never review it. Saving what is already
    there changes nothing and leaves no event; nor does a form that saves ``by_itself`` while its person's
    last edit is young.
    """
    submission = locked(submission)
    permissions.may_edit(actor, submission).require()
    changed = changed_fields(submission, content, unread)
    note = submission.change_note if change_note is None else noted(submission, change_note)
    if note != submission.change_note:
        changed.append("change_note")
    if not changed:
        return submission
    is_own = bool(submission.sitting) and submission.sitting in {sitting, follows}
    if submission.edit_count != edit_count and not is_own:
        raise stale_draft()
    store(submission, content, unread=unread)
    submission.edit_count += 1
    submission.changed_at = timezone.now()
    submission.sitting = sitting
    submission.change_note = note
    submission.save(update_fields=["edit_count", "changed_at", "sitting", "change_note"])
    if actor.pk != submission.submitter_id:
        submission.co_editors.add(actor)
    if "reference" in changed:
        follow_paper(submission=submission, actor=actor)
    if not (by_itself and _told_lately(submission, actor)):
        record_event(
            actor=actor,
            verb=Verb.EDIT,
            obj=submission,
            from_state=submission.status,
            to_state=submission.status,
            data={"fields": changed, "edit_count": submission.edit_count},
        )
    return submission


def _told_lately(submission: Submission, actor: User) -> bool:
    """Whether the last line of its history is a young edit of this person, which stands for those that follow."""
    last = Event.objects.of_object(submission).last()
    return (
        last is not None
        and last.verb == Verb.EDIT
        and last.actor_id == actor.pk
        and timezone.now() - last.at < ONE_LINE
    )


@transaction.atomic
def submit(*, actor: User, submission: Submission) -> Submission:
    """Hand a draft to the editors; from now on its content is fixed and known by its hash."""
    submission = locked(submission)
    permissions.may_submit(actor, submission).require()
    if submission.unread:
        names = ", ".join(_label(name) for name in sorted(submission.unread))
        raise Refused(
            f"What was typed under {names} could not be read yet. Correct or clear it, then submit.",
            field=sorted(submission.unread)[0],
            code="rules",
        )
    content = submission.content()
    _require_change(submission)
    one_at_a_time(content.duplicate_key())
    if hindering := blocking(findings(submission), Verb.SUBMIT):
        raise RulesRefused(hindering, verb=Verb.SUBMIT)
    digest = content.digest()
    number = submission.round + 1
    mark_curated(actor=actor, reference_id=content.reference)
    return move(
        submission,
        Verb.SUBMIT,
        actor=actor,
        data={"content_hash": digest, "round": number},
        content_hash=digest,
        submitted_at=timezone.now(),
        round=number,
        **needing(second_review_of(submission, anew=True)),
    )


def _require_change(submission: Submission) -> None:
    """A revision changes something of the version in force, and says what and why."""
    revision = revision_of(submission)
    if revision is None:
        return
    if revision.moved_on:
        raise Refused(
            f"{revision.accession} has moved on to version {revision.current} since this revision was started. "
            "Bring it up to date first, then submit.",
            code="stale",
        )
    if not revision.changed:
        raise Refused(
            f"This revision says the same as version {revision.based_on} of {revision.accession}. Change what should "
            "be different, or withdraw it.",
            code="unchanged",
        )
    if not submission.change_note:
        raise Refused(
            "Say what you changed and why: the reviewer reads it, and then everyone who reads the entry.",
            field="change_note",
            code="note",
        )


def _label(name: str) -> str:
    field: Any = Submission._meta.get_field(name)
    return str(field.verbose_name)


@transaction.atomic
def withdraw(*, actor: User, submission: Submission, reason: str = "") -> Submission:
    """Take a submission back before anyone reviews it."""
    submission = locked(submission)
    permissions.may_withdraw(actor, submission).require()
    end_with_submission(submission=submission, outcome=ReReview.Outcome.ENDED, actor=actor)
    return move(submission, Verb.WITHDRAW, actor=actor, reason=reason.strip())
