"""The stages of a flow as boxes and arrows of a picture 340 units wide, so that it can be read on a telephone; pure.

Texts are broken by the width that their letters take on average: an SVG breaks no line by itself.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .flow import Stage

WIDTH = 340
_MAIN, _ASIDE, _GAP = 150, 168, 22
_PADDING, _LINE, _BETWEEN = 9, 15, 20
_LETTER = 5.9


@dataclass(frozen=True, slots=True)
class Line:
    x: int
    y: int
    text: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Box:
    x: int
    y: int
    width: int
    height: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """Down from one stage to the next, or to the right to those who left."""

    x: int
    y: int
    to_x: int
    to_y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int = WIDTH


def draw(stages: Sequence[Stage]) -> Drawing:
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    y = 1
    for number, stage in enumerate(stages):
        main = _box(stage, 1, y, _MAIN)
        boxes.append(main)
        lowest = y + main.height
        if stage.left:
            aside = _box(stage.left, 1 + _MAIN + _GAP, y, _ASIDE - 2)
            boxes.append(aside)
            middle = y + min(main.height, aside.height) // 2
            arrows.append(Arrow(1 + _MAIN, middle, aside.x, middle))
            lowest = max(lowest, y + aside.height)
        if number < len(stages) - 1:
            arrows.append(Arrow(1 + _MAIN // 2, y + main.height, 1 + _MAIN // 2, lowest + _BETWEEN))
        y = lowest + _BETWEEN
    return Drawing(y - _BETWEEN + 1, tuple(boxes), tuple(arrows))


def _box(stage: Stage, x: int, y: int, width: int) -> Box:
    texts = [*_wrapped(f"{stage.title}: {stage.number:,}", width, strong=True)]
    for label, number in stage.parts:
        texts += _wrapped(f"{label}: {number:,}", width, strong=False)
    lines = tuple(
        Line(x + _PADDING, y + _PADDING + _LINE * (place + 1) - 4, text, strong)
        for place, (text, strong) in enumerate(texts)
    )
    return Box(x, y, width, 2 * _PADDING + _LINE * len(lines), lines)


def _wrapped(text: str, width: int, *, strong: bool) -> Iterable[tuple[str, bool]]:
    letters = int((width - 2 * _PADDING) / (_LETTER * (1.12 if strong else 1)))
    return [(line, strong) for line in textwrap.wrap(text, letters)]
