"""Two people who changed the same entry: what each did, and the content that has both. Pure.

``base`` is what both began from, ``theirs`` what is published now, ``mine`` the revision. Parts that only
one of them changed need no choice. Where both did, and differently, somebody has to choose. Answers to
warnings are always mine: they belong to my content.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from .content import PARTS, Content, differing


class Side(StrEnum):
    """Whose value a part takes; of lists, ``both`` takes what either added and leaves out what either removed."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


class Changed(StrEnum):
    """Who changed a part."""

    MINE = "mine"
    THEIRS = "theirs"
    SAME = "same"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Part:
    """Fields that are taken as one, of which at least one was changed by somebody."""

    name: str
    fields: tuple[str, ...]
    changed: Changed
    sides: tuple[Side, ...]


def three_way(base: Content, theirs: Content, mine: Content, *, unread: Collection[str] = ()) -> list[Part]:
    """What was changed by whom, in the order of the form. Text of mine that could not be read counts as a change."""
    by_them, by_me = set(differing(base, theirs)), {*differing(base, mine), *unread}
    between = {*differing(theirs, mine), *unread}
    parts = []
    for name, fields in PARTS.items():
        a, b = not by_them.isdisjoint(fields), not by_me.isdisjoint(fields)
        if not (a or b):
            continue
        if a and b:
            changed = Changed.SAME if between.isdisjoint(fields) else Changed.CONFLICT
        else:
            changed = Changed.THEIRS if a else Changed.MINE
        touched = tuple(field for field in fields if field in by_them | by_me)
        several = len(fields) == 1 and isinstance(getattr(base, name), tuple) and name not in unread
        sides = (Side.MINE, Side.THEIRS, Side.BOTH) if several else (Side.MINE, Side.THEIRS)
        parts.append(Part(name, touched, changed, sides))
    return parts


def undecided(parts: Collection[Part], choices: Mapping[str, Side]) -> list[Part]:
    """Those that both changed differently, and for which nobody has chosen."""
    return [part for part in parts if part.changed is Changed.CONFLICT and part.name not in choices]


def merged(
    base: Content, theirs: Content, mine: Content, parts: Collection[Part], choices: Mapping[str, Side]
) -> Content:
    """``theirs`` with what is mine put in. Every conflict among the parts has its choice; others may have one."""
    values: dict[str, Any] = {"answers": mine.answers}
    for part in parts:
        side = choices.get(part.name, Side.MINE if part.changed is Changed.MINE else Side.THEIRS)
        if side is Side.BOTH:
            lists = (getattr(content, part.name) for content in (base, theirs, mine))
            values[part.name] = together(*lists)
        elif side is Side.MINE:
            values |= {name: getattr(mine, name) for name in PARTS[part.name]}
    return replace(theirs, **values)


def together(base: tuple[str, ...], theirs: tuple[str, ...], mine: tuple[str, ...]) -> tuple[str, ...]:
    """What either added is in, what either removed is out."""
    removed = {one for one in base if one not in theirs or one not in mine}
    return tuple(one for one in dict.fromkeys((*theirs, *mine)) if one not in removed)


def taken(base: Content, mine: Content, names: Collection[str]) -> Content:
    """``base`` with some parts of mine, by the names of the parts."""
    values = {field: getattr(mine, field) for name in names for field in PARTS[name]}
    return replace(base, **values, answers=mine.answers)


def changed_parts(base: Content, mine: Content) -> list[str]:
    """The names of the parts in which the two mean something else."""
    fields = set(differing(base, mine))
    return [name for name, inside in PARTS.items() if not fields.isdisjoint(inside)]
