"""What a reference says after one more source described it; no database."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from ..choices import ReferenceType, RetractionState
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
LONGEST_SHOWN = 300


def values_of(citation: Citation, *, doi: str | None, pmcid: str | None) -> dict[str, Any]:
    """The columns of a reference that is known by this citation alone."""
    return {
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
        "authors": [
            {"family": author.family, "given": author.given, "collective": author.collective}
            for author in citation.authors
        ],
        "reference_type": str(citation.reference_type),
        "publication_types": list(citation.publication_types),
        "mesh_terms": list(citation.mesh_terms),
        "nct_ids": list(citation.nct_ids),
        "retraction_state": str(citation.retraction_state),
        "pmid_version": citation.pmid_version,
        "revised_on": citation.revised_on,
    }


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """``new`` over ``old``, but nothing that was known is lost.

    An empty field never replaces a full one; a source that does not date its description only
    fills gaps in one that does; a retraction state is only ever raised.
    """
    only_gaps = old["revised_on"] is not None and new["revised_on"] is None
    result = {}
    for field, nothing in FIELDS.items():
        had, has = old[field], new[field]
        result[field] = had if has == nothing or (only_gaps and had != nothing) else has
    before, after = RetractionState(old["retraction_state"]), RetractionState(new["retraction_state"])
    result["retraction_state"] = (after if after.gravity > before.gravity else before).value
    return result


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any] | None]:
    """What an update changed, for the history: ``{field: [before, after]}``, long texts by name only."""
    return {field: _shown(old[field], new[field]) for field in FIELDS if old[field] != new[field]}


def _shown(*values: object) -> list[Any] | None:
    plain = [value if isinstance(value, (int, str)) or value is None else str(value) for value in values]
    return plain if all(len(str(value)) <= LONGEST_SHOWN for value in plain) else None


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
        citation.authors,
        citation.reference_type,
        citation.publication_types,
        citation.mesh_terms,
        citation.nct_ids,
        citation.retraction_state,
        citation.pmid_version,
        citation.revised_on,
    )
    return hashlib.sha256(orjson.dumps(facts)).digest()
