"""Fills an empty database with a catalogue of invented entries (see ``entries``), as a rebuild would have it.

Columns, search words, tallies, combinations and dossiers are computed by the catalogue's own functions; rows
go in by COPY, several processes at a time, while there are no indexes.
"""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson

PROCESSES = min(4, os.cpu_count() or 2)
CHUNK = 8_000
TARGETS_AT_ONCE = 100
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def fill(count: str) -> dict[str, Any]:
    """The task: vocabularies, then so many entries, then all that is computed from them; nothing if they are there."""
    from django.db import connection

    entries = int(count)
    if not _is_filled(entries):
        _fill(entries)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_database_size(current_database())")
        return {"entries": entries, "bytes": cursor.fetchone()[0]}


def _is_filled(entries: int) -> bool:
    from apps.catalogue.models import Revision, TargetDossier

    return Revision.objects.filter(last_accession__gte=entries).exists() and TargetDossier.objects.exists()


def _fill(entries: int) -> None:
    _fill_vocabularies()
    with _without_indexes():
        chunks = [(first, min(first + CHUNK - 1, entries)) for first in range(1, entries + 1, CHUNK)]
        _in_processes(_load_chunk, chunks, "entries")
    _finish(entries)
    curies = _curies()
    some = [curies[place : place + TARGETS_AT_ONCE] for place in range(0, len(curies), TARGETS_AT_ONCE)]
    _in_processes(_load_targets, some, "targets")


def check() -> dict[str, Any]:
    """The task: whether a rebuild finds the catalogue as it was filled."""
    from apps.catalogue.services import rebuild

    rebuilt = rebuild(check_only=True)
    return {"equal": rebuilt.equal, "different": rebuilt.different}


# --- vocabularies -------------------------------------------------------------------------------


def _fill_vocabularies() -> None:
    from apps.vocabularies.models import Target, Term

    from . import entries

    for vocabulary in entries.VOCABULARIES:
        rows = Term.objects.bulk_create(
            Term(curie=one["id"], label=one["label"], vocabulary=vocabulary) for one in entries.terms(vocabulary)
        )
        parents = ((row, entries.parent_of(place)) for place, row in enumerate(rows))
        link = Term.parents.through
        link.objects.bulk_create(
            link(from_term_id=row.pk, to_term_id=rows[parent].pk) for row, parent in parents if parent is not None
        )
    names = ("symbol", "name", "kind", "classes")
    Target.objects.bulk_create(
        Target(curie=one["id"], **{name: one[name] for name in names}) for one in entries.targets()
    )


def surroundings() -> Any:
    """What the vocabularies know of all terms and targets, for ``columns_of`` and ``words_of``."""
    from apps.catalogue.services.columns import Surroundings
    from apps.vocabularies.models import Term

    from . import entries

    labels = {one["id"]: one["label"] for name in entries.VOCABULARIES for one in entries.terms(name)}
    return Surroundings(
        above=Term.objects.ancestors_of(labels),
        labels=labels,
        target_names={one["id"]: [] for one in entries.targets()},
    )


# --- entries ------------------------------------------------------------------------------------


def _load_chunk(bounds: tuple[int, int]) -> None:
    """Entries, their versions and their references: those of these numbers."""
    from django.db import connection, transaction

    from apps.catalogue.models import Entry, EntryVersion, PublishedReference
    from apps.catalogue.services.columns import columns_of, stand_of, words_of
    from apps.catalogue.services.counting import reference_columns

    from . import entries

    around = surroundings()
    columns = [field for field in Entry._meta.concrete_fields if field.name != "search"]
    untold = {field.attname: field.get_default() for field in columns}
    rows, versions, by_reference = [], [], {}
    for document in entries.documents(*bounds):
        text = orjson.dumps(document).decode()
        number = int(document["accession"].partition(":")[2])
        values = columns_of(document, around) | stand_of(document)
        values |= {
            "id": number,
            "accession": document["accession"],
            "version": 1,
            "document": text,
            "etag": f"{document['accession']}.1",
            "sequence": number,
            "first_published_at": document["published_at"],
            "changed_at": document["published_at"],
        }
        rows.append(
            ([values.get(field.attname, untold[field.attname]) for field in columns], words_of(document, around))
        )
        digest = hashlib.sha256(text.encode()).hexdigest()
        versions.append((number, number, 1, text, digest, document["published_at"], ""))
        by_reference.setdefault(document["study"]["reference"]["id"], []).append(document)
    names = [field.column for field in columns]
    references = [reference_columns(of_one) for of_one in by_reference.values()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the rows are right: no look for each of them
        cursor.execute("SET LOCAL synchronous_commit = off")
        words = ", ".join(f"words_{weight} text" for weight in "abcd")
        cursor.execute(
            f"CREATE TEMP TABLE staging ON COMMIT DROP AS SELECT {', '.join(names)} FROM catalogue_entry LIMIT 0"
        )
        cursor.execute(f"ALTER TABLE staging {', '.join(f'ADD {one}' for one in words.split(', '))}")
        copy("staging", [*names, "words_a", "words_b", "words_c", "words_d"], ([*row, *said] for row, said in rows))
        vector = " || ".join(
            f"setweight(to_tsvector('english', coalesce(words_{weight}, '')), '{weight.upper()}')" for weight in "abcd"
        )
        cursor.execute(
            f"INSERT INTO catalogue_entry ({', '.join(names)}, search) SELECT {', '.join(names)}, {vector} FROM staging"
        )
        version_columns = [field.column for field in EntryVersion._meta.concrete_fields]
        copy("catalogue_entryversion", version_columns, versions)
        reference_names = [field.column for field in PublishedReference._meta.concrete_fields]
        moment = {"changed_at": NOW.isoformat()}
        told = ([(one | moment)[name] for name in reference_names] for one in references if one)
        copy("catalogue_publishedreference", reference_names, told)


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows into a table, within the transaction of Django's connection."""
    from django.db import connection

    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as target:
        for row in rows:
            target.write("\t".join(map(_cell, row)) + "\n")


def _cell(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, (list, tuple)):
        value = "{" + ",".join(f'"{one}"' for one in value) + "}"
    text = str(value)
    return text.replace("\\", r"\\") if "\\" in text else text


def _finish(entries: int) -> None:
    """Numbers, counts and terms."""
    from django.db import connection, transaction

    from apps.catalogue.models import Revision
    from apps.catalogue.services.counting import settle_terms
    from apps.catalogue.services.tallying import settle_tallies

    with connection.cursor() as cursor:
        for table in ("catalogue_entry", "catalogue_entryversion"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [entries])
        cursor.execute("ANALYZE catalogue_entry")
    with transaction.atomic():
        counts = {"sequence": entries, "last_accession": entries, "entry_count": entries}
        Revision.objects.create(**counts, changed_at=NOW)
        settle_terms(changed_at=NOW)
        settle_tallies()


# --- targets ------------------------------------------------------------------------------------


def _curies() -> list[str]:
    """Those of many entries and those of few in turn, so that the processes end together."""
    from . import entries

    return [one["id"] for place in range(TARGETS_AT_ONCE) for one in entries.targets()[place::TARGETS_AT_ONCE]]


def _load_targets(curies: list[str]) -> None:
    from django.db import connection, transaction

    from apps.catalogue.services.combining import combinations_of
    from apps.catalogue.services.dossiers import documents_of, write_dossier

    for curie in curies:
        found = list(combinations_of(curie, documents_of(curie)).values())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
            if found:
                copy("catalogue_targetcombination", list(found[0]), ([*row.values()] for row in found))
            write_dossier(curie, changed_at=NOW)


# --- speed --------------------------------------------------------------------------------------


@contextmanager
def _without_indexes() -> Iterator[None]:
    """The tables of entries without their indexes and constraints, which are made anew afterwards."""
    from django.db import connection

    tables = ["catalogue_entry", "catalogue_entryversion", "catalogue_publishedreference"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('p', 'u', 'f') ORDER BY contype = 'f', contype = 'u'",
            [tables],
        )
        constraints = cursor.fetchall()
        for table, name, _ in reversed(constraints):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)", [tables])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for table, name, definition in constraints:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for name, definition in indexes:
            print(f"    index {name}", file=sys.stderr)
            cursor.execute(definition)


def _in_processes(work: Any, parts: list[Any], what: str) -> None:
    from django.db import connection

    connection.close()  # no child shall inherit it
    with ProcessPoolExecutor(PROCESSES) as pool:
        for place, _ in enumerate(pool.map(work, parts), start=1):
            if place % max(1, len(parts) // 10) == 0:
                print(f"    {what}: {place / len(parts):.0%}", file=sys.stderr)
