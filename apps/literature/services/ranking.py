"""Scoring candidates after they came in, or after something changed that their score rests on.

A candidate without ``scored_at`` waits for it, with the score that it had before. Finding what an
abstract names takes longer than storing it, so an import leaves that to a task of its own.
"""

from collections.abc import Collection
from dataclasses import asdict

import orjson
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from apps.vocabularies.mentions import Dictionary, load_dictionary
from apps.vocabularies.models import VocabularyRevision

from ..choices import CandidateState
from ..models import Candidate, Reference
from ..relevance import RELEVANCE_VERSION, Paper, Relevance, relevance_of

BATCH = 200
_OPEN = (CandidateState.NEW, CandidateState.CLAIMED, CandidateState.LATER)
#: Of the reference.
SCORED = ("title", "abstract", "reference_type", "publication_types", "retraction_state")

_STORE = """
    UPDATE literature_candidate AS candidate
    SET relevance = scored.relevance, reasons = scored.reasons, mentions = scored.mentions,
        scored_as = %s, scored_at = %s
    FROM unnest(%s::bigint[], %s::float8[], %s::jsonb[], %s::jsonb[]) AS scored(id, relevance, reasons, mentions)
    WHERE candidate.id = scored.id
"""


def score_candidates() -> int:
    """Score all that wait for it; how many those were. Several may do it at once."""
    count = 0
    while done := _score_some():
        count += done
    return count


def forget_scores(reference_ids: Collection[int]) -> None:
    """Let candidates be scored again whose references were changed since."""
    Candidate.objects.filter(reference__in=reference_ids, scored_at__lt=F("reference__changed_at")).update(
        scored_at=None
    )


def forget_old_scores() -> int:
    """Let candidates be scored again that were scored otherwise than they would be now; how many those are."""
    open_ones = Candidate.objects.filter(state__in=_OPEN, scored_at__isnull=False)
    return open_ones.exclude(scored_as=_scoring_in_force()).update(scored_at=None)


def _scoring_in_force() -> str:
    """What a score rests on beside the reference: this module's rules, and the vocabularies."""
    revision = VocabularyRevision.objects.values_list("value", flat=True).first()
    return f"{RELEVANCE_VERSION}.{revision}"


@transaction.atomic
def _score_some() -> int:
    # Taken before anything is read: a change in between makes these scores old ones, never the other way round.
    scored_at, scored_as = timezone.now(), _scoring_in_force()
    dictionary = load_dictionary()
    waiting = Candidate.objects.unscored().select_for_update(of=("self",), skip_locked=True).order_by("pk")
    read = list(
        waiting.select_related("reference").only("reference", *(f"reference__{name}" for name in SCORED))[:BATCH]
    )
    scores = [relevance_of(paper_of(candidate.reference, dictionary)) for candidate in read]
    if scores:
        columns = [[candidate.pk for candidate in read], *map(list, zip(*map(_stored, scores), strict=True))]
        with connection.cursor() as cursor:
            cursor.execute(_STORE, [scored_as, scored_at, *columns])
    return len(read)


def paper_of(reference: Reference, dictionary: Dictionary) -> Paper:
    """The reference as the scoring reads it."""
    return Paper(
        **{name: getattr(reference, name) for name in SCORED},
        in_title=dictionary.find(reference.title),
        in_abstract=dictionary.find(reference.abstract),
    )


def _stored(result: Relevance) -> tuple[float, str, str]:
    reasons = orjson.dumps([[reason.text, reason.points] for reason in result.reasons]).decode()
    found = orjson.dumps([asdict(each) for each in result.found]).decode()
    return result.score, reasons, found
