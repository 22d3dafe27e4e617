"""Published references and terms: only what entries in force use, counted as entries come and go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from apps.vocabularies.models import Term

from ..document import to_json
from ..models import Entry, PublishedReference, PublishedTerm
from .columns import Document, terms_of
from .dossiers import content_etag


@dataclass(frozen=True, slots=True)
class Footprint:
    """The terms that one entry counts for: those it names, and those with everything above them."""

    direct: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entry: Entry | None) -> "Footprint":
        if entry is None or entry.status != Entry.Status.CURRENT:
            return cls()
        return cls(frozenset(entry.terms), frozenset(entry.terms_within))


def recount_terms(before: Footprint, after: Footprint, *, document: Document | None, changed_at: datetime) -> None:
    """Bring the counts from ``before`` to ``after``, touching only the terms that gain or lose."""
    touched = (before.within ^ after.within) | (before.direct ^ after.direct)
    if not touched:
        return
    stored = {row.curie: row for row in PublishedTerm.objects.filter(curie__in=touched)}
    rows, gone = [], []
    known = describe_terms(touched, documents=[document] if document else [])
    for curie in sorted(touched):
        row = stored.get(curie)
        count = (row.entry_count if row else 0) + (curie in after.within) - (curie in before.within)
        direct = (row.direct_count if row else 0) + (curie in after.direct) - (curie in before.direct)
        if count:
            rows.append(PublishedTerm(**term_columns(known[curie], count, direct), changed_at=changed_at))
        else:
            gone.append(curie)
    PublishedTerm.objects.filter(curie__in=gone).delete()
    write_terms(rows)


def write_terms(rows: list[PublishedTerm]) -> None:
    PublishedTerm.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["curie"],
        update_fields=["vocabulary", "label", "entry_count", "direct_count", "document", "etag", "changed_at"],
    )


def describe_terms(curies: Iterable[str], *, documents: Iterable[Document]) -> dict[str, dict[str, Any]]:
    """What is published of each term: from the vocabulary, or from the document that named it."""
    curies = set(curies)
    known = {
        curie: {"id": curie, "label": label, "vocabulary": vocabulary, "synonyms": [], "parents": []}
        for document in documents
        for curie, (vocabulary, label) in terms_of(document).items()
        if curie in curies
    }
    for curie in curies - known.keys():
        row = PublishedTerm.objects.filter(curie=curie).values_list("document", flat=True).first()
        if row:
            known[curie] = {key: value for key, value in orjson.loads(row).items() if not key.endswith("count")}
    terms = Term.objects.filter(curie__in=curies).prefetch_related("parents")
    for term in terms:
        known[term.curie] = {
            "id": term.curie,
            "label": term.label,
            "vocabulary": term.vocabulary,
            "synonyms": term.synonyms,
            "parents": sorted(parent.curie for parent in term.parents.all()),
        }
    return known


def term_columns(known: dict[str, Any], entry_count: int, direct_count: int) -> dict[str, Any]:
    text = to_json(known | {"entry_count": entry_count, "direct_count": direct_count})
    return {
        "curie": known["id"],
        "vocabulary": known["vocabulary"],
        "label": known["label"],
        "entry_count": entry_count,
        "direct_count": direct_count,
        "document": text,
        "etag": content_etag(known["id"], text),
    }


def write_reference(reference: int, *, changed_at: datetime) -> None:
    """Publish the reference as its entries in force show it; remove it with its last entry."""
    columns = reference_columns(list(Entry.objects.current().resting_on([reference]).documents()))
    if columns is None:
        PublishedReference.objects.filter(pk=reference).delete()
        return
    stored = PublishedReference.objects.filter(pk=reference).values_list("etag", flat=True).first()
    if stored != columns["etag"]:
        PublishedReference(**columns, changed_at=changed_at).save()


def reference_columns(documents: list[Document]) -> dict[str, Any] | None:
    """Columns of the reference that all the documents rest on; the newest one's wording counts."""
    if not documents:
        return None
    newest = max(documents, key=lambda document: (document["published_at"], document["accession"]))
    reference = newest["study"]["reference"]
    entries = [
        {"accession": document["accession"], "version": document["version"], "statement": document["statement"]}
        for document in sorted(documents, key=lambda document: document["accession"])
    ]
    text = to_json(reference | {"entry_count": len(entries), "entries": entries})
    return {
        "id": reference["id"],
        "pmid": reference["pmid"],
        "doi": reference["doi"] or "",
        "title": reference["title"],
        "year": reference["year"],
        "entry_count": len(entries),
        "document": text,
        "etag": content_etag(str(reference["id"]), text),
    }
