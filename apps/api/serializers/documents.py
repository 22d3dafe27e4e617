"""What the documents of the API look like, beside the published entry that describes itself."""

from dataclasses import dataclass, field
from datetime import datetime

from apps.catalogue.document import EntryDocument, ReferenceRef, SincePublication, TermRef
from apps.catalogue.scoring import Contribution
from apps.catalogue.tipping import Tipping

from .shapes import shape


@dataclass(frozen=True, kw_only=True)
class Entry(EntryDocument):
    """The current version of an entry, as it was published. ``since_publication`` stands there only where
    something has happened since: its reference was retracted or corrected, editors look at it again, or
    did so and upheld it. ``statement`` is the claim as one readable sentence. ``highlights`` stand there where
    they were asked for."""

    since_publication: SincePublication = field(metadata={"optional": True})
    highlights: dict[str, str] = field(metadata={"optional": True})


@dataclass
class Identifier:
    """A target's id in another resource."""

    resource: str
    identifier: str


@dataclass
class Combination:
    """The score of one cell type, cancer and intervention; an absent term was not specified.
    ``contribution_count`` is that of all its entries."""

    cell_type: TermRef | None
    cancer: TermRef | None
    intervention: str
    score: float
    support: float
    contradiction: float
    conflict: float
    tier: str
    groups: int
    has_patient_record: bool
    years: int
    by_class: dict[str, dict[str, float]]
    contributions: tuple[Contribution, ...]
    contribution_count: int


@dataclass
class Count:
    """How many entries have a code."""

    id: str
    count: int


@dataclass
class TermCount:
    """How many entries name a term."""

    id: str
    label: str
    count: int


@dataclass
class EvidenceCounts:
    """The entries of a target, counted by what a reader asks for."""

    by_evidence_type: tuple[Count, ...]
    by_direction: tuple[Count, ...]
    by_level: tuple[Count, ...]
    by_class: tuple[Count, ...]
    by_intervention: tuple[Count, ...]
    by_stage: tuple[Count, ...]
    by_component: tuple[Count, ...]
    by_cell_type: tuple[TermCount, ...]
    by_cancer: tuple[TermCount, ...]
    by_therapy: tuple[TermCount, ...]


@dataclass
class EntrySummary:
    """An entry in a target's dossier."""

    accession: str
    version: int
    statement: str
    direction: str
    level: str


@dataclass
class Member:
    """A target that a pair, complex, family or pathway is made of."""

    id: str
    symbol: str


@dataclass
class Target:
    """What the catalogue says about one target. It stands where its best combination, the first, stands.
    The best combinations stand here with their first contributions, and the newest entries; lists of their own have
    all of them."""

    id: str
    symbol: str
    name: str
    kind: str
    classes: tuple[str, ...]
    components: tuple[str, ...]
    synonyms: tuple[str, ...]
    former_symbols: tuple[str, ...]
    former_ids: tuple[str, ...]
    members: tuple[Member, ...]
    identifiers: tuple[Identifier, ...]
    entry_count: int
    score: float
    tier: str
    conflict: float
    scoring_version: int
    combination_count: int
    combinations: tuple[Combination, ...]
    evidence: EvidenceCounts
    entries: tuple[EntrySummary, ...]


@dataclass
class Difference:
    """One respect in which two entries differ: codes, labels or numbers; empty where nothing is stated."""

    field: str
    supporting: tuple[str, ...]
    against: tuple[str, ...]


@dataclass
class OpposedEntry:
    """An entry that speaks against others."""

    accession: str
    version: int
    statement: str
    direction: str
    change: str
    level: str
    under_review: bool


@dataclass
class SupportingEntry(OpposedEntry):
    """An entry that another one speaks against, and what differs between them."""

    differences: tuple[Difference, ...]


@dataclass
class Contradiction:
    """An entry and those that it speaks against; at most five are listed, ``supporting_count`` says how many
    there are."""

    intervention: str
    outcome: str
    against: OpposedEntry
    supporting_count: int
    supporting: tuple[SupportingEntry, ...]


@dataclass
class EntryMention:
    """An entry that rests on a reference."""

    accession: str
    version: int
    statement: str


@dataclass(frozen=True, kw_only=True)
class Reference(ReferenceRef):
    """A reference with the entries in force that rest on it."""

    entry_count: int
    entries: tuple[EntryMention, ...]


@dataclass
class Term:
    """A term that entries in force use, or that lies above one; ``entry_count`` includes those below."""

    id: str
    label: str
    vocabulary: str
    synonyms: tuple[str, ...]
    parents: tuple[str, ...]
    entry_count: int
    direct_count: int


@dataclass
class Version:
    """One immutable version; ``sha256`` is that of the document's text, as served in JSON, ``change_note`` what it
    changed and why."""

    accession: str
    version: int
    published_at: datetime
    sha256: str
    current: bool
    change_note: str
    url: str


@dataclass
class ComparedValue:
    """One value of a field: known by ``key`` (an id, a code, a number without noughts), read by ``text``."""

    key: str
    text: str


@dataclass
class Words:
    """A piece of a text: one that stayed (``how`` is empty), was deleted (``-``) or inserted (``+``)."""

    how: str
    text: str


@dataclass
class ComparedField:
    """A field that differs. ``name`` is its place in the document; ``words`` is filled for prose alone."""

    name: str
    label: str
    kind: str
    removed: tuple[ComparedValue, ...]
    added: tuple[ComparedValue, ...]
    kept: tuple[ComparedValue, ...]
    words: tuple[Words, ...]


@dataclass
class Comparison:
    """What differs between two versions of an entry, by meaning: a renamed term is no difference."""

    accession: str
    from_version: int
    to_version: int
    differences: tuple[ComparedField, ...]


@dataclass
class Change:
    """What became of an entry last: ``created``, ``revised``, ``under_review``, ``upheld``, ``retracted``,
    ``merged``, ``flagged`` (with the reasons of the flags), or, where
    nothing but the state of its reference changed, ``reference_corrected`` and the like. Where they are asked for,
    also targets that were ``rescored``: without an accession, with the score and tier of now and of before."""

    sequence: int
    change: str
    accession: str | None
    version: int | None
    changed_at: datetime
    reason: str
    successor: str | None
    target: str
    score: float = field(metadata={"optional": True})
    tier: str = field(metadata={"optional": True})
    score_before: float = field(metadata={"optional": True})
    tier_before: str = field(metadata={"optional": True})


@dataclass
class ReleaseFile:
    """A file of a release; ``path`` is its place in the folder, ``sha256`` the digest of its bytes."""

    path: str
    format: str
    media_type: str
    bytes: int
    sha256: str
    url: str


@dataclass
class Release:
    """A dated, frozen set of entries. ``changes`` counts, by kind, what differs from the ``previous`` one;
    ``sequence`` is the catalogue's last change that is in it."""

    name: str
    number: int
    cut_at: datetime
    sequence: int
    entry_count: int
    note: str
    previous: str | None
    changes: dict[str, int]
    licence: str
    licence_url: str
    publisher: str
    url: str
    citation: str
    files: tuple[ReleaseFile, ...]


@dataclass
class FacetValue:
    """One value of a facet; ``label`` is its wording."""

    value: str
    label: str
    count: int


@dataclass
class Facets:
    """How many entries the filters leave, in all and by each value of each facet."""

    count: int
    facets: dict[str, list[FacetValue]]


@dataclass
class Root:
    """Where everything is, and how far the catalogue has come."""

    name: str
    version: str
    sequence: int
    changed_at: datetime | None
    entry_count: int
    entries: str
    targets: str
    references: str
    terms: str
    changes: str
    facets: str
    download: str
    releases: str
    schema: str
    docs: str


@dataclass
class Tombstone:
    """Why an entry is no longer in force (a problem as in RFC 9457, with more to say)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    accession: str
    change: str
    reason: str
    ended_at: datetime | None
    last_version: int
    successor: str | None


TIPPING = shape(Tipping)
ENTRY, ENTRY_VERSION = shape(Entry), shape(EntryDocument, "EntryVersion")
TARGET, REFERENCE, TERM = shape(Target), shape(Reference), shape(Term)
COMBINATION, CONTRADICTION = shape(Combination), shape(Contradiction)
RELEASE = shape(Release)
VERSION, CHANGE, COMPARISON = shape(Version), shape(Change), shape(Comparison)
FACETS, ROOT, TOMBSTONE = shape(Facets), shape(Root), shape(Tombstone)
