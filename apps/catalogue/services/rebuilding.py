"""Building the whole read-model anew from the immutable versions, and saying whether it was equal."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from django.db import models, transaction
from django.db.models import Count, ExpressionWrapper, F, Func, Q

from apps.vocabularies.choices import TermStatus
from apps.vocabularies.models import Target

from ..models import Entry, EntryVersion, PublishedReference, PublishedTerm, Revision, TargetDossier
from ..querysets import EntryQuerySet
from .columns import Document, columns_of, search_vector, surroundings_of, words_of
from .counting import describe_terms, reference_columns, term_columns
from .dossiers import dossier_columns, dossier_words
from .reviewing import entry_etag
from .turns import Turn, take_turn

BATCH = 500


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many rows of each kind there are, and how many of them differed from the versions."""

    checked: dict[str, int]
    different: dict[str, int]

    @property
    def equal(self) -> bool:
        return not any(self.different.values())


def rebuild(*, check_only: bool = False) -> Rebuilt:
    """Recompute every row from the entry versions and the vocabularies.

    With ``check_only`` nothing is kept: the answer only says what a rebuild would change. No other
    change of the catalogue can happen meanwhile.
    """
    with transaction.atomic():
        turn = take_turn()
        kinds = {
            "entries": _entries(turn),
            "targets": _targets(turn),
            "references": _references(turn),
            "terms": _terms(turn),
            "counters": _counters(),
        }
        if check_only:
            transaction.set_rollback(True)
    return Rebuilt(
        checked={name: checked for name, (checked, _) in kinds.items()},
        different={name: different for name, (_, different) in kinds.items()},
    )


def _entries(turn: Turn) -> tuple[int, int]:
    checked = different = 0
    numbers = Entry.objects.order_by("pk").values_list("pk", flat=True)
    for pks in _batches(numbers):
        entries = Entry.objects.in_bulk(pks)
        current = EntryVersion.objects.filter(entry__in=pks, number=models.F("entry__version"))
        texts = dict(current.values_list("entry_id", "document"))
        documents = {pk: orjson.loads(text) for pk, text in texts.items()}
        around = surroundings_of(documents.values())
        for pk, document in documents.items():
            entry = entries[pk]
            values = columns_of(document, around) | {"document": texts[pk]}
            if entry.status == Entry.Status.CURRENT:
                values["etag"] = entry_etag(entry.accession, entry.version, entry.since_publication)
            vector = search_vector(words_of(document, around))
            changed = _unlike(entry, values)
            rows = Entry.objects.filter(pk=pk)
            if changed or not _same_search(rows, vector):
                different += 1
                rows.update(**values, search=vector, changed_at=turn.changed_at)
        checked += len(pks)
        different += len(pks) - len(documents)
    return checked, different


def _targets(turn: Turn) -> tuple[int, int]:
    public = Target.objects.filter(status=TermStatus.APPROVED, merged_into__isnull=True)
    curies = set(public.values_list("curie", flat=True))
    curies |= set(Entry.objects.current().values_list("target", flat=True).distinct())
    curies |= set(TargetDossier.objects.values_list("target", flat=True))
    different = 0
    for some in _batches(sorted(curies)):
        targets = {one.curie: one for one in Target.objects.filter(curie__in=some).prefetch_related("identifiers")}
        documents = _documents_by(Entry.objects.filter(target__in=some), lambda document: document["target"]["id"])
        stored = {row.target: row for row in TargetDossier.objects.filter(target__in=some)}
        for curie in some:
            columns = dossier_columns(targets.get(curie), documents.get(curie, []))
            row = stored.get(curie)
            if columns is None:
                different += bool(row)
                TargetDossier.objects.filter(target=curie).delete()
                continue
            vector = search_vector(dossier_words(columns))
            rows = TargetDossier.objects.filter(target=curie)
            if row is None or _unlike(row, columns) or not _same_search(rows, vector):
                different += 1
                defaults = columns | {"search": vector, "changed_at": turn.changed_at}
                TargetDossier.objects.update_or_create(target=curie, defaults=defaults)
    return len(curies), different


def _references(turn: Turn) -> tuple[int, int]:
    numbers = set(Entry.objects.current().values_list("reference", flat=True).distinct())
    numbers |= set(PublishedReference.objects.values_list("pk", flat=True))
    different = 0
    for some in _batches(sorted(numbers)):
        documents = _documents_by(
            Entry.objects.filter(reference__in=some), lambda document: document["study"]["reference"]["id"]
        )
        stored = PublishedReference.objects.in_bulk(some)
        for number in some:
            columns = reference_columns(documents.get(number, []))
            row = stored.get(number)
            if columns is None:
                different += bool(row)
                PublishedReference.objects.filter(pk=number).delete()
            elif row is None or _unlike(row, columns):
                different += 1
                PublishedReference(**columns, changed_at=turn.changed_at).save()
    return len(numbers), different


def _terms(turn: Turn) -> tuple[int, int]:
    within, direct = _tally("terms_within"), _tally("terms")
    known = describe_terms(within, documents=_documents(Entry.objects.all()))
    stored = {row.curie: row for row in PublishedTerm.objects.all()}
    different = 0
    for curie in stored.keys() - within.keys():
        different += 1
        stored[curie].delete()
    for curie, count in within.items():
        columns = term_columns(known[curie], count, direct.get(curie, 0))
        row = stored.get(curie)
        if row is None or _unlike(row, columns):
            different += 1
            PublishedTerm.objects.update_or_create(curie=curie, defaults=columns | {"changed_at": turn.changed_at})
    return len(within.keys() | stored.keys()), different


def _counters() -> tuple[int, int]:
    in_force = Entry.objects.current().count()
    return 1, Revision.objects.filter(~Q(entry_count=in_force)).update(entry_count=in_force)


def _tally(column: str) -> dict[str, int]:
    """How many entries in force have each value in an array column."""
    rows = Entry.objects.current().annotate(value=Func(column, function="unnest", output_field=models.TextField()))
    return dict(rows.values("value").annotate(count=Count("pk")).values_list("value", "count"))


def _documents(entries: EntryQuerySet) -> Iterator[Document]:
    return entries.current().order_by("sequence").documents(chunk_size=BATCH)


def _documents_by(entries: EntryQuerySet, key: Callable[[Document], Any]) -> dict[Any, list[Document]]:
    found: dict[Any, list[Document]] = {}
    for document in _documents(entries):
        found.setdefault(key(document), []).append(document)
    return found


def _same_search(rows: models.QuerySet, vector: Any) -> bool:
    # Written out: the lookup "search=" asks whether a query matches.
    same = Func(F("search"), vector, template="(%(expressions)s)", arg_joiner=" IS NOT DISTINCT FROM ")
    return rows.filter(ExpressionWrapper(same, output_field=models.BooleanField())).exists()


def _unlike(row: models.Model, values: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while some := list(islice(rest, BATCH)):
        yield some
