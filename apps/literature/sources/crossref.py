"""Crossref's REST API: every work with a DOI of its own, as its publisher describes it.

A search there is not narrowed by more words: it finds whatever has any of them, ranked by how well it
fits. So the first ones are taken, and it is told that there are others.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from django.conf import settings

from ..choices import Source
from ..formats import crossref_json
from .answers import Answer, AskAgain, SourceRefused
from .http import Service, nothing
from .records import Found, Record, batches, by_name, names_of, read_records

MOST_RANKED = 1_000
LISTED_AT_ONCE = 500
FETCHED_AT_ONCE = 20  # they stand in the address, which must not grow too long
SHOWN = 5
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class _Page:
    total: int
    records: list[Record]
    next: str


class Crossref:
    """Takes DOIs, and words."""

    name = Source.CROSSREF

    def __init__(self, *, beat: Callable[[], None] = nothing, hurry: bool = False) -> None:
        self._service = Service(self.name, settings.CROSSREF_BASE_URL, settings.CROSSREF_RATE, beat=beat, hurry=hurry)

    def search(self, query: str, *, since: date | None = None) -> Found:
        """The works that fit best; ``since`` narrows them to those registered from that day on."""
        identifiers: dict[str, None] = {}
        total, cursor = 0, "*"
        while cursor and len(identifiers) < MOST_RANKED:
            page = self._listed(query, since, LISTED_AT_ONCE, cursor)
            total = page.total
            identifiers |= dict.fromkeys(name for record in page.records for name in names_of(record.citation))
            cursor = page.next if page.records else ""
        taken = tuple(identifiers)[:MOST_RANKED]
        return Found(total, taken, taken=len(taken), notes=_told(total))

    def glance(self, query: str, *, since: date | None = None) -> Found:
        """How much there is, and the first titles."""
        page = self._listed(query, since, SHOWN, "*")
        names = tuple(name for record in page.records for name in names_of(record.citation))
        titles = tuple(record.citation.title for record in page.records)
        return Found(page.total, names, titles, min(page.total, MOST_RANKED), notes=_told(page.total))

    def fetch(self, identifiers: Collection[str]) -> dict[str, Record]:
        """The works with those ``doi:…`` that Crossref knows."""
        # In a list of filters a comma ends a DOI: such a one is asked for by itself.
        known = self._fetch_each(identifier for identifier in identifiers if "," in identifier)
        for batch in batches((identifier for identifier in identifiers if "," not in identifier), FETCHED_AT_ONCE):
            page = self._works({"filter": ",".join(batch), "rows": str(len(batch))})
            known |= by_name(page.records, set(batch))
        return known

    def _fetch_each(self, identifiers: Iterable[str]) -> dict[str, Record]:
        known: dict[str, Record] = {}
        for identifier in identifiers:
            address = f"works/{quote(identifier.removeprefix('doi:'), safe='')}"
            try:
                records = self._service.get(address, _about_us(), _read_work)
            except SourceRefused as refused:
                if refused.status != NOT_FOUND:
                    raise
            else:
                known |= by_name(records, {identifier})
        return known

    def _listed(self, query: str, since: date | None, rows: int, cursor: str) -> _Page:
        fields = {"query": query, "rows": str(rows), "cursor": cursor, "select": "DOI,title"}
        if since:
            fields["filter"] = f"from-created-date:{since:%Y-%m-%d}"
        return self._works(fields)

    def _works(self, fields: dict[str, str]) -> _Page:
        return self._service.get("works", fields | _about_us(), _read_page)


def _told(total: int) -> tuple[str, ...]:
    if total <= MOST_RANKED:
        return ()
    return (f"Crossref finds {total:,} works, the best first; the first {MOST_RANKED:,} are taken.",)


def _about_us() -> dict[str, str]:
    return {"mailto": settings.CONTACT_EMAIL} if settings.CONTACT_EMAIL else {}


def _read_page(answer: Answer) -> _Page:
    message = answer.json().get("message")
    total = message.get("total-results") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(total, int):
        raise AskAgain("an answer of another kind")
    answer.file.seek(0)
    return _Page(total, _read_work(answer), str(message.get("next-cursor") or ""))


def _read_work(answer: Answer) -> list[Record]:
    return read_records(answer, crossref_json, Source.CROSSREF)
