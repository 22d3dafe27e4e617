"""Storing citations: one set of them, in one transaction, each exactly once.

Everyone who writes references comes through ``store`` and waits for a lock of the database, so
that identity is decided by one at a time; reading and parsing, which take longer, run side by side.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter

from django.db import connection, transaction

from ..formats import Citation, Problem
from ..formats.citation import reasons_against_storing
from ..models import ImportOutcomes, ImportRun
from .identity import Conflict, Identity, Index, Known
from .joining import Join, join_references, record_joins
from .linking import link_references
from .merging import content_hash, merged, said_by
from .writing import known_to, lock_references, record_changes, remember, remembered, write

CHUNK = 500
Outcome = ImportOutcomes.Outcome


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


def store(records: Sequence[tuple[Citation, bytes | None]], *, run: ImportRun | None) -> Counts:
    """Create or update one reference for each citation, in the transaction of the caller.

    With a citation comes the digest of the record it was read from, or None. A citation that names
    several references merges them. What a reference says afterwards, ``merging`` decides.
    """
    if not records:
        return Counts()
    with connection.cursor() as cursor:
        lock_references(cursor)
        marks = [in_part(digest) for _, digest in records if digest]
        taken_in_part = cache(lambda: remembered(marks))  # asked for once, and seldom at all
        fold = Fold(Index.of(known_to(cursor, [citation for citation, _ in records])), taken_in_part)
        for citation, digest in records:
            fold.take(citation, digest)
        write(cursor, list(fold.touched.values()))
        join_references(cursor, fold.joins)
        remember(cursor, [(each.digest, each.known.current.pk) for each in fold.taken if each.digest], run)
        news = [(each.known.current.pk, each.citation) for each in fold.taken if each.is_news]
        link_references(cursor, news, list(fold.touched.values()), run)
    record_changes(fold.touched.values(), run)
    record_joins(fold.joins, run)
    return fold.counts()


def in_part(digest: bytes) -> bytes:
    """How a record is remembered of which something could not be taken.

    By its own digest it stays unknown, so that it is read whenever it comes, and the same is said; but
    what it says is not taken again over what others said since.
    """
    return hashlib.sha256(b"in part" + digest).digest()[:16]


def _told(citation: Citation, identity: Identity | Conflict) -> str:
    """What is said of a record that cannot be taken whole; nothing of one that can."""
    if isinstance(identity, Conflict):
        return f"{identity.reason} {identity.mend}".strip()
    return " ".join((*citation.notes, *identity.notes))


@dataclass(slots=True)
class Taken:
    """A citation, the reference it went into, and what became of that."""

    citation: Citation
    digest: bytes | None
    known: Known
    letter: str
    is_news: bool


class Fold:
    """The citations of one set, taken one by one, each into what is known by then."""

    def __init__(self, index: Index, taken_in_part: Callable[[], Mapping[bytes, int]]) -> None:
        self.index = index
        self.taken_in_part = taken_in_part
        self.touched: dict[int, Known] = {}
        self.read: dict[bytes, Known] = {}
        self.taken: list[Taken] = []
        self.outcomes: list[tuple[int, str, int]] = []
        self.problems: list[Problem] = []
        self.joins: list[Join] = []

    def take(self, citation: Citation, digest: bytes | None) -> None:
        if digest and (read := self.read.get(digest)):
            self.taken.append(Taken(citation, None, read, Outcome.UNCHANGED.value, False))
            return
        reasons = list(reasons_against_storing(citation))
        identity = Conflict(" ".join((*reasons, *citation.notes))) if reasons else self.index.identify(citation)
        told = _told(citation, identity)
        mark = in_part(digest) if told and digest else digest
        before = self.taken_in_part().get(mark) if told and mark else None
        if before and isinstance(identity, Conflict):
            told = f"This record was taken before, as far as it could be. {identity.reason}"
        if told:
            self.problems.append(Problem(citation.position, citation.identifier, told))
        if before:
            self.outcomes.append((citation.position, Outcome.UNCHANGED.value, before))
        elif isinstance(identity, Conflict):
            self.outcomes.append((citation.position, Outcome.FAILED.value, 0))
        elif identity.matches:
            self._update(citation, mark, identity)
        else:
            said = said_by(citation, doi=identity.doi, pmcid=identity.pmcid)
            known = Known(None, said, content_hash(citation), order=len(self.touched))
            self.index.add(known)
            self.touched[id(known)] = known
            self._taken(Taken(citation, mark, known, Outcome.CREATED.value, True))

    def _update(self, citation: Citation, digest: bytes | None, identity: Identity) -> None:
        known, *others = sorted(identity.matches, key=attrgetter("age"))
        fingerprint = content_hash(citation)
        letter, is_news = Outcome.UNCHANGED, bool(others) or known.content_hash != fingerprint
        for other in others:
            self._join(known, other)
            letter = Outcome.UPDATED
        if is_news:
            said = merged(known.said, said_by(citation, doi=identity.doi, pmcid=identity.pmcid))
            if said.values != known.said.values:
                letter = Outcome.UPDATED
            if said != known.said:
                self.index.remove(known)
                known.said, known.content_hash = said, fingerprint
                self.index.add(known)
                self.touched[id(known)] = known
        self._taken(Taken(citation, digest, known, letter.value, is_news))

    def _taken(self, taken: Taken) -> None:
        self.taken.append(taken)
        if taken.digest:
            self.read[taken.digest] = taken.known

    def _join(self, winner: Known, loser: Known) -> None:
        self.joins.append(Join(winner, loser, winner.said, loser.said))
        self.index.remove(loser)
        self.index.remove(winner)
        winner.said = merged(winner.said, loser.said)
        loser.give_way_to(winner)
        self.index.add(winner)
        self.touched[id(winner)] = winner
        self.touched[id(loser)] = loser

    def counts(self) -> Counts:
        """What became of all of them, once everything is written."""
        taken = [(each.citation.position, each.letter, each.known.current.pk or 0) for each in self.taken]
        outcomes = sorted([*self.outcomes, *taken])
        letters = [letter for _, letter, _ in outcomes]
        return Counts(
            created=letters.count(Outcome.CREATED.value),
            updated=letters.count(Outcome.UPDATED.value),
            unchanged=letters.count(Outcome.UNCHANGED.value),
            failed=letters.count(Outcome.FAILED.value),
            problems=self.problems,
            outcomes=outcomes,
        )
