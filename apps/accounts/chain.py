"""The chain that makes tampering with the history show. Pure.

A sealed event has a place in the chain (1, 2, 3, … without a gap), the digest of the one before it, and
its own: the SHA-256 over that and over its content. Whoever alters, removes, inserts or moves an event
breaks a link, unless they make anew every digest from there to the head, which others have noted down.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

#: What stands for the one before the first.
GENESIS = "0" * 64
#: The columns that are sealed, in the order in which they are read; a change needs another ``FORMAT``.
CONTENT = (
    "id", "at", "actor_id", "verb", "object_type", "object_id", "from_state", "to_state", "reason", "data",
)  # fmt: skip
FORMAT = "tme-event-1"


@dataclass(frozen=True, slots=True)
class Link:
    """A sealed event as it stands in the database."""

    place: int
    previous: str
    digest: str
    content: tuple[Any, ...]

    @property
    def number(self) -> int:
        return int(self.content[0])


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain goes, and the digest of its last event."""

    place: int = 0
    digest: str = GENESIS


@dataclass(frozen=True, slots=True)
class Break:
    """The first link that does not hold. ``kind``: changed, removed, inserted or reordered; ``event`` is its number."""

    kind: str
    place: int
    event: int | None
    said: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def canonical(content: Iterable[Any]) -> bytes:
    """The content of an event as bytes: JSON with sorted keys, without spaces, times in UTC to the microsecond."""
    plain = [FORMAT, *(_plain(value) for value in content)]
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def digest_of(previous: str, content: Iterable[Any]) -> str:
    return hashlib.sha256(bytes.fromhex(previous) + canonical(content)).hexdigest()


def linked(head: Head, contents: Iterable[tuple[Any, ...]]) -> Iterator[Link]:
    """The contents as the next links after ``head``."""
    place, previous = head.place, head.digest
    for content in contents:
        place, digest = place + 1, digest_of(previous, content)
        yield Link(place, previous, digest, content)
        previous = digest


class Checker:
    """Walks a chain from its beginning; ``broken`` is the first link that does not hold.

    ``place_of`` tells at which place an event with this digest stands now, and is asked only at a break.
    """

    def __init__(self, place_of: Callable[[str], int | None]) -> None:
        self.head = Head()
        self.broken: Break | None = None
        self._place_of = place_of

    def take(self, link: Link) -> bool:
        """Whether the next link holds."""
        due = self.head.place + 1
        if link.place != due:
            gone = (
                f"event {due} of the chain"
                if link.place == due + 1
                else f"events {due} to {link.place - 1} of the chain"
            )
            return self._break("removed", due, None, f"{gone} cannot be found")
        if digest_of(link.previous, link.content) != link.digest:
            return self._break("changed", due, link.number, "its content is not what was sealed")
        if link.previous != self.head.digest:
            return self._unlinked(link)
        self.head = Head(link.place, link.digest)
        return True

    def end(self, known: Head) -> bool:
        """Whether the chain ends at its known head."""
        if self.broken:
            return False
        if self.head.place < known.place:
            return self._break("removed", self.head.place + 1, None, f"the chain went on to event {known.place}")
        if self.head != known:
            return self._break(
                "inserted" if self.head.place > known.place else "changed",
                max(known.place, 1),
                None,
                f"the head was noted as event {known.place} with {known.digest[:16]}…",
            )
        return True

    def _unlinked(self, link: Link) -> bool:
        """The content is what was sealed, but it was sealed after another event than the one that stands before it."""
        before = self._place_of(link.previous)
        if before is None and link.previous != GENESIS:
            return self._break("removed", link.place, link.number, "the event that it was sealed after cannot be found")
        if (before or 0) == self.head.place - 1:
            return self._break(
                "inserted", self.head.place, None, "it stands between two that were sealed next to each other"
            )
        return self._break(
            "reordered", link.place, link.number, f"it was sealed after event {before or 0} of the chain"
        )

    def _break(self, kind: str, place: int, event: int | None, said: str) -> bool:
        self.broken = Break(kind, place, event, said)
        return False
