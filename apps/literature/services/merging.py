"""What a reference says after one more source described it; no database. The rules, field by field:

1. What a source leaves empty stays as it was; what was empty is filled by anyone.
2. A field taken from a source of a higher rank stays; one of an equal or lower rank is replaced. What
   a curator wrote stays, even where a curator emptied a field.
3. An older description of the same source only fills gaps, and so does one without a date where the
   known one has a date. Days of different sources are not compared.
4. A field never gets poorer: the beginning of a text, the first of the authors, the same names with
   initials only, and a first page without the last replace nothing, whoever says them. A text that
   is marked as cut off is replaced by a longer one with the same beginning, whoever has it.
5. Trial ids are united. A retraction state is only ever raised.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from ..choices import LinkKind, ReferenceType, RetractionState, Source
from ..formats import Citation

#: Columns that a citation fills, with what "says nothing" means in each.
FIELDS: dict[str, object] = {
    "pmid": None,
    "doi": None,
    "pmcid": None,
    "title": "",
    "abstract": "",
    "journal": "",
    "year": None,
    "volume": "",
    "issue": "",
    "pages": "",
    "language": "",
    "authors": [],
    "reference_type": ReferenceType.OTHER,
    "publication_types": [],
    "mesh_terms": [],
    "nct_ids": [],
    "retraction_state": RetractionState.NONE,
    "pmid_version": None,
    "revised_on": None,
}
#: Fields that are about the description and not about the publication.
DATING = ("pmid_version", "revised_on")
LONGEST_KEPT = 50_000
ALL = "*"
_RANK: dict[str, int] = {source.value: source.rank for source in Source}
_STATE_OF_LINK = {
    LinkKind.RETRACTED_BY: RetractionState.RETRACTED,
    LinkKind.CONCERN_BY: RetractionState.EXPRESSION_OF_CONCERN,
    LinkKind.CORRECTED_BY: RetractionState.CORRECTED,
}
_CUT_OFF = re.compile(r"\s*(…|\.\.\.|\[?\(?(abstract )?truncated( at \d+ words)?\)?\]?)\s*$", re.IGNORECASE)
_RANGE = re.compile(r"\s*[-–—]")


@dataclass(slots=True, eq=True)
class Said:
    """The fields of a reference, and the source of each: of those not named, of ``*``."""

    values: dict[str, Any]
    provenance: dict[str, str]

    @property
    def source(self) -> str:
        """Who described the reference as a whole; "" where that was not kept."""
        return self.provenance.get(ALL, "")

    def source_of(self, field: str) -> str:
        return self.provenance.get(field) or self.source


def said_by(citation: Citation, *, doi: str | None, pmcid: str | None) -> Said:
    """What a reference says that is known by this citation alone."""
    state = citation.retraction_state
    if citation.links:
        state = gravest(state, *(_STATE_OF_LINK.get(link.kind, RetractionState.NONE) for link in citation.links))
    values = {
        "pmid": citation.pmid,
        "doi": doi,
        "pmcid": pmcid,
        "title": citation.title,
        "abstract": citation.abstract,
        "journal": citation.journal,
        "year": citation.year,
        "volume": citation.volume,
        "issue": citation.issue,
        "pages": citation.pages,
        "language": citation.language[:40],
        "authors": authors_said(citation),
        "reference_type": str(citation.reference_type),
        "publication_types": list(citation.publication_types),
        "mesh_terms": list(citation.mesh_terms),
        "nct_ids": list(citation.nct_ids),
        "retraction_state": str(state),
        "pmid_version": citation.pmid_version,
        "revised_on": citation.revised_on,
    }
    return Said(values, {ALL: str(citation.source)})


def authors_said(citation: Citation) -> list[dict[str, str]]:
    return [
        {"family": author.family, "given": author.given, "collective": author.collective} for author in citation.authors
    ]


def merged(had: Said, has: Said) -> Said:
    """``has`` over ``had``, by the rules above."""
    older = is_older(has, had)
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for field in FIELDS:
        if field in DATING:
            continue
        old, new = had.values[field], has.values[field]
        before, after = had.source_of(field), has.source_of(field)
        if field == "retraction_state":
            keeps = gravest(old, new) == old
        elif old == new:
            keeps = _RANK.get(after, 0) <= _RANK.get(before, 0)
        else:
            keeps = _keeps(field, old, new, before, after, older=older)
        if field == "nct_ids" and old and new and before != Source.CURATOR:
            old = new = list(dict.fromkeys((*old, *new)))
        values[field], sources[field] = (old, before) if keeps else (new, after)
    base = had.source if _RANK.get(has.source, 0) < _RANK.get(had.source, 0) else has.source
    dates = had if older or base != has.source else has
    values |= {field: dates.values[field] for field in DATING}
    return Said(values, _compact(base, values, sources))


def _keeps(field: str, old: Any, new: Any, before: str, after: str, *, older: bool) -> bool:
    nothing = FIELDS[field]
    if new == nothing or before == Source.CURATOR:
        return True
    if old == nothing:
        return False
    if is_part(field, new, old):
        return True
    if field in {"title", "abstract"} and _CUT_OFF.search(old) and is_part(field, old, new):
        return False
    if before == after:
        return older
    return _RANK.get(after, 0) < _RANK.get(before, 0)


def is_older(one: Said, other: Said) -> bool:
    """Whether ``one`` is an earlier description of the same source, as far as their dates tell."""
    if one.source != other.source or other.values["revised_on"] is None:
        return False
    if one.values["revised_on"] is None:
        return True
    first, second = ((said.values["pmid_version"], said.values["revised_on"]) for said in (one, other))
    return bool(first < second)


def is_part(field: str, less: Any, more: Any) -> bool:
    """Whether ``less`` says no more than ``more`` and is only shorter."""
    if field in {"title", "abstract"}:
        beginning = _CUT_OFF.sub("", less)
        return 0 < len(beginning) <= len(more) and bool(more.startswith(beginning))
    if field == "pages":
        return more.startswith(less) and bool(_RANGE.match(more, len(less)))
    if field == "authors":
        return len(less) <= len(more) and all(map(_abbreviates, less, more))
    return False


def _abbreviates(author: Mapping[str, str], full: Mapping[str, str]) -> bool:
    """Whether two names are of one author, the first with no more than the second."""
    if any(author[part].casefold() != full[part].casefold() for part in ("family", "collective")):
        return False
    short, long = author["given"], full["given"]
    return long.startswith(short) or (short.isupper() and _initials(long).startswith(_initials(short)))


def _initials(given: str) -> str:
    letters = re.findall(r"\w+", given)
    return "".join(letters) if given.isupper() else "".join(word[0] for word in letters).upper()


def gravest(*states: str) -> str:
    """The most serious of these states, the first where two are equal."""
    return max((RetractionState(state) for state in states), key=lambda state: state.gravity).value


def _compact(base: str, values: Mapping[str, Any], sources: Mapping[str, str]) -> dict[str, str]:
    """The sources by field; an empty field has none, unless a curator emptied it."""
    provenance = {ALL: base} if base else {}
    for field, source in sources.items():
        is_told = values[field] != FIELDS[field] or source == Source.CURATOR
        if source and source != base and is_told:
            provenance[field] = source
    return provenance


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any] | None]:
    """What an update changed, for the history: ``{field: [before, after]}``; enormous texts by name only."""
    return {field: _kept(old[field], new[field]) for field in old if old[field] != new[field]}


def _kept(*values: Any) -> list[Any] | None:
    plain = [value if isinstance(value, (int, str, list)) or value is None else str(value) for value in values]
    return plain if all(len(str(value)) <= LONGEST_KEPT for value in plain) else None


def content_hash(citation: Citation) -> bytes:
    """SHA-256 of all that a citation says (where it stood in a file does not count)."""
    facts: Iterable[object] = (
        citation.pmid,
        citation.doi,
        citation.pmcid,
        citation.title,
        citation.abstract,
        citation.journal,
        citation.year,
        citation.volume,
        citation.issue,
        citation.pages,
        citation.language,
        authors_said(citation),
        citation.reference_type,
        citation.publication_types,
        citation.mesh_terms,
        citation.nct_ids,
        citation.retraction_state,
        citation.pmid_version,
        citation.revised_on,
        citation.links,
        citation.source,
    )
    return hashlib.sha256(orjson.dumps(facts)).digest()
