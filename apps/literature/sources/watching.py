"""Asking PubMed and Crossref what became of publications: retractions, concerns and corrections."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings

from ..choices import LinkKind, RetractionState, Source
from ..formats import Citation
from ..formats.citation import clean_doi
from ..formats.csl_pieces import objects, text_of
from ..formats.notices import notice_named
from ..formats.retractions import RetractionReport
from .answers import Answer, AskAgain
from .http import Service, nothing
from .pubmed import PubMed
from .records import batches

#: PMIDs in one question to PubMed, and DOIs in one to Crossref, where they stand in the address.
PMIDS_AT_ONCE, DOIS_AT_ONCE = 500, 20
LISTED_AT_ONCE = 1_000
GRAVE = '("retracted publication"[pt] OR hasretractionin OR hasexpressionofconcernin)'
MINOR = "haserratumin"
#: The notices of Crossref that are listened to, as it names them.
UPDATES = ("retraction", "withdrawal", "removal", "expression_of_concern", "correction", "corrigendum", "erratum")

_KIND_OF = {
    RetractionState.RETRACTED: LinkKind.RETRACTED_BY,
    RetractionState.WITHDRAWN: LinkKind.RETRACTED_BY,
    RetractionState.EXPRESSION_OF_CONCERN: LinkKind.CONCERN_BY,
    RetractionState.CORRECTED: LinkKind.CORRECTED_BY,
}
_DAY = re.compile(r"\b(\d{4}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{1,2})\b")


def pubmed_question(pmids: Collection[int], what: str) -> str:
    """The search for those of the PMIDs that are ``GRAVE`` or ``MINOR``."""
    return f"{what} AND ({' OR '.join(f'{pmid}[uid]' for pmid in pmids)})"


def pubmed_reports(pmids: Sequence[int], what: str) -> Iterator[RetractionReport]:
    """What PubMed says became of these publications, however many; those of which it says nothing are left out."""
    pubmed = PubMed()
    for batch in batches(pmids, PMIDS_AT_ONCE):
        found = pubmed.search(pubmed_question(batch, what)).identifiers
        for record in pubmed.fetch(found).values():
            if record.citation.retraction_state != RetractionState.NONE:
                yield _reported(record.citation)


def _reported(citation: Citation) -> RetractionReport:
    state = RetractionState(citation.retraction_state)
    notice = next((link for link in citation.links if link.kind == _KIND_OF[state]), None)
    return RetractionReport(
        pmid=citation.pmid,
        doi=citation.doi,
        state=state,
        source=Source.PUBMED,
        notice_pmid=notice.pmid if notice else None,
        notice_doi=(notice.doi or "") if notice else "",
        noticed_on=_day(notice.note) if notice else None,
        reason=notice.note if notice else "",
    )


def _day(text: str) -> date | None:
    """The day in “Lancet. 2010 Feb 6;375(9713):445”; None where only a month or a year stands there."""
    try:
        return datetime.strptime(" ".join(found.groups()), "%Y %b %d").date() if (found := _DAY.search(text)) else None
    except ValueError:
        return None


def crossref_reports(*, since: date) -> Iterator[RetractionReport]:
    """Of every publication about which Crossref has had a notice since that day, what the notice says."""
    kinds = ",".join(f"update-type:{name}" for name in UPDATES)
    yield from _notices(f"{kinds},from-index-date:{since:%Y-%m-%d}")


def crossref_reports_of(dois: Sequence[str]) -> Iterator[RetractionReport]:
    """What any notice that Crossref knows says of these publications."""
    # In a list of filters a comma ends a DOI.
    for batch in batches((doi for doi in dois if "," not in doi), DOIS_AT_ONCE):
        yield from _notices(",".join(f"updates:{doi}" for doi in batch))


def _notices(filters: str) -> Iterator[RetractionReport]:
    service = Service(Source.CROSSREF, settings.CROSSREF_BASE_URL, settings.CROSSREF_RATE, beat=nothing, hurry=False)
    cursor = "*"
    while cursor:
        fields = {"filter": filters, "rows": str(LISTED_AT_ONCE), "cursor": cursor, "select": "DOI,update-to"}
        if settings.CONTACT_EMAIL:
            fields["mailto"] = settings.CONTACT_EMAIL
        works, cursor = service.get("works", fields, _page)
        for work in works:
            for said in objects(work.get("update-to")):
                if report := _read(work, said):
                    yield report


def _page(answer: Answer) -> tuple[list[dict[str, Any]], str]:
    """The works of one answer, and where the next begins; "" after the last."""
    message = answer.json().get("message")
    if not isinstance(message, dict) or not isinstance(message.get("items"), list):
        raise AskAgain("an answer of another kind")
    works = list(objects(message["items"]))
    return works, text_of(message.get("next-cursor")) if len(message["items"]) == LISTED_AT_ONCE else ""


def _read(work: dict[str, Any], said: dict[str, Any]) -> RetractionReport | None:
    notice = notice_named(text_of(said.get("type")))
    doi = clean_doi(text_of(said.get("DOI")))
    if notice is None or doi is None:
        return None
    return RetractionReport(
        doi=doi,
        state=notice.state,
        source=Source.CROSSREF,
        notice_doi=clean_doi(text_of(work.get("DOI"))) or "",
        noticed_on=_date(said.get("updated")),
        reason=text_of(said.get("label"))[:300],
    )


def _date(moment: Any) -> date | None:
    """``{"date-parts": [[2021, 5, 3]]}``; None where any of it is missing."""
    parts = moment.get("date-parts") if isinstance(moment, dict) else None
    try:
        year, month, day = parts[0]  # type: ignore[index]
        return date(year, month, day)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        return None
