"""Taking a record out of force: retracted, or merged into another one. Nothing that anybody typed is lost."""

from django.db import transaction
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.services import notify, record_event
from apps.catalogue import services as catalogue
from apps.catalogue.models import Entry
from apps.core.exceptions import Refused

from .. import permissions
from ..models import Flag, Record, ReReview, Submission
from ..workflow import OPEN, Status, Verb
from .flagging import answer_all
from .panel import dissolve
from .rereview import close, public_reason, tell
from .steps import move

Outcome = ReReview.Outcome


@transaction.atomic
def retract(*, actor: User, record: Record, reason: str) -> Entry:
    """Take a record out of force for good; everyone may read why on its tombstone.

    Its re-review ends with it, and so do the revisions of it that are open; the people are told.
    """
    record, revisions = _held(record)
    permissions.may_take_out(actor, record).require()
    reason = public_reason(reason)
    answer_all(record=record, outcome=Flag.Outcome.RETRACTION, actor=actor, reason=reason)
    _end_re_review(record, Outcome.RETRACTED, actor, reason)
    entry = catalogue.retract(accession=_accession(record), reason=reason)
    _tell_of(record, actor, entry, reason, verb="retract", said=f"{record.accession} was retracted")
    for submission in revisions:
        _end_revision(submission, actor, f"{record.accession} was retracted: {reason}")
    return entry


@transaction.atomic
def retract_re_reviewed(*, actor: User, re_review: ReReview, reason: str) -> Entry:
    """End an open re-review by taking the entry out of force."""
    if re_review.record is not None:
        _held(re_review.record)
    re_review = ReReview.objects.select_for_update(of=("self",)).get(pk=re_review.pk)
    permissions.may_end_re_review(actor, re_review).require()
    assert re_review.record is not None
    return retract(actor=actor, record=re_review.record, reason=reason)


@transaction.atomic
def merge(*, actor: User, record: Record, successor: str, reason: str) -> Entry:
    """Take a record out of force in favour of another one in force, which its address leads to from then on.

    What both report counts once: through the successor alone. Otherwise as ``retract``.
    """
    if successor == record.accession:
        raise Refused("An entry cannot be merged into itself.", field="successor")
    record, revisions = _held(record)
    heir = Record.objects.filter(accession=successor).first()
    if heir is None:
        raise Refused(f"There is no entry {successor[:40]} in force.", field="successor", code="missing")
    permissions.may_merge(actor, record, heir).require()
    reason = public_reason(reason)
    answer_all(record=record, outcome=Flag.Outcome.MERGE, actor=actor, reason=reason)
    _end_re_review(record, Outcome.MERGED, actor, reason)
    entry = catalogue.merge(accession=_accession(record), successor=successor, reason=reason)
    said = f"{record.accession} was merged into {successor}"
    _tell_of(record, actor, entry, reason, verb="merge", said=said)
    for submission in revisions:
        _end_revision(submission, actor, f"{said}: {reason}")
    record_event(actor=actor, verb="take_over", obj=heir, reason=reason, data={"from": record.accession})
    return entry


def _held(record: Record) -> tuple[Record, list[Submission]]:
    """The record and its open submissions, held; submissions first, as approving does."""
    revisions = Submission.objects.select_for_update(of=("self",)).filter(record=record.pk, status__in=OPEN)
    found = list(revisions.order_by("pk"))
    return Record.objects.select_for_update().get(pk=record.pk), found


def _accession(record: Record) -> str:
    assert record.accession is not None
    return record.accession


def _end_re_review(record: Record, outcome: ReReview.Outcome, actor: User, reason: str) -> None:
    if re_review := record.re_reviews.open().first():
        close(re_review, outcome, actor=actor, reason=reason)


def _tell_of(record: Record, actor: User, entry: Entry, reason: str, *, verb: str, said: str) -> None:
    """The event, and word to everyone who had a part in the record."""
    data = {"version": entry.version} | ({"into": entry.successor.accession} if entry.successor else {})
    record_event(
        actor=actor,
        verb=verb,
        obj=record,
        from_state=Entry.Status.CURRENT,
        to_state=entry.status,
        reason=reason,
        data=data,
    )
    tell(record, Kind.ENTRY_ENDED, f"{said}: {reason}", key=f"{record.accession} {entry.status}", but=actor)


def _end_revision(submission: Submission, actor: User, why: str) -> None:
    """There is nothing left to revise: withdrawn as it stands, to be read and copied by who wrote it."""
    if submission.status == Status.IN_REVIEW:
        dissolve(submission, actor=actor, reason=why)
    if re_review := submission.re_reviews.open().first():
        close(re_review, Outcome.ENDED, actor=actor)
    move(submission, Verb.WITHDRAW, actor=actor, reason=why)
    notify(
        people=[submission.submitter, *submission.co_editors.all()],
        kind=Kind.ENTRY_ENDED,
        text=f"{why} Your revision of it, submission {submission.pk}, ended with it. Nothing that you typed is "
        "lost: copy it into a new draft where it still holds."[:2000],
        url=reverse("curation:submission-detail", args=[submission.pk]),
        key=f"submission {submission.pk} ended with its entry",
    )
