"""The way of records through triage in numbers that add up, as PRISMA 2020 draws it; pure.

Each stage is the one before without those who left there. ``Flow`` holds what was counted, each thing
once, and all the rest is reckoned from it, so that no number can contradict another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Stage:
    """A number with its name and what it is made of; ``left`` are those who go no further than here."""

    title: str
    number: int
    parts: tuple[tuple[str, int], ...] = ()
    left: "Stage | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What was counted: records by where they were found (``sources``), what became of them, and where the
    candidates stand (``excluded`` by reason).

    Records that are neither known nor unread nor candidates turned out to be another one of them.
    """

    sources: Mapping[str, int] = field(default_factory=dict)
    by_hand: int = 0
    known: int = 0
    unread: int = 0
    unscreened: int = 0
    in_conflict: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    later: int = 0
    unclaimed: int = 0
    claimed: int = 0
    curated: int = 0

    def stages(self) -> tuple[Stage, ...]:
        identified = sum(self.sources.values()) + self.by_hand
        unscreened = self.unscreened + self.in_conflict
        excluded = sum(self.excluded.values())
        pending = self.later + self.unclaimed + self.claimed
        sought = pending + self.curated
        screened = sought + excluded
        candidates = screened + unscreened
        removed = identified - candidates
        return (
            Stage(
                "Records identified",
                identified,
                (*self.sources.items(), *_some(("Put in by hand", self.by_hand))),
                Stage(
                    "Removed before screening",
                    removed,
                    _some(
                        ("Known to the portal already", self.known),
                        ("Could not be read", self.unread),
                        ("Turned out to be another one", removed - self.known - self.unread),
                    ),
                ),
            ),
            Stage(
                "Candidates",
                candidates,
                (),
                Stage("Not screened yet", unscreened, _some(("In conflict", self.in_conflict))),
            ),
            Stage("Screened", screened, (), Stage("Excluded", excluded, tuple(self.excluded.items()))),
            Stage(
                "To be curated",
                sought,
                (),
                Stage(
                    "Not curated yet",
                    pending,
                    _some(
                        ("Put off", self.later), ("Screened in, not claimed", self.unclaimed), ("Claimed", self.claimed)
                    ),
                ),
            ),
            Stage("Curated", self.curated),
        )


def _some(*parts: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(part for part in parts if part[1])
