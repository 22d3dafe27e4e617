"""Chainable reads of published entries, dossiers, references and terms."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Self, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from ..contradictions import Claim
from ..document import as_it_stands
from ..scoring import Evidence, unpacked
from ..tipping import Group, Tipping, tippings

if TYPE_CHECKING:
    from ..models import EntryVersion, Revision

SEARCH_CONFIG = "english"
MOST_RANKED = 1_000
#: Where the best combination is lost, the next best is looked for among so many.
_BEST = 20
#: Around a word found; no published text holds them, for they are of no script.
MARKS = ("\ue000", "\ue001")


class _AnyOf(models.Func):
    """Whether a value is in an array. Of ``pk__in`` PostgreSQL makes a join, and may read the whole table for it."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = models.BooleanField()


class RevisionQuerySet(models.QuerySet):
    def latest_change(self) -> "Revision | None":
        """The catalogue's state as one small row; ``None`` before anything was published."""
        return cast("Revision | None", self.filter(pk=1).first())


class EntryQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Entries in force: no tombstones."""
        return self.filter(status="current")

    def as_of(self, moment: datetime) -> Self:
        """Entries that were in force then, each with the text of the version that was current: ``document_then``."""
        versions = cast("type[EntryVersion]", self.model._meta.get_field("versions").related_model)
        then = versions._default_manager.filter(entry=OuterRef("pk"), published_at__lte=moment).order_by("-number")
        in_force = Q(ended_at__isnull=True) | Q(ended_at__gt=moment)
        rows = self.filter(in_force, first_published_at__lte=moment)
        return rows.annotate(document_then=Subquery(then.values("document")[:1]))

    def tombstones(self) -> Self:
        return self.exclude(status="current")

    def about(self, target: str) -> Self:
        return self.filter(target=target)

    def resting_on(self, references: Collection[int]) -> Self:
        return self.filter(reference__in=references)

    def under_review(self) -> Self:
        """Entries in force that editors are looking at again."""
        return self.current().filter(under_review_since__isnull=False)

    def documents(self, *, chunk_size: int = 500) -> Iterator[dict[str, Any]]:
        """The documents of the current versions, each with what its reference has become since."""
        rows = self.values_list("document", "retraction_state").iterator(chunk_size=chunk_size)
        return (as_it_stands(text, state) for text, state in rows)

    def claims(self, *, chunk_size: int = 2000) -> list[Claim]:
        """What these entries say, as far as another entry can contradict it; no document is read."""
        rows = self.exclude(stance="").values_list(*Claim.COLUMNS)
        return [Claim.of_columns(*row) for row in rows.iterator(chunk_size=chunk_size)]

    def on_topic_of(self, claim: Claim) -> Self:
        """Entries in force about the same target, intervention and outcome: those that may contradict it."""
        # The score calls an intervention that was not given “none”.
        interventions = [claim.intervention, ""] if claim.intervention == "none" else [claim.intervention]
        return self.current().filter(target=claim.target, intervention__in=interventions, outcome=claim.outcome)

    def matching(self, text: str) -> Self:
        """Whose words match a web-style query: ``"quoted phrase"``, ``or``, ``-not``."""
        return self.filter(search=_query(text))

    def ranked(self, text: str) -> Self:
        """These, with their ``distance`` from the words: the smaller, the better they answer them.

        Ranking reads every hit, so only the ``MOST_RANKED`` of them that changed last are ranked and left.
        """
        newest = ArraySubquery(self.order_by("-sequence").values("pk")[:MOST_RANKED])
        rank = Cast(SearchRank(F("search"), _query(text)), models.FloatField())
        return cast("Self", self.model._default_manager.filter(_AnyOf(F("pk"), newest)).annotate(distance=0.0 - rank))

    def highlights(self, text: str) -> dict[str, dict[str, str]]:
        """Accession → where the words stand: the place's name and its text, the words between two marks."""
        whole = Cast("document", models.JSONField())
        prose = KeyTransform("text", whole)
        places: dict[str, Any] = {
            "statement": F("statement"),
            "summary": KeyTextTransform("summary", prose),
            "author_claim": KeyTextTransform("author_claim", prose),
            "reference_title": KeyTextTransform("title", KeyTransform("reference", KeyTransform("study", whole))),
        }
        query = _query(text)
        begins, ends = MARKS
        headlines = {
            f"in_{name}": SearchHeadline(
                place, query, config=SEARCH_CONFIG, start_sel=begins, stop_sel=ends, highlight_all=True
            )
            for name, place in places.items()
        }
        rows = self.order_by().annotate(**headlines).values_list("accession", *headlines)
        return {
            accession: {name: line for name, line in zip(places, lines, strict=True) if line and begins in line}
            for accession, *lines in rows
        }


class TargetCombinationQuerySet(models.QuerySet):
    def about(self, target: str) -> Self:
        return self.filter(target=target)

    def best_first(self) -> Self:
        """In the order in which the score ranks them."""
        return self.order_by("-score", "contradiction", "cell_type", "cancer", "intervention")

    def tippings(self) -> list[Tipping]:
        """What single record would change the tier of the target that these combinations are of."""
        rows = self.best_first().values_list("cell_type", "cancer", "intervention", "score", "records")[:_BEST]
        return tippings([Group((place[0], place[1], place[2]), score, _reader(text)) for *place, score, text in rows])


class TargetDossierQuerySet(models.QuerySet):
    def with_entries(self) -> Self:
        return self.filter(entry_count__gt=0)

    def rescored(self) -> Self:
        """Whose score or tier has a change in the feed."""
        return self.filter(sequence__isnull=False)

    def named(self, text: str) -> Self:
        """Whose id is exactly ``text`` or whose symbol is, in upper or lower case."""
        return self.filter(Q(target=text) | Q(symbol__iexact=text))

    def known_as(self, text: str) -> Self:
        """That one whose id or symbol is ``text``; else all that have it for another name, or had it for an id."""
        named = self.named(text)
        return named if named.exists() else self.filter(names__contains=[text.lower()])

    def heir_of(self, curie: str) -> str | None:
        """The id of the target that the one of this id was merged into."""
        return (
            self.filter(names__contains=[curie.lower()]).exclude(target=curie).values_list("target", flat=True).first()
        )

    def matching(self, text: str) -> Self:
        """Whose symbol begins so, one of whose names is exactly so, or whose words match."""
        named = Q(symbol__istartswith=text) | Q(names__contains=[text.strip().lower()])
        return self.filter(named | Q(search=_query(text)))


def _reader(text: str) -> Callable[[], list[Evidence]]:
    """Reads the records of a combination the first time that they are asked for."""
    return cache(lambda: unpacked(text))


def _query(text: str) -> SearchQuery:
    return SearchQuery(text, config=SEARCH_CONFIG, search_type="websearch")
