"""What is on record already and says the same or much the same: the nearest first, with what differs."""

from dataclasses import dataclass
from typing import Any

from ..content import GROUPS, Content
from ..models import Submission

_LOOKED_AT = 20
#: What the claim is; the numbers and texts around it are its own in every record.
COMPARED = (
    "reference", "target", "cell_types", "cell_states", "cancers", "evidence_type", "intervention", "therapies",
    "outcome", "change", "direction", "system", "compartment", "component", "role", "level", "stage",
)  # fmt: skip
#: What is not filled in yet tells neither way.
_EMPTY: tuple[Any, ...] = ("", None, [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Another submission; ``same``: it makes the very same claim. ``differing``: the compared fields that differ."""

    submission: Submission
    same: bool
    differing: tuple[str, ...]


def alike(submission: Submission, *, limit: int = 3) -> list[Likeness]:
    """The published and proposed submissions of other records nearest to this one. Constant queries."""
    content, record = submission.content(), submission.record
    twins = [twin.pk for twin in Submission.objects.twins_of(content, record=record)]
    near = [one.pk for one in Submission.objects.similar_to(content, record=record, limit=_LOOKED_AT)]
    if not twins and not near:
        return []
    kin = [
        Likeness(submission=other, same=other.pk in twins, differing=differing(content, other.content()))
        for other in Submission.objects.filter(pk__in=[*twins, *near]).with_content()
    ]
    return sorted(kin, key=lambda one: (not one.same, len(one.differing), one.submission.pk))[:limit]


def differing(one: Content, other: Content) -> tuple[str, ...]:
    """The compared fields of the first that hold something else in the other, in the order of the form."""
    mine, theirs = one.canonical(), other.canonical()
    filled = [name for names in GROUPS.values() for name in names if name in COMPARED and mine[name] not in _EMPTY]
    return tuple(name for name in filled if mine[name] != theirs[name])
