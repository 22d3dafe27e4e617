"""Submissions whose reference or target was merged into another go on with that one."""

from django.db import transaction

from apps.accounts.services import record_event

from ..models import Submission
from ..workflow import OPEN, Status
from .panel import renew_round
from .steps import locked


def follow_merged_references() -> int:
    """Let every submission stand on the reference that its own was merged into; how many there were.

    Until then pages and rules look through to that one (``Submission.paper``). Published versions stay
    as they are, but what is submitted from now on is compared with them as with the same paper.
    """
    behind = Submission.objects.filter(reference__merged_into__isnull=False).order_by("pk")
    return sum(_follow(submission) for submission in behind)


@transaction.atomic
def _follow(submission: Submission) -> bool:
    submission = locked(submission)
    before, after = submission.reference, submission.paper
    if before is None or after is None or before == after:
        return False
    submission.reference = after
    content = submission.content()
    submission.duplicate_key = content.duplicate_key()
    if submission.status in {Status.SUBMITTED, Status.IN_REVIEW}:
        submission.content_hash = content.digest()  # an editor who has it open reads it again
    submission.save(update_fields=["reference", "duplicate_key", "content_hash"])
    _record(submission, before.pk, after.pk)
    if submission.status == Status.IN_REVIEW:
        renew_round(submission, actor=None, reason="Its paper was known twice, and it rests on the one kept.")
    return True


def follow_merged_targets() -> int:
    """Let every submission that was decided on stand on the target that its own was merged into; how many there were.

    Published versions stay as they are. Open submissions are left to their authors, whom the form offers the heir.
    """
    behind = Submission.objects.filter(target__merged_into__isnull=False).exclude(status__in=OPEN)
    return sum(_take_heir(submission) for submission in behind.order_by("pk"))


@transaction.atomic
def _take_heir(submission: Submission) -> bool:
    submission = locked(submission)
    before = submission.target
    if before is None or before.merged_into is None or submission.status in OPEN:
        return False
    submission.target = before.merged_into
    submission.duplicate_key = submission.content().duplicate_key()
    submission.save(update_fields=["target", "duplicate_key"])
    _record(submission, before.curie, before.merged_into.curie)
    return True


def _record(submission: Submission, before: int | str, after: int | str) -> None:
    record_event(
        actor=None,
        verb="follow",
        obj=submission,
        from_state=submission.status,
        to_state=submission.status,
        data={"from": before, "to": after},
    )
