"""Publication and its opposite. All that changes becomes visible together, at commit."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import transaction
from django.utils import timezone

from apps.core.exceptions import Refused

from ..document import EntryDocument, SincePublication
from ..models import Entry, EntryVersion
from .columns import Document, columns_of, search_vector, stand_of, surroundings_of, words_of
from .combining import Part, recombine
from .counting import Footprint, recount_terms, write_reference
from .dossiers import write_dossier
from .reviewing import entry_etag
from .tallying import Count, counts_of, recount
from .turns import Turn, add_to_entry_count, take_turn


@dataclass(frozen=True, slots=True)
class _Before:
    """What an entry counted for before the change."""

    footprint: Footprint
    counts: frozenset[Count]
    part: Part | None
    in_force: bool
    targets: frozenset[str]
    references: frozenset[int]

    @classmethod
    def of(cls, entry: Entry | None) -> "_Before":
        if entry is None:
            return cls(Footprint(), frozenset(), None, False, frozenset(), frozenset())
        in_force = entry.status == Entry.Status.CURRENT
        return cls(
            Footprint.of(entry),
            counts_of(entry),
            Part.of(entry),
            in_force,
            frozenset([entry.target]),
            frozenset([entry.reference]),
        )


@transaction.atomic
def publish(document: EntryDocument) -> EntryVersion:
    """Make ``document`` the current version of its entry.

    Refused where its number is not the next one, or its entry is a tombstone. Entry, version,
    dossier, reference and counts of terms change in the caller's transaction.
    """
    turn = take_turn()
    entry = Entry.objects.filter(accession=document.accession).first()
    _require_next(document, entry)
    text = document.as_json()
    plain = orjson.loads(text)
    before = _Before.of(entry)
    entry = _write_entry(entry, document, text, plain, turn)
    version = EntryVersion.objects.create(
        entry=entry,
        number=document.version,
        document=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        published_at=document.published_at,
        change_note=document.change_note,
    )
    _settle(before, entry, plain, turn)
    return version


@transaction.atomic
def retract(*, accession: str, reason: str, at: datetime | None = None) -> Entry:
    """Take an entry out of force; its tombstone, with the reason, stays for good."""
    return _lay_down(accession, Entry.Status.RETRACTED, reason, None, at, take_turn())


@transaction.atomic
def merge(*, accession: str, successor: str, reason: str, at: datetime | None = None) -> Entry:
    """Take an entry out of force in favour of another one in force."""
    turn = take_turn()  # before looking: two that would be merged into each other take turns
    heir = Entry.objects.current().filter(accession=successor).first()
    if heir is None or accession == successor:
        raise Refused(f"{successor} cannot succeed {accession}: name another entry in force.", field="successor")
    return _lay_down(accession, Entry.Status.MERGED, reason, heir, at, turn)


def _lay_down(  # noqa: PLR0917
    accession: str, status: Entry.Status, reason: str, heir: Entry | None, at: datetime | None, turn: Turn
) -> Entry:
    entry = Entry.objects.filter(accession=accession).first()
    if entry is None:
        raise Refused(f"There is no entry {accession}.", code="missing")
    if entry.status != Entry.Status.CURRENT:
        raise Refused(f"{accession} was {entry.get_status_display().lower()} before.", code="state")
    if not reason.strip():
        raise Refused("Say why: the reason is shown to everyone who comes back for this entry.", field="reason")
    before = _Before.of(entry)
    entry.status, entry.tombstone_reason, entry.successor = status, reason.strip(), heir
    entry.ended_at = at or timezone.now()
    entry.sequence, entry.changed_at = turn.sequence, turn.changed_at
    entry.etag = f"{accession}.{entry.version}.{status}"
    entry.save(update_fields=["status", "tombstone_reason", "successor", "ended_at", "sequence", "changed_at", "etag"])
    _settle(before, entry, None, turn)
    return entry


def _require_next(document: EntryDocument, entry: Entry | None) -> None:
    expected = entry.version + 1 if entry else 1
    if entry and entry.status != Entry.Status.CURRENT:
        raise Refused(f"{entry} is {entry.get_status_display().lower()} and takes no new version.", code="state")
    if document.version != expected:
        raise Refused(f"{document.accession} takes version {expected} next, not {document.version}.", code="stale")


def _write_entry(entry: Entry | None, document: EntryDocument, text: str, plain: Document, turn: Turn) -> Entry:
    around = surroundings_of([plain])
    # What readers flagged stays flagged until an editor has answered them.
    flagged = SincePublication.of("", None, "", None, "", tuple(entry.open_flags) if entry else ())
    values = (
        columns_of(plain, around)
        | stand_of(plain)
        | {
            "version": document.version,
            "document": text,
            "etag": entry_etag(document.accession, document.version, flagged),
            "sequence": turn.sequence,
            "changed_at": turn.changed_at,
            # What happened to the version before is no matter of the new one.
            "retraction_state": "",
            "under_review_since": None,
            "review_reason": "",
            "upheld_at": None,
            "upheld_reason": "",
            "search": search_vector(words_of(plain, around)),
        }
    )
    if entry is None:
        return Entry.objects.create(accession=document.accession, first_published_at=document.published_at, **values)
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save()
    return entry


def _settle(before: _Before, entry: Entry, plain: Document | None, turn: Turn) -> None:
    """Bring what is computed from the entries up to date: only what this one touches."""
    after = _Before.of(entry)
    recount_terms(before.footprint, after.footprint, document=plain, changed_at=turn.changed_at)
    recount(before.counts, after.counts)
    recombine(before.part, after.part)
    for target in sorted(before.targets | after.targets):
        write_dossier(target, changed_at=turn.changed_at)
    for reference in sorted(before.references | after.references):
        write_reference(reference, changed_at=turn.changed_at)
    add_to_entry_count(after.in_force - before.in_force)
