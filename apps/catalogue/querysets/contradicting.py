"""The contradictions about one target, with the documents that are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.core.cache import cache

from ..contradictions import Claim, Difference, Opposition, contradict, differences, opposed_to, oppositions
from ..document import as_it_stands

if TYPE_CHECKING:
    from ..models import Revision
    from .reads import EntryQuerySet

_KEPT_SECONDS = 3600
#: Of those that an entry speaks against, so many are shown.
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Side:
    """An entry as it stands, and whether editors look at it again."""

    document: Mapping[str, Any]
    under_review: bool
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An entry and those that it speaks against, at most ``MOST_SHOWN`` of ``count``, each with what differs."""

    against: Side
    supporting: tuple[Side, ...]
    count: int


def contradictions_about(
    entries: "EntryQuerySet", target: str, state: "Revision | None", *, entry: str = ""
) -> list[Opposition]:
    """Who speaks against whom among the entries in force about a target; with ``entry``, what involves that one.

    The claims are read once after each change of the catalogue, and kept until the next.
    """
    moment = f"{state.sequence}.{state.changed_at.timestamp()}" if state else "0"
    key = f"catalogue.claims.{quote(target)}.{moment}"
    kept: list[Claim] | None = cache.get(key)
    if kept is None:
        kept = entries.current().about(target).claims()
        cache.set(key, kept, _KEPT_SECONDS)
    return oppositions(kept, about=entry)


def with_documents(found: Sequence[Opposition], entries: "EntryQuerySet") -> list[Contradiction]:
    """Some oppositions with the documents they are about, in one query; the differences are the supporting entry's."""
    shown = [
        (one.claim.accession, [each.accession for each in one.ranked[: min(one.count, MOST_SHOWN)]]) for one in found
    ]
    sides = sides_of(entries, {accession for right, lefts in shown for accession in (right, *lefts)})
    return [
        Contradiction(
            sides[right],
            tuple(compared(sides[left], sides[right].document) for left in lefts if left in sides),
            count,
        )
        for (right, lefts), count in zip(shown, (one.count for one in found), strict=True)
        if right in sides
    ]


def rivals_of(entries: "EntryQuerySet", claim: Claim) -> list[Side]:
    """The entries in force that contradict a claim, the weightiest first; one query."""
    found = []
    rows = entries.on_topic_of(claim).filter(stance__in=opposed_to(claim.stance))
    for text, state, since, *columns in rows.values_list(
        "document", "retraction_state", "under_review_since", *Claim.COLUMNS
    ):
        rival = Claim.of_columns(*columns)
        if rival.accession != claim.accession and contradict(claim, rival):
            found.append((rival.rank, Side(as_it_stands(text, state), since is not None)))
    return [side for _, side in sorted(found, key=lambda one: one[0])]


def sides_of(entries: "EntryQuerySet", accessions: Iterable[str]) -> dict[str, Side]:
    """Entries in force by accession."""
    rows = entries.current().filter(accession__in=list(accessions))
    columns = ("accession", "document", "retraction_state", "under_review_since")
    return {
        accession: Side(as_it_stands(text, retraction), since is not None)
        for accession, text, retraction, since in rows.values_list(*columns)
    }


def compared(side: Side, document: Mapping[str, Any]) -> Side:
    """The same side, with what differs from this document."""
    return Side(side.document, side.under_review, differences(side.document, document))
