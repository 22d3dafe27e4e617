"""Following the vocabularies: what stands beside the documents goes with the ontologies and the targets.

Documents, versions and their tags stay as they are. What a filter finds, what is counted below a term, and
what a dossier says of its target itself are those of the vocabularies as they are now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import Q

from apps.vocabularies.models import Target, Term, VocabularyRevision

from ..models import Entry, PublishedTerm, Revision, Tally, TargetDossier
from ..querysets import EntryQuerySet
from .aligning import align_entries, batches
from .counting import describe_terms, settle_terms
from .dossiers import HEAD, head_of, with_parts, write_dossier
from .turns import take_turn

LOCK = 0x746D65_04  # "tme": who holds it lets the catalogue follow


@dataclass(frozen=True, slots=True)
class Followed:
    """How many entries, terms and dossiers were behind the vocabularies."""

    entries: int = 0
    terms: int = 0
    targets: int = 0


def follow_vocabularies() -> Followed:
    """Bring the catalogue level with the vocabularies; done by one at a time, and not where neither has changed.

    Entries go batch by batch, each batch in a transaction of its own, so that nobody who publishes waits
    long. What was read of the terms in the beginning is noted last: were this cut short, or a term changed
    meanwhile, the next call sees to it.
    """
    if not _alone():
        return Followed()
    try:
        seen = _state()
        if seen == _followed():
            return Followed()
        rows = {row.curie: row for row in PublishedTerm.objects.only("curie", "above", "document")}
        above, known = Term.objects.ancestors_of(rows), describe_terms(rows, documents=())
        moved = {curie for curie, row in rows.items() if set(row.above) != above[curie]}
        reworded = {curie for curie, row in rows.items() if known[curie] != _description(row)}
        targets = _stale_dossiers()
        behind = _behind(moved, reworded).order_by("pk").values_list("pk", flat=True)
        entries = sum(_align(some, targets) for some in batches(list(behind)))
        terms = _settle_terms(known, above) if moved or reworded or entries else 0
        targets |= _telling_of(reworded)
        for curie in sorted(targets):
            _write_dossier(curie)
        # As it was in the beginning: what changed meanwhile is looked at the next time.
        Revision.objects.update(followed_to=seen[0], followed_vocabulary=seen[1])
        return Followed(entries=entries, terms=terms, targets=len(targets))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _state() -> tuple[int | None, UUID | None]:
    """What the last change of the catalogue is, and the last one of the vocabularies."""
    change = Revision.objects.values_list("sequence", flat=True).first()
    return change, VocabularyRevision.objects.values_list("value", flat=True).first()


def _followed() -> tuple[int | None, UUID | None] | None:
    return Revision.objects.values_list("followed_to", "followed_vocabulary").first()


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _description(row: PublishedTerm) -> dict[str, Any]:
    return {name: value for name, value in orjson.loads(row.document).items() if not name.endswith("count")}


def _behind(moved: Iterable[str], reworded: Iterable[str]) -> EntryQuerySet:
    """Entries that name a term which moved, have the words of one in their search, or tell of a merged target."""
    merged = Target.objects.filter(merged_into__isnull=False).values("curie")
    return Entry.objects.filter(
        Q(terms__overlap=sorted(moved)) | Q(terms_within__overlap=sorted(reworded)) | Q(target__in=merged)
    )


def _stale_dossiers() -> set[str]:
    """The targets of which a dossier says something else than the vocabulary, or that lack one."""
    targets = with_parts(Target.objects.usable())
    heads = {target.curie: head_of(target) for target in targets}
    dossiers = TargetDossier.objects.values_list("target", "document").iterator(chunk_size=100)
    told = {curie: _told(orjson.loads(text)) for curie, text in dossiers}
    merged = Target.objects.filter(curie__in=told, merged_into__isnull=False).values_list("curie", flat=True)
    return {curie for curie, head in heads.items() if told.get(curie) != head}.union(merged)


def _told(document: dict[str, Any]) -> dict[str, Any] | None:
    """What a dossier says of its target as such; None of one that a version before this one wrote."""
    return {name: document[name] for name in HEAD} if "combination_count" in document else None


def _telling_of(curies: Iterable[str]) -> set[str]:
    """The targets whose dossiers name one of these terms."""
    named = Tally.objects.filter(facet__in=("cell_type", "cancer", "therapy"), value__in=sorted(curies))
    return set(named.exclude(scope="").values_list("scope", flat=True).distinct())


@transaction.atomic
def _align(pks: list[int], targets: set[str]) -> int:
    """``targets`` takes up those that gained or lost an entry."""
    take_turn()
    before = dict(Entry.objects.filter(pk__in=pks).values_list("pk", "target"))
    different = align_entries(pks)
    for pk, target in Entry.objects.filter(pk__in=pks).values_list("pk", "target"):
        if before[pk] != target:
            targets |= {before[pk], target}
    return different


@transaction.atomic
def _settle_terms(known: dict[str, dict[str, Any]], above: dict[str, set[str]]) -> int:
    _, different = settle_terms(changed_at=take_turn().changed_at, known=known, above=above)
    return different


@transaction.atomic
def _write_dossier(curie: str) -> None:
    write_dossier(curie, changed_at=take_turn().changed_at)
