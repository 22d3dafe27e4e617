"""Tables of published documents: tab-separated, one row per document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

Column = tuple[str, str]

#: Per kind of document: the table's columns, each with the path of its value in the document.
TABLES: dict[str, tuple[Column, ...]] = {
    "entry": (
        ("accession", "accession"),
        ("version", "version"),
        ("published_at", "published_at"),
        ("statement", "statement"),
        ("target", "target.id"),
        ("target_symbol", "target.symbol"),
        ("target_classes", "target.classes"),
        ("compartment", "compartment"),
        ("component", "component"),
        ("cell_types", "cell_types.id"),
        ("cell_type_labels", "cell_types.label"),
        ("cell_states", "cell_states.id"),
        ("cancers", "cancers.id"),
        ("cancer_labels", "cancers.label"),
        ("cancer_stage", "cancer_stage"),
        ("line_of_therapy", "line_of_therapy"),
        ("disease_setting", "disease_setting"),
        ("tissue", "tissue.id"),
        ("mechanisms", "mechanisms"),
        ("role", "role"),
        ("intervention", "intervention"),
        ("therapies", "therapies.id"),
        ("therapy_labels", "therapies.label"),
        ("therapy_relation", "therapy_relation"),
        ("comparator", "comparator"),
        ("outcome", "outcome.type"),
        ("change", "outcome.change"),
        ("effect_measure", "outcome.effect_measure"),
        ("effect_value", "outcome.effect_value"),
        ("ci_low", "outcome.ci_low"),
        ("ci_high", "outcome.ci_high"),
        ("p_value", "outcome.p_value"),
        ("sample_size", "outcome.sample_size"),
        ("evidence_type", "evidence.type"),
        ("direction", "evidence.direction"),
        ("level", "evidence.level"),
        ("quality", "evidence.quality"),
        ("attribution", "evidence.attribution"),
        ("stage", "study.stage"),
        ("system", "study.system"),
        ("species", "study.species.id"),
        ("nct_ids", "study.nct_ids"),
        ("cohort_key", "study.cohort_key"),
        ("reference", "study.reference.id"),
        ("pmid", "study.reference.pmid"),
        ("doi", "study.reference.doi"),
        ("year", "study.reference.year"),
        ("retraction_state", "study.reference.retraction_state"),
        ("author_claim", "text.author_claim"),
        ("summary", "text.summary"),
        ("change_note", "change_note"),
        ("retraction_state_since", "since_publication.retraction_state"),
        ("under_review_since", "since_publication.under_review_since"),
        ("review_reason", "since_publication.review_reason"),
        ("upheld_at", "since_publication.upheld_at"),
        ("upheld_reason", "since_publication.upheld_reason"),
    ),
    "target": (
        ("id", "id"),
        ("symbol", "symbol"),
        ("name", "name"),
        ("kind", "kind"),
        ("classes", "classes"),
        ("components", "components"),
        ("entry_count", "entry_count"),
        ("score", "score"),
        ("tier", "tier"),
        ("conflict", "conflict"),
    ),
    "combination": (
        ("cell_type", "cell_type.id"),
        ("cell_type_label", "cell_type.label"),
        ("cancer", "cancer.id"),
        ("cancer_label", "cancer.label"),
        ("intervention", "intervention"),
        ("score", "score"),
        ("tier", "tier"),
        ("support", "support"),
        ("contradiction", "contradiction"),
        ("conflict", "conflict"),
        ("contribution_count", "contribution_count"),
        ("entries", "contributions.accession"),
    ),
    "reference": (
        ("id", "id"),
        ("pmid", "pmid"),
        ("doi", "doi"),
        ("pmcid", "pmcid"),
        ("title", "title"),
        ("journal", "journal"),
        ("year", "year"),
        ("reference_type", "reference_type"),
        ("retraction_state", "retraction_state"),
        ("entry_count", "entry_count"),
        ("entries", "entries.accession"),
    ),
    "term": (
        ("id", "id"),
        ("label", "label"),
        ("vocabulary", "vocabulary"),
        ("parents", "parents"),
        ("entry_count", "entry_count"),
        ("direct_count", "direct_count"),
    ),
    "change": (
        ("sequence", "sequence"),
        ("change", "change"),
        ("accession", "accession"),
        ("version", "version"),
        ("changed_at", "changed_at"),
        ("reason", "reason"),
        ("successor", "successor"),
        ("target", "target"),
        ("score", "score"),
        ("tier", "tier"),
        ("score_before", "score_before"),
        ("tier_before", "tier_before"),
    ),
    "release": (
        ("name", "name"),
        ("cut_at", "cut_at"),
        ("entry_count", "entry_count"),
        ("previous", "previous"),
        ("note", "note"),
        ("url", "url"),
        ("files", "files.url"),
        ("sha256", "files.sha256"),
    ),
    "version": (
        ("accession", "accession"),
        ("version", "version"),
        ("published_at", "published_at"),
        ("current", "current"),
        ("sha256", "sha256"),
        ("change_note", "change_note"),
    ),
}


def table(kind: str, documents: Iterable[Mapping[str, Any]]) -> str:
    """Tab-separated values with a heading; several values in one cell are parted by a semicolon."""
    return heading(kind) + "".join(rows(kind, documents))


def heading(kind: str) -> str:
    return "\t".join(name for name, _ in TABLES[kind]) + "\n"


def rows(kind: str, documents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One line of the table for each document."""
    paths = [path.split(".") for _, path in TABLES[kind]]
    for document in documents:
        yield "\t".join(_cell(_at(document, path)) for path in paths) + "\n"


def write(blocks: Iterable[bytes], site: str) -> Iterator[bytes]:
    """A stream of entries as one table."""
    yield heading("entry").encode()
    for block in blocks:
        yield "".join(rows("entry", map(orjson.loads, block.splitlines()))).encode()


def _at(value: Any, path: Sequence[str]) -> Any:
    for depth, name in enumerate(path):
        if value is None:
            return None
        if isinstance(value, list):
            return [_at(each, path[depth:]) for each in value]
        # A document may lack what happened since its publication, and an old one the note on what it changed.
        value = value.get(name)
    return value


def _cell(value: Any) -> str:
    if isinstance(value, str):
        # A tab or a line break inside a value would break the table.
        return " ".join(value.split())
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(map(_cell, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
