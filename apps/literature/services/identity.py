"""Which reference a citation belongs to; no database, so that it can be read and tried by itself.

A PMID decides before all else: PubMed gives several records the same DOI now and then (an article
and its erratum), and then the DOI stays with the first. Without a PMID the DOI decides, then the PMCID.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ..formats import Citation


@dataclass(slots=True, eq=False)
class Known:
    """What must be known of a reference to recognise it; ``pk`` is None until it is stored."""

    pk: int | None
    pmid: int | None
    doi: str | None
    pmcid: str | None
    content_hash: bytes = b""
    pmid_version: int = 1
    revised_on: date | None = None

    @property
    def name(self) -> str:
        ids = (f"PMID {self.pmid}" if self.pmid else "", f"DOI {self.doi}" if self.doi else "", self.pmcid or "")
        return next(filter(None, ids))


@dataclass(frozen=True, slots=True)
class Conflict:
    """A citation that would join references which are told apart here."""

    reason: str


@dataclass(frozen=True, slots=True)
class Identity:
    """``known`` is None for a new reference; ``doi`` and ``pmcid`` are those that may be stored."""

    known: Known | None
    doi: str | None
    pmcid: str | None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Index:
    """The references that a set of citations may belong to, by each of their identifiers."""

    by_pmid: dict[int, Known] = field(default_factory=dict)
    by_doi: dict[str, Known] = field(default_factory=dict)
    by_pmcid: dict[str, Known] = field(default_factory=dict)

    @classmethod
    def of(cls, references: Iterable[Known]) -> "Index":
        index = cls()
        for known in references:
            index.add(known)
        return index

    def add(self, known: Known) -> None:
        if known.pmid:
            self.by_pmid[known.pmid] = known
        if known.doi:
            self.by_doi[known.doi] = known
        if known.pmcid:
            self.by_pmcid[known.pmcid] = known

    def rename(self, known: Known, *, pmid: int | None, doi: str | None, pmcid: str | None) -> None:
        """Give a reference the identifiers it will have from now on."""
        if known.doi and doi != known.doi:
            self.by_doi.pop(known.doi, None)
        if known.pmcid and pmcid != known.pmcid:
            self.by_pmcid.pop(known.pmcid, None)
        known.pmid, known.doi, known.pmcid = pmid, doi, pmcid
        self.add(known)

    def identify(self, citation: Citation) -> Identity | Conflict:
        pmid, doi, pmcid = citation.pmid, citation.doi, citation.pmc_number
        by_pmid = self.by_pmid.get(pmid) if pmid else None
        by_doi = self.by_doi.get(doi) if doi else None
        by_pmcid = self.by_pmcid.get(pmcid) if pmcid else None
        if by_doi is None and by_pmcid is None:
            return Identity(by_pmid, doi, pmcid)
        notes = []
        if by_doi and pmid and by_doi.pmid and by_doi.pmid != pmid:
            notes.append(f"The DOI {doi} belongs to {by_doi.name} already; this record was stored without it.")
            doi = by_doi = None
        if by_pmcid and pmid and by_pmcid.pmid and by_pmcid.pmid != pmid:
            notes.append(f"{pmcid} belongs to {by_pmcid.name} already; this record was stored without it.")
            pmcid = by_pmcid = None
        matches = list(dict.fromkeys(match for match in (by_pmid, by_doi, by_pmcid) if match))
        if len(matches) > 1:
            names = " and ".join(match.name for match in matches)
            return Conflict(f"Its identifiers belong to different references here: {names}. They must be merged first.")
        known = matches[0] if matches else None
        if known and not by_pmid:
            if by_doi and pmcid and known.pmcid and known.pmcid != pmcid:
                notes.append(f"{pmcid} differs from {known.pmcid}, known for this DOI; the known one was kept.")
                pmcid = known.pmcid
            if not by_doi and doi and known.doi and known.doi != doi:
                notes.append(
                    f"The DOI {doi} differs from {known.doi}, known for {known.pmcid}; the known one was kept."
                )
                doi = known.doi
        return Identity(known, doi, pmcid, tuple(notes))
