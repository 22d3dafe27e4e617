"""Europe PMC's REST API: everything that PubMed has, and preprints, patents, theses besides.

Its search takes several identifiers in one question, so it also tells which PMID a DOI or a PMCID has.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from ..choices import Source
from ..formats import europepmc_json
from .answers import Answer, AskAgain, SourceRefused
from .http import Service, nothing
from .records import MOST_FOUND, Found, Record, batches, by_name, names_of, read_records

FETCHED_AT_ONCE = 100
LISTED_AT_ONCE = 1_000  # the most that a page may have
SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Page:
    total: int
    records: list[Record]
    next: str


class EuropePMC:
    """Takes PMIDs, DOIs and PMCIDs, and Europe PMC's own queries."""

    name = Source.EUROPEPMC

    def __init__(self, *, beat: Callable[[], None] = nothing, hurry: bool = False) -> None:
        self._service = Service(self.name, settings.EUROPEPMC_BASE_URL, settings.EUROPEPMC_RATE, beat=beat, hurry=hurry)

    def search(self, query: str, *, since: date | None = None) -> Found:
        """All that Europe PMC finds; ``since`` narrows it to what it has taken up from that day on."""
        total = unnamed = 0
        identifiers: dict[str, None] = {}
        for page in self._pages(_narrowed(query, since)):
            total = page.total
            if total > MOST_FOUND:
                raise SourceRefused(_too_much(total))
            for record in page.records:
                name = next(names_of(record.citation), None)
                if name:
                    identifiers[name] = None
                else:
                    unnamed += 1
        notes = (f"Left out: {unnamed:,} without a PMID, DOI or PMCID.",) if unnamed else ()
        return Found(total, tuple(identifiers), taken=len(identifiers), notes=notes)

    def glance(self, query: str, *, since: date | None = None) -> Found:
        """How much there is, and the first titles."""
        page = self._page(_narrowed(query, since), "lite", SHOWN, "*")
        names = tuple(name for record in page.records for name in list(names_of(record.citation))[:1])
        titles = tuple(record.citation.title for record in page.records)
        if page.total > MOST_FOUND:
            return Found(page.total, names, titles, notes=(_too_much(page.total),))
        return Found(page.total, names, titles, page.total)

    def fetch(self, identifiers: Collection[str]) -> dict[str, Record]:
        """The records of those that Europe PMC knows; what has a PMID is preferred to what has none."""
        known: dict[str, Record] = {}
        for batch in batches(identifiers, FETCHED_AT_ONCE):
            query = " OR ".join(map(_term, batch))
            records = self._page(query, "core", LISTED_AT_ONCE, "*").records
            known |= by_name(sorted(records, key=lambda record: record.citation.pmid is None), set(batch))
        return known

    def _pages(self, query: str) -> Iterator[_Page]:
        mark, following = "", "*"
        while following and following != mark:
            mark = following
            page = self._page(query, "lite", LISTED_AT_ONCE, mark)
            yield page
            following = page.next if page.records else ""

    def _page(self, query: str, result_type: str, size: int, mark: str) -> _Page:
        fields = {
            "query": query,
            "resultType": result_type,
            "pageSize": str(size),
            "cursorMark": mark,
            "format": "json",
            **({"email": settings.CONTACT_EMAIL} if settings.CONTACT_EMAIL else {}),
        }
        return self._service.post("searchPOST", fields, _read_page)


def _too_much(total: int) -> str:
    return (
        f"Europe PMC finds {total:,} papers; at most {MOST_FOUND:,} can be taken in at once."
        " Narrow the search, for instance to a year: add AND PUB_YEAR:2024."
    )


def _narrowed(query: str, since: date | None) -> str:
    return f"({query}) AND CREATION_DATE:[{since:%Y-%m-%d} TO 3000-12-31]" if since else query


def _term(identifier: str) -> str:
    kind, _, value = identifier.partition(":")
    if kind == "pmid":
        return f"(EXT_ID:{value} AND SRC:MED)"
    if kind == "pmcid":
        return f"PMCID:{value}"
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'DOI:"{quoted}"'


def _read_page(answer: Answer) -> _Page:
    content = answer.json()
    total = content.get("hitCount")
    if not isinstance(total, int):
        raise AskAgain("an answer of another kind")
    answer.file.seek(0)
    return _Page(total, read_records(answer, europepmc_json, Source.EUROPEPMC), str(content.get("nextCursorMark", "")))
