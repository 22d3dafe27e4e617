"""Bringing a revision up to date with an entry that moved on meanwhile."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.core.exceptions import Refused

from .. import permissions
from ..differences import labels_of
from ..merging import Changed, Part, Side, merged, undecided
from ..models import Record, Submission
from ..workflow import Status, Verb
from .rereview import follow_paper
from .steps import locked, move
from .storing import store
from .versions import Revision, revision_of


@transaction.atomic
def rebase(
    *,
    actor: User,
    submission: Submission,
    choices: Mapping[str, str],
    onto: int | None = None,
    edit_count: int | None = None,
) -> Submission:
    """Base a revision on the version in force; what only one side changed is merged by itself.

    ``choices`` says for each part that both changed differently whose value it takes (``merging.Side``).
    ``onto`` and ``edit_count`` are what the choices were made on: refused as ``stale`` where the entry or
    the draft has changed since. One that waits in the queue returns to its authors as a draft.
    """
    submission = locked(submission)
    permissions.may_rebase(actor, submission).require()
    # Held, so that no other version is published before this one is based on the last.
    Record.objects.select_for_update().get(pk=submission.record_id)
    revision = _to_rebase(submission)
    if onto not in {None, revision.current} or edit_count not in {None, submission.edit_count}:
        raise Refused(
            "The entry or your draft was changed after you opened this page. Your choices are kept: look at what "
            "is new, then bring the revision up to date.",
            code="stale",
        )
    sides = _known(choices, revision.parts)
    if left := undecided(revision.parts, sides):
        names = labels_of([part.name for part in left])
        raise Refused(f"Both of you changed {names}: choose what it becomes.", field=left[0].name, code="conflict")
    content = merged(revision.base, revision.theirs, revision.mine, revision.parts, sides)
    gone = {name for part in revision.parts if sides.get(part.name) is Side.THEIRS for name in part.fields}
    store(submission, content, unread={name: text for name, text in submission.unread.items() if name not in gone})
    if content.reference != revision.mine.reference:
        follow_paper(submission=submission, actor=actor)
    private: dict[str, Any] = (
        {"content_hash": "", "submitted_at": None} if submission.status == Status.SUBMITTED else {}
    )
    return move(
        submission,
        Verb.REBASE,
        actor=actor,
        data={"from": revision.based_on, "to": revision.current, **_told(revision.parts, sides)},
        based_on=revision.current,
        edit_count=submission.edit_count + 1,
        sitting="",
        **private,
    )


def _to_rebase(submission: Submission) -> Revision:
    revision = revision_of(submission)
    if revision is None:
        raise Refused("Only a revision of a published entry can be brought up to date.", code="state")
    if not revision.in_force:
        raise Refused(f"{revision.accession} is not in force any more, so it cannot be revised.", code="state")
    if not revision.moved_on:
        raise Refused(f"This revision is based on version {revision.current} already, the one in force.", code="state")
    return revision


def _known(choices: Mapping[str, str], parts: list[Part]) -> dict[str, Side]:
    allowed = {part.name: part.sides for part in parts}
    for name, side in choices.items():
        if name not in allowed:
            raise Refused(f"There is nothing to choose for “{name}”: nobody changed it.", field="choices")
        if side not in allowed[name]:
            raise Refused(f"{labels_of([name])} cannot become “{side}”.".capitalize(), field=name)
    return {name: Side(side) for name, side in choices.items()}


def _told(parts: list[Part], sides: Mapping[str, Side]) -> dict[str, list[str]]:
    """Which fields came from whom: what was only theirs is new to the draft, what was chosen is named."""
    told: dict[str, list[str]] = {"fields": [], "mine": [], "theirs": [], "both": []}
    for part in parts:
        if part.name in sides:
            told[sides[part.name]] += part.fields
        if part.changed is Changed.THEIRS or sides.get(part.name) in {Side.THEIRS, Side.BOTH}:
            told["fields"] += part.fields
    return told
