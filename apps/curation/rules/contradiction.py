"""Whether two contents contradict each other; pure.

They do where they speak of the same thing and say the opposite. The same thing: one target, one
intervention, one outcome, and at least one cell (type or state) and one cancer in common; a content
that names no cell, or no cancer, speaks of all of them. The opposite: one supports and the other
contradicts, or what one found increased the other found decreased. “No effect” and “unchanged” are
no opposites: a study that was too small shows the same.
"""

from collections.abc import Collection

from apps.vocabularies.choices import Change, Direction

from ..content import Content

OPPOSITE_DIRECTION = {Direction.SUPPORTS.value: Direction.CONTRADICTS.value}
OPPOSITE_DIRECTION |= {two: one for one, two in OPPOSITE_DIRECTION.items()}
OPPOSITE_CHANGE = {Change.INCREASED.value: Change.DECREASED.value}
OPPOSITE_CHANGE |= {two: one for one, two in OPPOSITE_CHANGE.items()}


def contradicts(one: Content, other: Content) -> bool:
    return _of_the_same(one, other) and (
        OPPOSITE_DIRECTION.get(one.direction) == other.direction or OPPOSITE_CHANGE.get(one.change) == other.change
    )


def _of_the_same(one: Content, other: Content) -> bool:
    return (
        bool(one.target and one.outcome)
        and (one.target, one.intervention, one.outcome) == (other.target, other.intervention, other.outcome)
        and _overlap(cells(one), cells(other))
        and _overlap(one.cancers, other.cancers)
    )


def cells(content: Content) -> tuple[str, ...]:
    """The types and states of cells that it speaks of."""
    return (*content.cell_types, *content.cell_states)


def _overlap(one: Collection[str], other: Collection[str]) -> bool:
    return not one or not other or not set(one).isdisjoint(other)
