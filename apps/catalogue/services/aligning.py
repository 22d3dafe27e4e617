"""Bringing the columns beside the documents in line with the immutable versions and the vocabularies."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import orjson
from django.db import models
from django.db.models import ExpressionWrapper, F, Func

from ..document import as_it_stands
from ..models import Entry, EntryVersion
from .columns import columns_of, search_vector, stand_of, surroundings_of, words_of
from .combining import Part, recombine
from .reviewing import entry_etag
from .tallying import counts_of, recount

BATCH = 500


def align_entries(pks: Collection[int], *, changed_at: datetime | None = None) -> int:
    """Recompute all columns of these entries; how many differed.

    With ``changed_at`` those that did count as changed then. Without, nobody has to fetch them again: for
    whoever knows that their documents are in order, and only what surrounds them is not.
    """
    entries = Entry.objects.in_bulk(pks)
    current = EntryVersion.objects.filter(entry__in=pks, number=F("entry__version"))
    texts = dict(current.values_list("entry_id", "document"))
    documents = {pk: orjson.loads(text) for pk, text in texts.items()}
    around = surroundings_of(documents.values())
    different = len(entries) - len(documents)
    for pk, document in documents.items():
        entry = entries[pk]
        stands = as_it_stands(texts[pk], entry.retraction_state)
        values = columns_of(document, around) | stand_of(stands) | {"document": texts[pk]}
        if entry.status == Entry.Status.CURRENT:
            values["etag"] = entry_etag(entry.accession, entry.version, entry.since_publication)
        vector = search_vector(words_of(document, around))
        rows = Entry.objects.filter(pk=pk)
        if unlike(entry, values) or not same_search(rows, vector):
            different += 1
            moment = {"changed_at": changed_at} if changed_at else {}
            rows.update(**values, search=vector, **moment)
            counted, part = counts_of(entry), Part.of(entry)
            for name, value in values.items():
                setattr(entry, name, value)
            recount(counted, counts_of(entry))
            recombine(part, Part.of(entry))
    return different


def unlike(row: models.Model, values: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def same_search(rows: models.QuerySet, vector: Any) -> bool:
    # Written out: the lookup "search=" asks whether a query matches.
    same = Func(F("search"), vector, template="(%(expressions)s)", arg_joiner=" IS NOT DISTINCT FROM ")
    return rows.filter(ExpressionWrapper(same, output_field=models.BooleanField())).exists()


def batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while some := list(islice(rest, BATCH)):
        yield some
