"""What services give: the identifiers found by a query, and records told by identifier.

An identifier is ``pmid:123``, ``doi:10.1000/x`` or ``pmcid:PMC7``, spelt as the formats clean it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from types import ModuleType
from typing import Protocol, TypeVar

from ..choices import Source
from ..formats import Citation, Problem, RawRecord, Reader, Unreadable
from .answers import Answer, AskAgain

T = TypeVar("T")

#: No search brings more than this: PubMed gives no more, and nobody screens more.
MOST_FOUND = 9_999


@dataclass(frozen=True, slots=True)
class Found:
    """What a service finds: how much in all, and the identifiers, in its order.

    ``titles`` are those of the first few, where only a glance was taken; ``taken`` is how many an import
    would bring, 0 where the service gives only smaller sets; ``understood`` is the query as the
    service reads it; ``notes`` are sentences about what it did not understand or what was left out.
    """

    total: int
    identifiers: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    taken: int = 0
    understood: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One publication as a service describes it; ``digest`` is the same for the same description."""

    citation: Citation
    digest: bytes


class Fetches(Protocol):
    """A service that gives records by identifier."""

    def fetch(self, identifiers: Collection[str]) -> dict[str, Record]:
        """The records of those that it knows; any number, of any kind that it takes."""
        ...


def names_of(citation: Citation) -> Iterator[str]:
    """Every identifier of a publication, the best first."""
    if citation.pmid:
        yield f"pmid:{citation.pmid}"
    if citation.doi:
        yield f"doi:{citation.doi}"
    if citation.pmc_number:
        yield f"pmcid:{citation.pmc_number}"


def label_of(identifier: str) -> str:
    """An identifier as people write it: PMID 123, DOI 10.1000/x, PMC7."""
    kind, _, value = identifier.partition(":")
    return value if kind == "pmcid" else f"{kind.upper()} {value}"


def by_name(records: Iterable[Record], wanted: Collection[str]) -> dict[str, Record]:
    """Which record each wanted identifier names; where several do, the first."""
    found: dict[str, Record] = {}
    for record in records:
        for name in names_of(record.citation):
            if name in wanted:
                found.setdefault(name, record)
    return found


def read_records(answer: Answer, format: ModuleType, source: Source) -> list[Record]:
    """All records of an answer in this format; to be asked for again if it is another, or ends too early."""
    answer.require_no_complaint()
    try:
        reader = Reader(answer.file)
    except Unreadable:
        raise AskAgain("an answer of another kind") from None
    if reader.format is not format:
        raise AskAgain("an answer of another kind")
    items = list(reader.records())
    raw = {item.position: item for item in items if isinstance(item, RawRecord)}
    parsed = list(reader.parse(raw.values()))
    if any(isinstance(item, Problem) and item.fatal for item in (*items, *parsed)):
        raise AskAgain("a damaged answer")
    return [
        Record(replace(item, source=source), raw[item.position].digest) for item in parsed if isinstance(item, Citation)
    ]


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
