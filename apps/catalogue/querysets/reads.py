"""Chainable reads of published entries, dossiers, references and terms."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, Self, cast

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Q

from ..contradictions import Claim
from ..document import as_it_stands

if TYPE_CHECKING:
    from ..models import Revision

SEARCH_CONFIG = "english"


class RevisionQuerySet(models.QuerySet):
    def latest_change(self) -> "Revision | None":
        """The catalogue's state as one small row; ``None`` before anything was published."""
        return cast("Revision | None", self.filter(pk=1).first())


class EntryQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Entries in force: no tombstones."""
        return self.filter(status="current")

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
        return self.filter(search=SearchQuery(text, config=SEARCH_CONFIG, search_type="websearch"))


class TargetCombinationQuerySet(models.QuerySet):
    def about(self, target: str) -> Self:
        return self.filter(target=target)

    def best_first(self) -> Self:
        """In the order in which the score ranks them."""
        return self.order_by("-score", "contradiction", "cell_type", "cancer", "intervention")


class TargetDossierQuerySet(models.QuerySet):
    def with_entries(self) -> Self:
        return self.filter(entry_count__gt=0)

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
        words = SearchQuery(text, config=SEARCH_CONFIG, search_type="websearch")
        return self.filter(Q(symbol__istartswith=text) | Q(names__contains=[text.strip().lower()]) | Q(search=words))
