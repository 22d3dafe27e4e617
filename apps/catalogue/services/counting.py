"""Published references and terms: only what entries in force use, counted as entries come and go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import models
from django.db.models import Count, Func

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
    above = Term.objects.ancestors_of(touched - stored.keys())
    for curie in sorted(touched):
        row = stored.get(curie)
        count = (row.entry_count if row else 0) + (curie in after.within) - (curie in before.within)
        direct = (row.direct_count if row else 0) + (curie in after.direct) - (curie in before.direct)
        if count:
            values = term_columns(known[curie], count, direct) | {"above": sorted(above.get(curie, ()))}
            rows.append(PublishedTerm(**values, changed_at=changed_at))
        else:
            gone.append(curie)
    PublishedTerm.objects.filter(curie__in=gone).delete()
    write_terms(rows)


def write_terms(rows: list[PublishedTerm]) -> None:
    """Known rows keep their ``above``: it is what *all* their entries have (see ``following``)."""
    PublishedTerm.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["curie"],
        update_fields=["vocabulary", "label", "entry_count", "direct_count", "document", "etag", "changed_at"],
    )


def settle_terms(
    *,
    changed_at: datetime,
    documents: Iterable[Document] = (),
    known: Mapping[str, dict[str, Any]] | None = None,
    above: Mapping[str, set[str]] | None = None,
) -> tuple[int, int]:
    """Count every published term anew and say what the vocabularies say: how many there are, and how many differed.

    ``known`` and ``above`` are what was read of some terms before, which must be kept rather than newer answers.
    """
    within, direct = _tally("terms_within"), _tally("terms")
    known = describe_terms(within.keys() - (known or {}).keys(), documents=documents) | dict(known or {})
    above = Term.objects.ancestors_of(within.keys() - (above or {}).keys()) | dict(above or {})
    stored = {row.curie: row for row in PublishedTerm.objects.all()}
    gone = stored.keys() - within.keys()
    PublishedTerm.objects.filter(curie__in=gone).delete()
    different = len(gone)
    for curie, count in within.items():
        columns = term_columns(known[curie], count, direct.get(curie, 0)) | {"above": sorted(above[curie])}
        row = stored.get(curie)
        if row is None or any(getattr(row, name) != value for name, value in columns.items()):
            different += 1
            PublishedTerm.objects.update_or_create(curie=curie, defaults=columns | {"changed_at": changed_at})
    return len(within.keys() | stored.keys()), different


def _tally(column: str) -> dict[str, int]:
    """How many entries in force have each value in an array column."""
    rows = Entry.objects.current().annotate(value=Func(column, function="unnest", output_field=models.TextField()))
    return dict(rows.values("value").annotate(count=Count("pk")).values_list("value", "count"))


def describe_terms(curies: Iterable[str], *, documents: Iterable[Document]) -> dict[str, dict[str, Any]]:
    """What is published of each term: from the vocabulary, or from the document that named it."""
    curies = set(curies)
    known = {
        curie: {"id": curie, "label": label, "vocabulary": vocabulary, "synonyms": [], "parents": []}
        for document in documents
        for curie, (vocabulary, label) in terms_of(document).items()
        if curie in curies
    }
    published = PublishedTerm.objects.filter(curie__in=curies - known.keys())
    for curie, text in published.values_list("curie", "document"):
        known[curie] = {key: value for key, value in orjson.loads(text).items() if not key.endswith("count")}
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
