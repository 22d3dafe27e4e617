"""The published document of an entry: the only contract between curation and catalogue.

Plain, frozen and self-contained: ids with their labels, no foreign keys, nothing of the review but
the names of those who stand for it. ``SCHEMA_VERSION`` rises when a field changes its meaning.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class TermRef:
    """A term by id and by the label it had at publication."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRef:
    id: str
    symbol: str
    name: str
    kind: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRef:
    """``id`` is the portal's number; ``doi`` is lower case without a prefix; ``year`` may be unknown."""

    id: int
    pmid: int | None
    doi: str | None
    pmcid: str | None
    title: str
    journal: str
    year: int | None
    authors: tuple[str, ...]
    reference_type: str
    retraction_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePart:
    type: str
    change: str
    effect_measure: str
    effect_value: Decimal | None
    ci_low: Decimal | None
    ci_high: Decimal | None
    p_value: str
    sample_size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePart:
    type: str
    direction: str
    level: str
    quality: tuple[str, ...]
    attribution: str
    methods: tuple[TermRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPart:
    reference: ReferenceRef
    nct_ids: tuple[str, ...]
    datasets: tuple[str, ...]
    cohort_key: str
    system: str
    species: TermRef | None
    immune_competence: str
    stage: str
    stop_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    author_claim: str
    claim_place: str
    claim_place_detail: str
    summary: str
    marker_panel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person who stands for a version, as they wish to be credited."""

    name: str
    orcid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDocument:
    """One version of an entry. ``statement`` is the claim as one readable sentence, ``change_note`` what a later
    version changed and why; versions from before such notes were asked for lack it."""

    accession: str
    version: int
    published_at: datetime
    statement: str
    target: TargetRef
    compartment: str
    component: str
    cell_types: tuple[TermRef, ...]
    cell_states: tuple[TermRef, ...]
    cancers: tuple[TermRef, ...]
    cancer_stage: str
    line_of_therapy: str
    disease_setting: str
    tissue: TermRef | None
    mechanisms: tuple[str, ...]
    role: str
    process: TermRef | None
    intervention: str
    therapies: tuple[TermRef, ...]
    therapy_relation: str
    comparator: str
    outcome: OutcomePart
    evidence: EvidencePart
    study: StudyPart
    text: TextPart
    curated_by: tuple[Person, ...]
    reviewed_by: tuple[Person, ...]
    schema_version: int = SCHEMA_VERSION
    change_note: str = field(default="", metadata={"optional": True})

    def as_dict(self) -> dict[str, Any]:
        """Nested plain values (Decimal and datetime kept), in the published order of the fields."""
        return asdict(self)

    def as_json(self) -> str:
        """The published text: every field in its order, numbers exact, times in UTC with a ``Z``."""
        return to_json(self)


@dataclass(frozen=True, slots=True)
class SincePublication:
    """What happened to an entry after its current version was published.

    ``retraction_state`` is what its reference has become, empty where it is as the version says.
    ``under_review_since`` is set while editors look at the entry again, for the ``review_reason``;
    ``upheld_at`` once they have, and found that it stands. ``open_flags`` are the reasons of the flags that
    readers raised and editors have not answered, one for each; absent where there are none.
    """

    retraction_state: str
    under_review_since: datetime | None
    review_reason: str
    upheld_at: datetime | None
    upheld_reason: str
    open_flags: tuple[str, ...] = field(default=(), metadata={"optional": True})

    #: The entry's columns that hold it, in the order of the fields.
    COLUMNS = ("retraction_state", "under_review_since", "review_reason", "upheld_at", "upheld_reason", "open_flags")

    @classmethod
    def of(cls, *columns: Any) -> "SincePublication | None":
        """What the columns say; ``None`` where nothing has happened."""
        return cls(*columns) if any(columns) else None

    def as_json(self) -> str:
        """The text that is served; without flags, nothing is said of them."""
        plain = asdict(self)
        if not self.open_flags:
            del plain["open_flags"]
        return to_json(plain)


def as_served(text: str, since: SincePublication | None) -> str:
    """A stored document, unaltered; where something has happened since, that stands as its last member."""
    return f'{text[:-1]},"since_publication":{since.as_json()}}}' if since else text


def as_it_stands(text: str, retraction_state: str) -> dict[str, Any]:
    """A stored document, read, with what its reference has become (empty: what it was)."""
    document: dict[str, Any] = orjson.loads(text)
    if retraction_state:
        document["study"]["reference"]["retraction_state"] = retraction_state
    return document


def to_json(value: Any) -> str:
    """``value`` as compact JSON text; a ``Decimal`` becomes the same number without trailing noughts."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # A float would round what the authors reported.
        return orjson.Fragment(format(value.normalize(), "f"))
    raise TypeError(f"{type(value).__name__} has no place in a published document.")
