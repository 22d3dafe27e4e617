"""Flags: a reader says what is wrong with a published entry, an editor answers, the reader is told."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.services import notify, record_event
from apps.catalogue import services as catalogue
from apps.catalogue.models import Entry
from apps.core.exceptions import Refused
from apps.vocabularies.choices import FlagReason

from .. import permissions
from ..models import Flag, Record, ReReview
from .rereview import LONGEST_REASON, re_review

Outcome = Flag.Outcome
#: The outcomes that are given with an answer; the others come of retracting or merging the entry.
ANSWERS = (Outcome.DISMISSED, Outcome.RE_REVIEW, Outcome.REVISION)
OPEN, ANSWERED = "open", "answered"


@transaction.atomic
def raise_flag(*, actor: User, record: Record, reason: str, text: str) -> Flag:
    """Flag a record in force. Everyone sees the reason, editors what was written and who did."""
    record = Record.objects.select_for_update().get(pk=record.pk)
    permissions.may_flag(actor, record).require()
    if reason not in FlagReason.values:
        raise Refused("Choose what is wrong from the list.", field="reason")
    text = _written(text, "Say what is wrong, so that an editor can look at it.", field="text")
    version = Entry.objects.values_list("version", flat=True).get(accession=record.accession)
    flag = Flag.objects.create(record=record, version=version, raised_by=actor, reason=reason, text=text)
    record_event(actor=actor, verb="flag", obj=flag, to_state=OPEN, data={"accession": record.accession})
    _show(record)
    notify(
        people=[person for person in User.objects.editors() if person.pk != actor.pk],
        kind=Kind.QUEUE,
        text=f"{record.accession} was flagged: {FlagReason(reason).label.lower()}.",
        url=reverse("curation:flag-detail", args=[flag.pk]),
        key=f"flag {flag.pk}",
    )
    return flag


@transaction.atomic
def resolve_flag(*, actor: User, flag: Flag, outcome: str, answer: str) -> Flag:
    """Answer a flag: dismissed, acted on by a re-review (begun now unless there is one), or by a revision.

    The reader is told the answer. Retracting or merging the entry answers all its flags by itself.
    """
    record = Record.objects.select_for_update().get(pk=flag.record_id)
    flag = Flag.objects.select_for_update(of=("self",)).select_related("raised_by").get(pk=flag.pk)
    flag.record = record
    permissions.may_answer_flag(actor, flag).require()
    if outcome not in ANSWERS:
        raise Refused("Choose what came of the flag.", field="outcome")
    answer = _written(answer, "Write an answer: whoever raised the flag reads it.", field="answer")
    if outcome == Outcome.RE_REVIEW and record.open_re_review is None:
        re_review(actor=actor, record=record, reason=answer, cause=ReReview.Cause.FLAG)
    _answer(flag, Outcome(outcome), actor, answer)
    _show(record)
    return flag


def answer_all(*, record: Record, outcome: Flag.Outcome, actor: User, reason: str) -> None:
    """The record, which the caller holds, is about to go out of force: that answers its flags."""
    for flag in record.flags.open().select_for_update(of=("self",)).select_related("raised_by").order_by("pk"):
        flag.record = record
        _answer(flag, outcome, actor, reason)
    _show(record)


def _answer(flag: Flag, outcome: Flag.Outcome, actor: User, answer: str) -> None:
    flag.outcome, flag.answer, flag.answered_by, flag.answered_at = outcome, answer, actor, timezone.now()
    flag.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    data = {"accession": flag.record.accession, "outcome": outcome}
    record_event(
        actor=actor, verb="resolve_flag", obj=flag, from_state=OPEN, to_state=ANSWERED, reason=answer, data=data
    )
    notify(
        people=[flag.raised_by],
        kind=Kind.FLAG,
        text=f"Your flag on {flag.record.accession} was answered. {outcome.label}: {answer}"[:2000],
        url=reverse("curation:flag-create", args=[flag.record.accession]),
        key=f"flag {flag.pk} answered",
    )


def _show(record: Record) -> None:
    """What everyone sees: one reason for each open flag."""
    assert record.accession is not None
    reasons = list(record.flags.open().values_list("reason", flat=True))
    catalogue.note_flags(accession=record.accession, reasons=reasons)


def _written(text: str, what: str, *, field: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(what, field=field)
    if len(text) > LONGEST_REASON:
        raise Refused(f"This is too long: at most {LONGEST_REASON:,} characters.", field=field)
    return text
