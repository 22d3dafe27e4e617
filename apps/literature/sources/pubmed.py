"""PubMed's E-utilities: searching (esearch, with the list of ids kept on its history server) and efetch.

PubMed lists no more than the first 9,999 of what it finds; a search that finds more is refused.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from lxml import etree

from ..choices import Source
from ..formats import pubmed_xml
from ..formats.safe_xml import PARSER_OPTIONS
from .answers import Answer, AskAgain, SourceRefused
from .http import Service, nothing
from .records import MOST_FOUND, Found, Record, batches, by_name, read_records

FETCHED_AT_ONCE = 200
LISTED_AT_ONCE = 2_000
SHOWN = 5
NONE_KNOWN = "id list is empty"  # efetch refuses to answer where it knows none of the PMIDs

_UNKNOWN = {
    "PhraseNotFound": "PubMed does not know “{}” and left it out.",
    "FieldNotFound": "PubMed has no field “{}”.",
    "QuotedPhraseNotFound": "PubMed does not know the phrase {}.",
    "PhraseIgnored": "PubMed left out “{}”.",
}


@dataclass(frozen=True, slots=True)
class _Search:
    """Where the history server keeps what was found, and what esearch says about it."""

    total: int
    pmids: tuple[str, ...]
    web_env: str
    query_key: str
    understood: str
    notes: tuple[str, ...]


class PubMed:
    """Takes PMIDs and PubMed's own queries."""

    name = Source.PUBMED

    def __init__(self, *, beat: Callable[[], None] = nothing, hurry: bool = False) -> None:
        self._service = Service(self.name, settings.PUBMED_BASE_URL, settings.PUBMED_RATE, beat=beat, hurry=hurry)

    def search(self, query: str, *, since: date | None = None) -> Found:
        """All that PubMed finds; ``since`` narrows it to what it has taken up from that day on."""
        search = self._search(query, since, shown=0)
        if search.total > MOST_FOUND:
            raise SourceRefused(_too_much(search.total))
        pmids = [pmid for start in range(0, search.total, LISTED_AT_ONCE) for pmid in self._listed(search, start)]
        identifiers = tuple(f"pmid:{pmid}" for pmid in dict.fromkeys(pmids))
        notes = search.notes
        if len(identifiers) < search.total:
            notes += (f"PubMed counts {search.total:,} papers, but lists only {len(identifiers):,}.",)
        return Found(search.total, identifiers, taken=len(identifiers), understood=search.understood, notes=notes)

    def glance(self, query: str, *, since: date | None = None) -> Found:
        """How much there is, and the first titles."""
        search = self._search(query, since, shown=SHOWN)
        identifiers = tuple(f"pmid:{pmid}" for pmid in search.pmids)
        known = self.fetch(identifiers)
        titles = tuple(known[name].citation.title for name in identifiers if name in known)
        found = Found(search.total, identifiers, titles, search.total, search.understood, search.notes)
        if search.total > MOST_FOUND:
            return replace(found, taken=0, notes=(*search.notes, _too_much(search.total)))
        return found

    def fetch(self, identifiers: Collection[str]) -> dict[str, Record]:
        """The records of those ``pmid:…`` that PubMed knows."""
        known: dict[str, Record] = {}
        for batch in batches(identifiers, FETCHED_AT_ONCE):
            fields = {"id": ",".join(identifier.removeprefix("pmid:") for identifier in batch), "retmode": "xml"}
            try:
                records = self._service.post("efetch.fcgi", self._with(fields), _records)
            except SourceRefused as refused:
                if NONE_KNOWN not in refused.reason.lower():
                    raise
            else:
                known |= by_name(records, set(batch))
        return known

    def _search(self, query: str, since: date | None, *, shown: int) -> _Search:
        # When a paper was published, or even entered, may lie long before PubMed took it up.
        term = f'({query}) AND ("{since:%Y/%m/%d}"[crdt] : "3000"[crdt])' if since else query
        fields = {"term": term, "usehistory": "y", "retmode": "xml", "retstart": "0", "retmax": str(shown)}
        return self._service.post("esearch.fcgi", self._with(fields), _search_result)

    def _listed(self, search: _Search, start: int) -> list[str]:
        fields = {
            "WebEnv": search.web_env,
            "query_key": search.query_key,
            "rettype": "uilist",
            "retmode": "text",
            "retstart": str(start),
            "retmax": str(LISTED_AT_ONCE),
        }
        return self._service.post("efetch.fcgi", self._with(fields), _ids)

    @staticmethod
    def _with(fields: dict[str, str]) -> dict[str, str]:
        about_us = {"tool": settings.PUBMED_TOOL, "email": settings.CONTACT_EMAIL, "api_key": settings.PUBMED_API_KEY}
        return {"db": "pubmed", **fields, **{name: value for name, value in about_us.items() if value}}


def _too_much(total: int) -> str:
    return (
        f"PubMed finds {total:,} papers; at most {MOST_FOUND:,} can be taken in at once."
        " Narrow the search, for instance to a year: add AND 2024[dp]."
    )


def _records(answer: Answer) -> list[Record]:
    return read_records(answer, pubmed_xml, Source.PUBMED)


def _ids(answer: Answer) -> list[str]:
    answer.require_no_complaint()
    ids = answer.file.read().decode("utf-8", "replace").split()
    if not all(each.isascii() and each.isdigit() for each in ids):
        raise AskAgain("an answer of another kind")
    return ids


def _search_result(answer: Answer) -> _Search:
    answer.require_no_complaint()
    try:
        root = etree.fromstring(answer.file.read(), etree.XMLParser(**PARSER_OPTIONS))
        if root.tag != "eSearchResult":
            raise AskAgain("an answer of another kind")
        total = int(root.findtext("Count") or "")
    except (etree.XMLSyntaxError, ValueError):
        raise AskAgain("a damaged answer") from None
    notes = tuple(
        words.format(element.text)
        for kind, words in _UNKNOWN.items()
        for element in root.iterfind(f"*/{kind}")
        if element.text
    )
    return _Search(
        total=total,
        pmids=tuple(element.text for element in root.iterfind("IdList/Id") if element.text),
        web_env=root.findtext("WebEnv") or "",
        query_key=root.findtext("QueryKey") or "",
        understood=root.findtext("QueryTranslation") or "",
        notes=notes,
    )
