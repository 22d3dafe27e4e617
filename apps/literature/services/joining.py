"""References that turned out to be one: all that belongs to the younger row moves to the older one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.utils import CursorWrapper

from apps.accounts.models import Event

from ..choices import CandidateState
from ..models import Candidate, CandidateNote, ImportRun
from .identity import Known
from .merging import Said, changes

#: What is further on in triage is worth more.
_PROGRESS = (
    CandidateState.NEW,
    CandidateState.LATER,
    CandidateState.CLAIMED,
    CandidateState.REJECTED,
    CandidateState.CURATED,
)
_JOINED = "unnest(%s::bigint[], %s::bigint[]) AS joined(loser, winner)"


@dataclass(slots=True)
class Join:
    """Two references that became one, and what each said before."""

    winner: Known
    loser: Known
    winner_said: Said
    loser_said: Said


def join_references(cursor: CursorWrapper, joins: Sequence[Join]) -> None:
    """Move what hangs on the losers, which are written already. Nothing is lost, and nothing doubled."""
    if not joins:
        return
    pairs: list[list[Any]] = [[join.loser.pk for join in joins], [join.loser.current.pk for join in joins]]
    for statement in _MOVES:
        cursor.execute(statement.replace("{joined}", _JOINED), pairs)
    _join_candidates(dict(zip(*pairs, strict=True)))


_MOVES = (
    "UPDATE literature_sourcerecord SET reference_id = winner FROM {joined} WHERE reference_id = loser",
    # Chains are kept flat: whoever was merged into the loser is merged into the winner now.
    "UPDATE literature_reference SET merged_into_id = winner FROM {joined} WHERE merged_into_id = loser",
    "UPDATE literature_reference SET preprint_of_id = winner FROM {joined}"
    " WHERE preprint_of_id = loser AND literature_reference.id <> winner",
    "UPDATE literature_reference AS kept SET preprint_of_id = given.preprint_of_id"
    " FROM {joined} JOIN literature_reference AS given ON given.id = loser"
    " WHERE kept.id = winner AND kept.preprint_of_id IS NULL AND given.preprint_of_id <> winner",
    "INSERT INTO literature_referencelink (reference_id, kind, pmid, doi, note, source, other_id)"
    " SELECT winner, kind, pmid, doi, note, source, other_id"
    " FROM literature_referencelink JOIN {joined} ON reference_id = loser ORDER BY id ON CONFLICT DO NOTHING",
    "DELETE FROM literature_referencelink USING {joined} WHERE reference_id = loser",
    "UPDATE literature_referencelink SET other_id = winner FROM {joined} WHERE other_id = loser",
    # Of two findings that say the same, the one that somebody decided stays.
    "DELETE FROM literature_retractionfinding AS open USING {joined}, literature_retractionfinding AS decided"
    " WHERE open.reference_id = winner AND decided.reference_id = loser AND open.status = 'open'"
    " AND decided.status <> 'open' AND (open.state, open.source) = (decided.state, decided.source)",
    "UPDATE literature_retractionfinding AS finding SET reference_id = moved.winner"
    " FROM (SELECT DISTINCT ON (winner, state, source) id, winner, state, source"
    "   FROM literature_retractionfinding JOIN {joined} ON reference_id = loser"
    "   ORDER BY winner, state, source, status = 'open', id) AS moved"
    " WHERE finding.id = moved.id AND NOT EXISTS (SELECT FROM literature_retractionfinding AS same"
    "   WHERE same.reference_id = moved.winner AND (same.state, same.source) = (moved.state, moved.source))",
    "DELETE FROM literature_retractionfinding USING {joined} WHERE reference_id = loser AND status = 'open'",
    "DELETE FROM literature_referencetext USING {joined} WHERE reference_id = loser",
)


def _join_candidates(heirs: dict[int, int]) -> None:
    """One candidate for the winner, with the notes and votes of all."""
    given = Candidate.objects.filter(reference__in=heirs).order_by("pk")
    kept = {each.reference_id: each for each in Candidate.objects.filter(reference__in=heirs.values())}
    for candidate in given:
        heir = heirs[candidate.reference_id]
        rival = kept.get(heir)
        if rival is not None:
            behind, candidate = sorted((candidate, rival), key=_progress)  # noqa: PLW2901 - the one that stays
            CandidateNote.objects.filter(candidate=behind).update(candidate=candidate)
            _move_votes(behind, candidate)
            behind.delete()
        candidate.reference_id = heir
        candidate.save(update_fields=["reference"])
        kept[heir] = candidate


def _move_votes(behind: Candidate, candidate: Candidate) -> None:
    """One vote a person; what somebody voted on the second reference becomes a note."""
    voted = set(candidate.votes.values_list("person", flat=True))
    for vote in behind.votes.all():
        if vote.person_id not in voted:
            vote.candidate = candidate
            vote.save(update_fields=["candidate"])
        else:
            reason = ": ".join(filter(None, (vote.get_reason_display(), vote.reason_text)))
            said = f"Voted on a second reference to this publication: {vote.get_verdict_display()}. {reason}".strip()
            CandidateNote.objects.create(candidate=candidate, author=vote.person, text=said, at=vote.at)


def _progress(candidate: Candidate) -> tuple[int, int]:
    return (_PROGRESS.index(CandidateState(candidate.state)), -candidate.pk)


def record_joins(joins: Sequence[Join], run: ImportRun | None) -> None:
    """A line of history for the one that stays and for the one that went, with what each of them said."""
    Event.objects.bulk_create(event for join in joins for event in _events(join, run))


def _events(join: Join, run: ImportRun | None) -> tuple[Event, Event]:
    winner, loser = join.loser.current.pk, join.loser.pk
    data: dict[str, Any] = {
        "winner": winner,
        "loser": loser,
        "differed": changes(join.loser_said.values, join.winner_said.values),
        "provenance": [join.loser_said.provenance, join.winner_said.provenance],
        "run": run.pk if run else None,
    }
    actor = run.requested_by_id if run else None
    first, second = (
        Event(actor_id=actor, verb="merge", object_type="reference", object_id=str(pk), data=data)
        for pk in (winner, loser)
    )
    return first, second
