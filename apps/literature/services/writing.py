"""Reading the references that a set of citations may concern, and writing what became of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from apps.accounts.models import Event

from ..formats import Citation
from ..models import ImportRun, TextBacklog
from .columns import COLUMNS, NONE, numbers, row_line, texts, uuids
from .identity import Known
from .merging import FIELDS, Said, changes
from .ranking import SCORED, forget_scores

LOCK = 0x746D65_01  # "tme": who holds it decides which reference a citation is

_FOUND = "SELECT id FROM literature_reference WHERE "
_FIELDS = ", ".join(FIELDS)
_COPIED = ", ".join(COLUMNS)
_UPDATED = ", ".join(f"{name} = staged.{name}" for name in COLUMNS if name not in {"id", "added_at"})
SEARCHED = ("title", "abstract", "journal", "authors", "mesh_terms")


def lock_references(cursor: CursorWrapper) -> None:
    """Wait until nobody else changes references, and let nobody until the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def known_to(cursor: CursorWrapper, citations: Sequence[Citation]) -> list[Known]:
    """The references that have an identifier of these citations."""
    pmids = [each.pmid for each in citations if each.pmid]
    dois = [each.doi for each in citations if each.doi]
    pmcids = [number for each in citations if (number := each.pmc_number)]
    ids = (
        ("pmid = ANY(%s::bigint[])", numbers(pmids)),
        ("doi = ANY(%s::varchar[])", texts(dois)),
        ("pmcid = ANY(%s::varchar[])", texts(pmcids)),
    )
    wanted = [(condition, values) for condition, values in ids if values != NONE]
    if not wanted:
        return []
    # One index each; joined by OR, the planner may read the whole table once it is large.
    found = " UNION ".join(_FOUND + condition for condition, _ in wanted)
    cursor.execute(found, [values for _, values in wanted])
    return read_known(cursor, [pk for (pk,) in cursor.fetchall()])


def read_known(cursor: CursorWrapper, pks: Sequence[int]) -> list[Known]:
    """These references, locked against whoever changes one of them otherwise."""
    if not pks:
        return []
    cursor.execute(
        f"SELECT id, content_hash, preprint_of_id, provenance, {_FIELDS} FROM literature_reference"  # noqa: S608
        " WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
        [list(pks)],
    )
    known = []
    for pk, content_hash, preprint_of, provenance, *columns in cursor.fetchall():
        values = dict(zip(FIELDS, columns, strict=True))
        values["authors"] = orjson.loads(values["authors"])
        said = Said(values, orjson.loads(provenance))
        known.append(Known(pk, said, bytes(content_hash), preprint_of, before=said))
    return known


def write(cursor: CursorWrapper, references: Sequence[Known]) -> None:
    """Store new references, which get their numbers here in order, and changed ones."""
    now = timezone.now()
    new = [known for known in references if known.pk is None]
    changed = [known for known in references if known.has_changed]
    if new:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('literature_reference', 'id')) FROM generate_series(1, %s)",
            [len(new)],
        )
        for known, (pk,) in zip(new, cursor.fetchall(), strict=True):
            known.pk = pk
    # Changes first: an identifier that one of them gives up may be that of a new reference.
    if changed:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS staged (LIKE literature_reference INCLUDING DEFAULTS)"
            " ON COMMIT DELETE ROWS"
        )
        cursor.execute("DELETE FROM staged")
        _copy(cursor, "staged", changed, now)
        cursor.execute(
            f"UPDATE literature_reference SET {_UPDATED} FROM staged WHERE literature_reference.id = staged.id"  # noqa: S608
        )
    if new:
        _copy(cursor, "literature_reference", new, now)


def _copy(cursor: CursorWrapper, table: str, references: list[Known], now: datetime) -> None:
    text = "".join(
        row_line(
            known.pk,
            known.said.values,
            known.said.provenance,
            merged_into=known.current.pk if known.heir else None,
            content_hash=known.content_hash,
            now=now,
        )
        for known in references
    )
    with cursor.copy(f"COPY {table} ({_COPIED}) FROM STDIN") as copy:
        copy.write(text.encode())


def remember(cursor: CursorWrapper, read: Sequence[tuple[bytes, int | None]], run: ImportRun | None) -> None:
    """Keep which reference each record went into, by the record's digest."""
    if read:
        cursor.execute(
            "INSERT INTO literature_sourcerecord (digest, reference_id, run_id)"
            " SELECT digest, reference, %s FROM unnest(%s::uuid[], %s::bigint[]) AS read(digest, reference)"
            " ON CONFLICT DO NOTHING",
            [run.pk if run else None, uuids(digest for digest, _ in read), numbers(pk for _, pk in read)],
        )


def remembered(digests: Collection[bytes]) -> dict[bytes, int]:
    """The references that those of these records went into that were taken before, by digest."""
    if not digests:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT uuid_send(digest), reference_id FROM literature_sourcerecord WHERE digest = ANY(%s::uuid[])",
            [uuids(digests)],
        )
        return dict(cursor.fetchall())


def record_changes(references: Iterable[Known], run: ImportRun | None) -> None:
    """A line of history for each reference that says something else now; and its words are to be searched anew."""
    standing = [known for known in references if known.heir is None]
    Event.objects.bulk_create(
        reference_event(known.pk, known.before.values, known.said.values, run)
        for known in standing
        if known.before and known.before.values != known.said.values
    )
    forget_scores([known.pk for known in standing if known.pk and known.before and _differs(known, SCORED)])
    searched = [known.pk for known in standing if known.pk and _differs(known, SEARCHED)]
    if searched:
        TextBacklog.objects.create(reference_ids=numbers(searched))


def _differs(known: Known, fields: Iterable[str]) -> bool:
    """Whether one of these fields is new or another one now."""
    return known.before is None or any(known.before.values[field] != known.said.values[field] for field in fields)


def reference_event(
    pk: int | None, before: Mapping[str, Any], after: Mapping[str, Any], run: ImportRun | None, **more: Any
) -> Event:
    """The history of one reference that a source changed (``record_event``, for many at once)."""
    states = before["retraction_state"], after["retraction_state"]
    told = states[0] != states[1]
    return Event(
        actor_id=run.requested_by_id if run else None,
        verb="retraction state" if told else "update",
        object_type="reference",
        object_id=str(pk),
        from_state=states[0] if told else "",
        to_state=states[1] if told else "",
        data={"changed": changes(before, after), "run": run.pk if run else None, **more},
    )
