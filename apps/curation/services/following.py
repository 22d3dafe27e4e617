"""Submissions whose reference was merged into another go on with that one."""

from django.db import transaction

from apps.accounts.services import record_event

from ..models import Submission
from ..workflow import Status
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
    record_event(
        actor=None,
        verb="follow",
        obj=submission,
        from_state=submission.status,
        to_state=submission.status,
        data={"from": before.pk, "to": after.pk},
    )
    return True
