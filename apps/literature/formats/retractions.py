"""What sources report about publications that are here already: retracted, doubted, corrected, reinstated."""

from dataclasses import dataclass
from datetime import date

from ..choices import RetractionState, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionReport:
    """What a source says became of a publication; ``state`` NONE says that it was reinstated.

    The publication is known by PMID, DOI or both. ``position`` is the row of a table, from 1.
    """

    state: RetractionState
    source: Source
    pmid: int | None = None
    doi: str | None = None
    notice_pmid: int | None = None
    notice_doi: str = ""
    noticed_on: date | None = None
    reason: str = ""
    position: int | None = None

    @property
    def identifier(self) -> str:
        return f"PMID {self.pmid}" if self.pmid else self.doi or ""
