"""What a revision changes, and what was changed meanwhile: the differences as the pages show them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from apps.core.differences import Difference

from .. import services
from ..content import PARTS
from ..differences import Wording, label_of, labels_of
from ..merging import Changed, Part, Side, changed_parts, together
from ..models import Submission


@dataclass(frozen=True, slots=True)
class Option:
    """One way to settle a conflict, with the part as it would be in comparison with the version begun from."""

    side: Side
    label: str
    differences: list[Difference]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Fields that both changed, differently."""

    part: Part
    label: str
    options: list[Option]
    problem: str


_SIDES = {
    Side.MINE: "Yours",
    Side.THEIRS: "As published now",
    Side.BOTH: "Both: all that either added, without what either removed",
}


def changes_of(submission: Submission) -> dict[str, Any]:
    """For every page of a submission: what it changes in the version that it is based on; nothing for a new record."""
    revision = services.revision_of(submission)
    if revision is None:
        return {"revision": None, "changes": []}
    wording = Wording(revision.base, revision.mine)
    return {"revision": revision, "changes": wording.compare(revision.base, revision.mine, revision.changed)}


def acceptable(submission: Submission, *, ticked: Collection[str]) -> list[tuple[str, str, bool]]:
    """What an editor can accept singly: the changed parts by name, in words, and whether each is ticked.

    Nothing where two reviewers decide, or where there is only one change.
    """
    revision = services.revision_of(submission)
    if revision is None or revision.moved_on or submission.seats > 1:
        return []
    names = changed_parts(revision.base, revision.mine)
    words = [
        (name, labels_of([one for one in PARTS[name] if one in revision.changed]), name in ticked) for name in names
    ]
    return words if len(words) > 1 else []


def meeting(
    revision: services.Revision, chosen: dict[str, str], problem: tuple[str | None, str] = (None, "")
) -> dict[str, Any]:
    """The three-way view: what only they did, what only I did, what both did alike, and what has to be chosen."""
    wording = Wording(revision.base, revision.theirs, revision.mine)
    sorted_parts: dict[Changed, list[Part]] = {changed: [] for changed in Changed}
    for part in revision.parts:
        sorted_parts[part.changed].append(part)

    def shown(changed: Changed, content: Any) -> list[Difference]:
        names = [name for part in sorted_parts[changed] for name in part.fields]
        return [one for one in wording.compare(revision.base, content, names) if one.changed]

    return {
        "only_theirs": shown(Changed.THEIRS, revision.theirs),
        "only_mine": shown(Changed.MINE, revision.mine),
        "both_alike": shown(Changed.SAME, revision.theirs),
        "choices": [
            _choice(revision, wording, part, chosen.get(part.name, ""), problem[1] if problem[0] == part.name else "")
            for part in sorted_parts[Changed.CONFLICT]
        ],
    }


def _choice(revision: services.Revision, wording: Wording, part: Part, chosen: str, problem: str) -> Choice:
    contents = {Side.MINE: revision.mine, Side.THEIRS: revision.theirs}
    if Side.BOTH in part.sides:
        lists = (getattr(content, part.name) for content in (revision.base, revision.theirs, revision.mine))
        both: dict[str, Any] = {part.name: together(*lists)}
        contents[Side.BOTH] = replace(revision.theirs, **both)
    options = [
        Option(side, _SIDES[side], wording.compare(revision.base, contents[side], PARTS[part.name]), chosen == side)
        for side in part.sides
    ]
    return Choice(part, label_of(part.name), options, problem)
