"""What differs between two states of a thing, field by field. Pure, and knows no domain.

A value is known by its key and read by its text: two values are the same if their keys are, whatever
they are called by now. Who compares says what the keys are; ``number_key`` and ``text_key`` make
those of numbers and of texts, by meaning and not by how they were typed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

#: A piece of a text: what stayed (""), went ("-") or came ("+").
Words = tuple[tuple[str, str], ...]

#: Texts of more words, or with more pairs of equal words, are not compared word by word: it would take too long.
_MOST_WORDS, _MOST_PAIRS = 3_000, 40_000
#: Where less than this share of the words stayed, the two texts are easier to read one after the other.
_LEAST_ALIKE = 0.25
_MOST_DIGITS = 30
_WORD = re.compile(r"\S+\s*")
_PRINTED = re.compile(r"(?:p\s*)?([<>≤≥=]?)\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)", re.IGNORECASE | re.ASCII)


class Kind(StrEnum):
    """How a field is read: one value, several without an order, or prose."""

    VALUE = "value"
    LIST = "list"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Item:
    """One value: known by ``key``, read by ``text``."""

    key: str
    text: str


Items = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in two states; also of a field that is the same in both (``changed`` tells)."""

    name: str
    label: str
    kind: Kind
    before: Items
    after: Items

    @property
    def changed(self) -> bool:
        return {item.key for item in self.before} != {item.key for item in self.after}

    @property
    def removed(self) -> Items:
        return _without(self.before, self.after)

    @property
    def added(self) -> Items:
        return _without(self.after, self.before)

    @property
    def kept(self) -> Items:
        """What stands in both, by the names that it has now."""
        return _without(self.after, self.added)

    @property
    def words(self) -> Words:
        """The text of both, word by word; of what is no prose, nothing."""
        return words(_said(self.before), _said(self.after)) if self.kind is Kind.TEXT else ()


def _without(items: Items, others: Iterable[Item]) -> Items:
    keys = {item.key for item in others}
    return tuple(item for item in items if item.key not in keys)


def _said(items: Items) -> str:
    return " ".join(item.text for item in items)


def items(*pairs: tuple[str, str]) -> Items:
    """Values from keys and texts; what has no text is no value."""
    return tuple(Item(key, text) for key, text in pairs if text)


def text_items(text: str) -> Items:
    return items((text_key(text), text))


def number_items(value: Any) -> Items:
    return () if value is None else items((number_key(value), plain_number(value)))


def printed_items(text: str) -> Items:
    return items((printed_key(text), text))


def text_key(text: str) -> str:
    """White space tells nothing."""
    return " ".join(text.split())


def number_key(value: Any) -> str:
    """The same for 0.580 and 0.58."""
    try:
        return plain_number(value)
    except ArithmeticError:
        return str(value)


def plain_number(value: Any) -> str:
    """A number as one reads it: without trailing noughts, and without an exponent unless it is beyond reading."""
    number = Decimal(str(value)).normalize()
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return str(number)
    return format(number, "f") if number else "0"


def printed_key(text: str) -> str:
    """Of a number as printed, perhaps with its sign of comparison: “< 0.001”, “0.0020”; else that of a text."""
    match = _PRINTED.fullmatch(text.strip())
    return f"{match[1].strip('=')}{number_key(match[2])}" if match else text_key(text)


def words(before: str, after: str) -> Words:
    """Both texts as one: what stayed, went and came, in order. Texts that share little stand whole."""
    first, second = _WORD.findall(before), _WORD.findall(after)
    whole = _pieces(("-", before), ("+", after))
    was, now = _keys(first), _keys(second)
    if len(was) + len(now) > _MOST_WORDS or _pairs(was, now) > _MOST_PAIRS:
        return whole if was != now else _pieces(("", after))
    blocks = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    stayed = sum(b - a for how, a, b, *_rest in blocks if how == "equal")
    if stayed < _LEAST_ALIKE * max(len(first), len(second)):
        return whole
    pieces: list[tuple[str, str]] = []
    for how, a, b, c, d in blocks:
        if how == "equal":
            # The last word of a text has no space behind it, which the same word elsewhere has.
            pieces.append(("", "".join(max(pair, key=len) for pair in zip(first[a:b], second[c:d], strict=True))))
        else:
            pieces += [("-", "".join(first[a:b])), ("+", "".join(second[c:d]))]
    return _pieces(*pieces)


def _keys(found: Sequence[str]) -> list[str]:
    return [word.strip() for word in found]


def _pairs(first: Sequence[str], second: Sequence[str]) -> int:
    counted = Counter(second)
    return sum(count * counted[word] for word, count in Counter(first).items())


def _pieces(*pairs: tuple[str, str]) -> Words:
    return tuple(pair for pair in pairs if pair[1])
