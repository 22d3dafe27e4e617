"""Approving some of the changes of a revision, and sending the rest back."""

from collections.abc import Collection

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.catalogue import services as catalogue
from apps.catalogue.models import EntryVersion
from apps.core.exceptions import Refused

from .. import projection
from ..choices import Outcome
from ..content import PARTS, Content
from ..merging import changed_parts, taken
from ..models import Decision, Record, Submission
from ..rules import blocking, check
from ..workflow import Status, Verb
from .facts import facts_for
from .panel import second_review_of
from .rereview import end_with_revision
from .reviewing import close, give, next_version, to_decide
from .steps import RulesRefused, one_at_a_time
from .storing import store
from .versions import revision_of

_PART_OF = {field: name for name, fields in PARTS.items() for field in fields}


@transaction.atomic
def accept_parts(
    *, actor: User, submission: Submission, content_hash: str, fields: Collection[str], reason: str
) -> EntryVersion:
    """Publish these fields of a revision over the version in force; send the rest back for the reason given.

    Fields that say one thing together go together. What is published is a submission of its own, by the
    same people, with the decision on its own content. The rest goes on as the submission that it was, based
    on the new version. All of it happens, or nothing. Where two reviewers decide, nothing is taken singly.
    """
    submission, seat = to_decide(actor, submission, content_hash)
    record = Record.objects.select_for_update().get(pk=submission.record_id)
    version = next_version(record, submission)
    content, names = _accepted(submission, fields)
    _require_one_reviewer(submission)
    one_at_a_time(content.duplicate_key())
    if hindering := blocking(check(content, facts_for(content, record=record)), Verb.APPROVE):
        raise RulesRefused(hindering, verb=Verb.APPROVE)
    sent_back = give(seat, submission, outcome=Outcome.REQUEST_CHANGES, reason=reason, reasons=(), remarks={})
    part = _split_off(submission, content, version)
    _require_one_reviewer(part)
    decision = Decision.objects.create(
        submission=part,
        editor=actor,
        outcome=Outcome.APPROVE,
        content_hash=part.content_hash,
        conflict_statement=sent_back.conflict_statement,
    )
    changed = [field for name in names for field in PARTS[name]]
    record_event(
        actor=actor,
        verb=Verb.APPROVE,
        obj=part,
        to_state=Status.APPROVED,
        data={
            "accession": record.accession,
            "version": version,
            "decision": decision.pk,
            "content_hash": part.content_hash,
            "split_from": submission.pk,
            "fields": changed,
        },
    )
    told = {"accepted": changed, "version": version, "split_off": part.pk}
    close(submission, sent_back, told, based_on=version)
    end_with_revision(record=record, actor=actor)
    assert record.accession is not None  # it is a revision
    return catalogue.publish(
        projection.to_document(
            part,
            accession=record.accession,
            version=version,
            published_at=decision.made_at,
            reviewed_by=[actor],
        )
    )


def _accepted(submission: Submission, fields: Collection[str]) -> tuple[Content, list[str]]:
    """The content to publish, and the names of the parts that it takes from the revision."""
    revision = revision_of(submission)
    if revision is None:
        raise Refused("Only of a revision can some of the changes be accepted.", code="state", field="fields")
    changed = changed_parts(revision.base, revision.mine)
    for field in fields:
        if _PART_OF.get(field) not in changed:
            raise Refused(f"This revision does not change “{field}”.", field="fields")
    names = [name for name in changed if name in {_PART_OF[field] for field in fields}]
    if not names:
        raise Refused("Choose what you accept; to accept nothing, request changes.", field="fields")
    if names == changed:
        raise Refused("This is all that the revision changes: approve it as a whole.", field="fields")
    return taken(revision.base, revision.mine, names), names


def _require_one_reviewer(submission: Submission) -> None:
    if second_review_of(submission):
        raise Refused(
            "Two reviewers decide on this, independently of each other, so nothing of it is accepted singly. Approve "
            "it, or request changes and say what you would accept.",
            code="state",
            field="fields",
        )


def _split_off(submission: Submission, content: Content, version: int) -> Submission:
    """The accepted fields as a submission of the same people, published as this version."""
    part = Submission.objects.create(
        record=submission.record,
        based_on=submission.based_on,
        submitter=submission.submitter,
        status=Status.APPROVED,
        submitted_at=submission.submitted_at,
        content_hash=content.digest(),
        change_note=submission.change_note,
        published_version=version,
    )
    part.co_editors.set(submission.co_editors.all())
    store(part, content, unread={})
    return part
