"""Storing citations: one set of them, in one transaction, each exactly once.

Everyone who writes references comes through ``store`` and waits for a lock of the database, so
that identity is decided by one at a time; reading and parsing, which take longer, run side by side.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from apps.accounts.models import Event

from ..choices import RetractionState
from ..formats import Citation, Problem
from ..formats.citation import reasons_against_storing
from ..models import ImportOutcomes, ImportRun, TextBacklog
from .columns import COLUMNS, row_line
from .identity import Conflict, Identity, Index, Known
from .merging import FIELDS, changes, content_hash, merged, values_of

LOCK = 0x746D65_01  # "tme": who holds it decides which reference a citation is
CHUNK = 500
Outcome = ImportOutcomes.Outcome

_KNOWN = "SELECT id, pmid, doi, pmcid, content_hash, pmid_version, revised_on FROM literature_reference WHERE "
_FIELDS = ", ".join(FIELDS)
_COPIED = ", ".join(COLUMNS)
_UPDATED = ", ".join(f"{name} = staged.{name}" for name in COLUMNS if name not in {"id", "added_at"})


@dataclass(slots=True)
class Counts:
    """What became of a set of citations."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    problems: list[Problem] = field(default_factory=list)
    outcomes: list[tuple[int, str, int]] = field(default_factory=list)
    """Of each record, by its position: a letter of ``ImportOutcomes.Outcome``, the reference (0 if none)."""

    def add(self, other: "Counts") -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.failed += other.failed
        self.problems += other.problems
        self.outcomes += other.outcomes


def upsert_citations(citations: Iterable[Citation]) -> Counts:
    """Store citations that come from no file (seeds, a form, a search); in order, all or nothing."""
    counts = Counts()
    with transaction.atomic():
        chunk: list[tuple[Citation, bytes | None]] = []
        for citation in citations:
            chunk.append((citation, None))
            if len(chunk) == CHUNK:
                counts.add(store(chunk, run=None))
                chunk = []
        counts.add(store(chunk, run=None))
    return counts


@dataclass(slots=True)
class _Pending:
    """A reference of this set: as it was (None if new), and as it will be."""

    known: Known
    before: dict[str, Any] | None
    after: dict[str, Any]


def store(records: Sequence[tuple[Citation, bytes | None]], *, run: ImportRun | None) -> Counts:
    """Create or update one reference for each citation, in the transaction of the caller.

    With a citation comes the digest of the record it was read from, or None. What a later record of
    the same publication says goes over what an earlier one said, unless it is an older description.
    """
    counts = Counts()
    if not records:
        return counts
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        index = Index.of(_known(cursor, [citation for citation, _ in records]))
        identified = _identify(records, index, counts)
        pending, letters = _fold(cursor, identified, counts)
        _write(cursor, pending)
        _remember(cursor, identified, run)
    counts.outcomes += [
        (each.citation.position, letter, each.known.pk or 0) for each, letter in zip(identified, letters, strict=True)
    ]
    counts.outcomes.sort()
    _record_changes(pending, run)
    if pending:
        TextBacklog.objects.create(reference_ids=[each.known.pk for each in pending])
    return counts


@dataclass(frozen=True, slots=True)
class _Identified:
    citation: Citation
    digest: bytes | None
    known: Known
    doi: str | None
    pmcid: str | None
    is_new: bool
    says_more: bool  # false: known exactly so, or from a later description


def _known(cursor: CursorWrapper, citations: Sequence[Citation]) -> list[Known]:
    ids: tuple[tuple[str, list[Any]], ...] = (
        ("pmid = ANY(%s::bigint[])", [each.pmid for each in citations if each.pmid]),
        ("doi = ANY(%s::varchar[])", [each.doi for each in citations if each.doi]),
        ("pmcid = ANY(%s::varchar[])", [each.pmc_number for each in citations if each.pmcid]),
    )
    wanted = [(condition, values) for condition, values in ids if values]
    if not wanted:
        return []
    # One index each; joined by OR, the planner may read the whole table once it is large.
    cursor.execute(" UNION ".join(f"{_KNOWN}{condition}" for condition, _ in wanted), [values for _, values in wanted])
    return [
        Known(pk, pmid, doi, pmcid, bytes(fingerprint), version, revised_on)
        for pk, pmid, doi, pmcid, fingerprint, version, revised_on in cursor.fetchall()
    ]


def _identify(records: Sequence[tuple[Citation, bytes | None]], index: Index, counts: Counts) -> list[_Identified]:
    """Whose citation each one is, in order, as if they were stored one by one."""
    identified = []
    for citation, read_digest in records:
        identity = _identity(citation, index)
        if isinstance(identity, Conflict):
            counts.failed += 1
            counts.problems.append(Problem(citation.position, citation.identifier, identity.reason))
            counts.outcomes.append((citation.position, Outcome.FAILED.value, 0))
            continue
        notes = (*citation.notes, *identity.notes)
        if notes:
            counts.problems.append(Problem(citation.position, citation.identifier, " ".join(notes)))
        # What gave reason for a remark is not remembered: the same is said when it comes again.
        digest = None if notes else read_digest
        fingerprint = content_hash(citation)
        known = identity.known
        if known is None:
            known = Known(None, citation.pmid, identity.doi, identity.pmcid)
            is_new = says_more = True
            index.add(known)
        else:
            is_new = False
            says_more = known.content_hash != fingerprint and not _is_older(citation, known)
        if says_more:
            _take_over(known, citation, identity, fingerprint, index)
        identified.append(_Identified(citation, digest, known, identity.doi, identity.pmcid, is_new, says_more))
    return identified


def _identity(citation: Citation, index: Index) -> Identity | Conflict:
    reasons = list(reasons_against_storing(citation))
    return Conflict(" ".join((*reasons, *citation.notes))) if reasons else index.identify(citation)


def _is_older(citation: Citation, known: Known) -> bool:
    if citation.revised_on is None or known.revised_on is None:
        return False
    return (citation.pmid_version, citation.revised_on) < (known.pmid_version, known.revised_on)


def _take_over(known: Known, citation: Citation, identity: Identity, fingerprint: bytes, index: Index) -> None:
    only_gaps = known.revised_on is not None and citation.revised_on is None
    doi = known.doi if only_gaps and known.doi else identity.doi or known.doi
    pmcid = known.pmcid if only_gaps and known.pmcid else identity.pmcid or known.pmcid
    index.rename(known, pmid=known.pmid or citation.pmid, doi=doi, pmcid=pmcid)
    known.content_hash = fingerprint
    if not only_gaps:
        known.pmid_version = citation.pmid_version
        known.revised_on = citation.revised_on


def _fold(cursor: CursorWrapper, identified: list[_Identified], counts: Counts) -> tuple[list[_Pending], list[str]]:
    """The references to be written, each with all that is said of it here; and what became of each citation."""
    existing = {each.known.pk for each in identified if each.says_more and each.known.pk}
    stored = _stored(cursor, list(existing)) if existing else {}
    pending: dict[int, _Pending] = {}
    letters: list[str] = []
    for each in identified:
        if not each.says_more:
            letters.append(Outcome.UNCHANGED.value)
            continue
        target = pending.get(id(each.known))
        if target is None:
            before = stored.get(each.known.pk or 0)
            target = pending[id(each.known)] = _Pending(each.known, before, before or {})
        had = target.after
        new = values_of(each.citation, doi=each.doi, pmcid=each.pmcid)
        target.after = merged(had, new) if had else new
        same = target.after == had
        letters.append((Outcome.UNCHANGED if same else Outcome.UPDATED if had else Outcome.CREATED).value)
    told = Counter(letters)
    counts.created += told[Outcome.CREATED.value]
    counts.updated += told[Outcome.UPDATED.value]
    counts.unchanged += told[Outcome.UNCHANGED.value]
    return [each for each in pending.values() if each.after != each.before], letters


def _stored(cursor: CursorWrapper, pks: list[int]) -> dict[int, dict[str, Any]]:
    cursor.execute(f"SELECT id, {_FIELDS} FROM literature_reference WHERE id = ANY(%s)", [pks])  # noqa: S608
    rows = {row[0]: dict(zip(FIELDS, row[1:], strict=True)) for row in cursor.fetchall()}
    for values in rows.values():
        values["authors"] = orjson.loads(values["authors"])
    return rows


def _write(cursor: CursorWrapper, pending: list[_Pending]) -> None:
    now = timezone.now()
    new = [each for each in pending if each.before is None]
    changed = [each for each in pending if each.before is not None]
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
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('literature_reference', 'id')) FROM generate_series(1, %s)",
            [len(new)],
        )
        for each, (pk,) in zip(new, cursor.fetchall(), strict=True):
            each.known.pk = pk
        _copy(cursor, "literature_reference", new, now)


def _copy(cursor: CursorWrapper, table: str, rows: list[_Pending], now: Any) -> None:
    text = "".join(row_line(each.known.pk, each.after, each.known.content_hash, now) for each in rows)
    with cursor.copy(f"COPY {table} ({_COPIED}) FROM STDIN") as copy:
        copy.write(text.encode())


def _remember(cursor: CursorWrapper, identified: list[_Identified], run: ImportRun | None) -> None:
    read = [(UUID(bytes=each.digest), each.known.pk) for each in identified if each.digest]
    if read:
        cursor.execute(
            "INSERT INTO literature_sourcerecord (digest, reference_id, run_id)"
            " SELECT digest, reference, %s FROM unnest(%s::uuid[], %s::bigint[]) AS read(digest, reference)"
            " ON CONFLICT DO NOTHING",
            [run.pk if run else None, [digest for digest, _ in read], [pk for _, pk in read]],
        )


def _record_changes(pending: list[_Pending], run: ImportRun | None) -> None:
    """A line of history for each reference that says something else now (``record_event``, for many)."""
    Event.objects.bulk_create(_event(each, each.before, run) for each in pending if each.before is not None)


def _event(each: _Pending, was: dict[str, Any], run: ImportRun | None) -> Event:
    change = changes(was, each.after)
    before, after = (RetractionState(values["retraction_state"]) for values in (was, each.after))
    told = before != after
    return Event(
        actor_id=run.requested_by_id if run else None,
        verb="retraction state" if told else "update",
        object_type="reference",
        object_id=str(each.known.pk),
        from_state=before.value if told else "",
        to_state=after.value if told else "",
        data={"changed": change, "run": run.pk if run else None},
    )
