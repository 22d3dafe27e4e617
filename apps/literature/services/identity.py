"""Which reference a citation belongs to; no database, so that it can be read and tried by itself.

A PMID decides before all else: PubMed gives several records the same DOI now and then (an article
and its erratum), and then the DOI stays with the first. Without a PMID the DOI decides, then the PMCID.
A citation whose identifiers belong to several references joins them, unless they contradict each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..choices import ReferenceType
from ..formats import Citation
from .merging import Said


@dataclass(slots=True, eq=False)
class Known:
    """A reference as far as the citations of one set have brought it.

    ``pk`` is None until it is stored, ``before`` is what it said when it was read from the database
    (None for a new one), and ``heir`` is the reference that it was merged into here. New ones stand
    in ``order``.
    """

    pk: int | None
    said: Said
    content_hash: bytes = b""
    preprint_of: int | None = None
    before: Said | None = None
    heir: "Known | None" = None
    order: int = 0

    @property
    def pmid(self) -> int | None:
        return self.said.values["pmid"]

    @property
    def doi(self) -> str | None:
        return self.said.values["doi"]

    @property
    def pmcid(self) -> str | None:
        return self.said.values["pmcid"]

    @property
    def name(self) -> str:
        ids = (f"PMID {self.pmid}" if self.pmid else "", f"DOI {self.doi}" if self.doi else "", self.pmcid or "")
        return next(filter(None, ids))

    @property
    def current(self) -> "Known":
        """The reference that stands for this one by now."""
        return self.heir.current if self.heir else self

    @property
    def age(self) -> tuple[bool, int]:
        """The older of two references stays when they are merged."""
        return (self.pk is None, self.pk or self.order)

    @property
    def has_changed(self) -> bool:
        return self.before is not None and self.before != self.said

    def give_way_to(self, heir: "Known") -> None:
        """Become another one's past: without identifiers, by which only one can be known."""
        self.heir = heir
        self.said = Said({**self.said.values, "pmid": None, "doi": None, "pmcid": None}, self.said.provenance)

    def contradicts(self, other: "Known") -> bool:
        """Whether the two can never be one publication: a preprint and its article are two."""
        for one, another in ((self.pmid, other.pmid), (self.doi, other.doi), (self.pmcid, other.pmcid)):
            if one and another and one != another:
                return True
        kinds = [known.said.values["reference_type"] == ReferenceType.PREPRINT for known in (self, other)]
        linked = self.pk and other.pk and (self.preprint_of == other.pk or other.preprint_of == self.pk)
        return kinds[0] != kinds[1] or bool(linked)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A citation that would join references which are told apart here, and what to do about it."""

    reason: str
    mend: str = ""


@dataclass(slots=True)
class Identity:
    """The references that a citation describes, as one: none of them, one, or several to be merged.

    ``doi`` and ``pmcid`` are those that may be stored.
    """

    matches: list[Known]
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
        values = known.said.values
        if pmid := values["pmid"]:
            self.by_pmid[pmid] = known
        if doi := values["doi"]:
            self.by_doi[doi] = known
        if pmcid := values["pmcid"]:
            self.by_pmcid[pmcid] = known

    def remove(self, known: Known) -> None:
        """Forget its identifiers, before they change."""
        self.by_pmid.pop(known.pmid or 0, None)
        self.by_doi.pop(known.doi or "", None)
        self.by_pmcid.pop(known.pmcid or "", None)

    def identify(self, citation: Citation) -> Identity | Conflict:
        pmid, doi, pmcid = citation.pmid, citation.doi, citation.pmc_number
        by_pmid = self.by_pmid.get(pmid) if pmid else None
        by_doi = self.by_doi.get(doi) if doi else None
        by_pmcid = self.by_pmcid.get(pmcid) if pmcid else None
        matches = [by_pmid] if by_pmid else []
        if by_doi is None and by_pmcid is None:
            return Identity(matches, doi, pmcid)
        notes = []
        for match, shown in ((by_doi, f"The DOI {doi}"), (by_pmcid, pmcid)):
            if match is None or match in matches:
                continue
            is_another = pmid is not None and match.pmid not in {None, pmid}
            if not is_another and not any(match.contradicts(each) for each in matches):
                matches.append(match)
            elif is_another or by_pmid:
                notes.append(f"{shown} belongs to {match.name} already; this record was stored without it.")
            else:
                names = " and ".join(each.name for each in (*matches, match))
                return Conflict(
                    f"Its identifiers belong to different publications here: {names}.",
                    "Correct them and import the record again.",
                )
        doi = doi if by_doi is None or by_doi in matches else None
        pmcid = pmcid if by_pmcid is None or by_pmcid in matches else None
        if len(matches) == 1 and not by_pmid:
            known = matches[0]
            if by_doi is known and pmcid and known.pmcid and known.pmcid != pmcid:
                notes.append(f"{pmcid} differs from {known.pmcid}, known for this DOI; the known one was kept.")
                pmcid = known.pmcid
            if by_doi is not known and doi and known.doi and known.doi != doi:
                notes.append(
                    f"The DOI {doi} differs from {known.doi}, known for {known.pmcid}; the known one was kept."
                )
                doi = known.doi
        return Identity(matches, doi, pmcid, tuple(notes))
