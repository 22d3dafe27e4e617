"""Building the whole read-model anew from the immutable versions, and saying whether it was equal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from apps.vocabularies.choices import TermStatus
from apps.vocabularies.models import Target

from ..document import as_it_stands
from ..models import Entry, PublishedReference, Revision, TargetCombination, TargetDossier
from ..querysets import EntryQuerySet
from .aligning import BATCH, align_entries, batches, same_search, unlike
from .columns import Document, search_vector
from .combining import settle_combinations
from .counting import reference_columns, settle_terms
from .dossiers import dossier_columns, dossier_words, lay_down, rescoring, with_parts
from .tallying import settle_tallies
from .turns import Turn, take_turn


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
            "terms": settle_terms(documents=_documents(Entry.objects.all()), changed_at=turn.changed_at),
            "counters": _counters(),
            # Dossiers tell what the tallies and the labels of the terms say: they come after both.
            "targets": _targets(turn),
            "references": _references(turn),
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
    for pks in batches(numbers):
        checked += len(pks)
        different += align_entries(pks, changed_at=turn.changed_at)
    return checked, different


def _targets(turn: Turn) -> tuple[int, int]:
    public = Target.objects.filter(status=TermStatus.APPROVED, merged_into__isnull=True)
    curies = set(public.values_list("curie", flat=True))
    curies |= set(Entry.objects.current().values_list("target", flat=True).distinct())
    curies |= set(TargetDossier.objects.values_list("target", flat=True))
    curies |= set(TargetCombination.objects.values_list("target", flat=True).distinct())
    different = 0
    for some in batches(sorted(curies)):
        targets = {one.curie: one for one in with_parts(Target.objects.filter(curie__in=some))}
        documents = _documents_by("target", Entry.objects.filter(target__in=some))
        stored = {row.target: row for row in TargetDossier.objects.filter(target__in=some)}
        for curie in some:
            combined = settle_combinations(curie, documents.get(curie, []))
            columns = dossier_columns(curie, targets.get(curie))
            row = stored.get(curie)
            if columns is None:
                different += bool(row) or combined
                if row:
                    lay_down(row)
                continue
            vector = search_vector(dossier_words(columns))
            rows = TargetDossier.objects.filter(target=curie)
            if row is None or unlike(row, columns) or not same_search(rows, vector):
                different += 1
                noted = {"search": vector, "changed_at": turn.changed_at, **rescoring(row, columns)}
                defaults = columns | noted
                TargetDossier.objects.update_or_create(target=curie, defaults=defaults)
            else:
                different += combined
    return len(curies), different


def _references(turn: Turn) -> tuple[int, int]:
    numbers = set(Entry.objects.current().values_list("reference", flat=True).distinct())
    numbers |= set(PublishedReference.objects.values_list("pk", flat=True))
    different = 0
    for some in batches(sorted(numbers)):
        documents = _documents_by("reference", Entry.objects.filter(reference__in=some))
        stored = PublishedReference.objects.in_bulk(some)
        for number in some:
            columns = reference_columns(documents.get(number, []))
            row = stored.get(number)
            if columns is None:
                different += bool(row)
                PublishedReference.objects.filter(pk=number).delete()
            elif row is None or unlike(row, columns):
                different += 1
                PublishedReference(**columns, changed_at=turn.changed_at).save()
    return len(numbers), different


def _counters() -> tuple[int, int]:
    in_force = Entry.objects.current().count()
    wrong = Revision.objects.filter(~Q(entry_count=in_force)).update(entry_count=in_force)
    tallies, different = settle_tallies()
    return 1 + tallies, wrong + different


def _documents(entries: EntryQuerySet) -> Iterator[Document]:
    return entries.current().order_by("sequence").documents(chunk_size=BATCH)


def _documents_by(column: str, entries: EntryQuerySet) -> dict[Any, list[Document]]:
    """The documents in force by a column of their entries, in the order of their last changes."""
    found: dict[Any, list[Document]] = {}
    rows = entries.current().order_by("sequence").values_list(column, "document", "retraction_state")
    for key, text, state in rows.iterator(chunk_size=BATCH):
        found.setdefault(key, []).append(as_it_stands(text, state))
    return found
