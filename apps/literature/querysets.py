"""Chainable reads of references, import runs, candidates and findings."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce

from .choices import CandidateState, FindingStatus, ScreeningOutcome
from .formats.citation import DOI_PREFIX

if TYPE_CHECKING:
    from .models import Reference

_PMID = re.compile(r"(?:pmid:?\s*)?([1-9]\d{0,17})", re.IGNORECASE)
_PMCID = re.compile(r"(?:pmcid:?\s*)?(PMC\d{1,15})", re.IGNORECASE)
#: So many of the references that a search found are looked up one by one.
_FEW = 5000


class ReferenceQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Those that stand for a publication, without the ones that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def standing_for(self, number: int) -> "Reference | None":
        """The reference with this number, or the one that it was merged into."""
        found: Any = self.select_related("merged_into").filter(pk=number).first()
        return found.heir if found else None

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def identified(self, text: str) -> Self | None:
        """The one with the PMID, DOI or PMCID that the text is; ``None`` where it is none of them."""
        text = text.replace("\0", " ").strip()
        if match := _PMID.fullmatch(text):
            return self.filter(pmid=int(match[1]))
        if match := _PMCID.fullmatch(text):
            return self.filter(pmcid=match[1].upper())
        doi = DOI_PREFIX.sub("", text).lower()
        if doi.startswith("10.") and "/" in doi:
            return self.filter(doi=doi)
        return None

    def search(self, text: str) -> Self:
        """By PMID, DOI or PMCID where the text is one, else by words ("quoted phrases", -without, or)."""
        if (identified := self.identified(text)) is not None:
            return identified
        text = text.replace("\0", " ").strip()
        # Titles and abstracts are stored by their English stems, names of authors and journals as they are.
        stems, words = (SearchQuery(text, config=config, search_type="websearch") for config in ("english", "simple"))
        return self.filter(text__vector=stems | words)


class ImportRunQuerySet(models.QuerySet):
    def for_list(self) -> Self:
        """Newest first, without what may be long."""
        return self.select_related("requested_by", "saved_search").defer("identifiers", "only").order_by("-pk")

    def named(self, text: str) -> Self:
        """By a part of the file's name or of the query, or by the number of the import."""
        text = text.replace("\0", " ").strip()
        found = models.Q(file_name__icontains=text) | models.Q(query__icontains=text)
        if (number := text.removeprefix("#")).isdecimal() and len(number) < 19:
            found |= models.Q(pk=int(number))
        return self.filter(found)

    def counted_by_source(self) -> list[dict[str, Any]]:
        """The records of these runs by where they were found: a saved search, or a kind of source.

        A second try at what could not be read (``retried``) counts no record twice.
        """
        again = Case(
            When(retry_of__isnull=False, then=F("created") + F("updated") + F("unchanged") + F("failed")), default=0
        )
        return list(
            self.order_by()
            .values("origin", "saved_search__name")
            .annotate(
                new=Sum("created"),
                known=Sum(F("updated") + F("unchanged")),
                unread=Sum("failed"),
                retried=Sum(again),
            )
            .order_by("origin", "saved_search__name")
        )

    def of_the_same_file(self, run: models.Model) -> Self:
        """Earlier runs of a file with the same content, the latest first."""
        same = self.filter(file_sha256=run.file_sha256, pk__lt=run.pk)  # type: ignore[attr-defined]
        return same.exclude(file_sha256="").order_by("-pk")

    def bringing(self, reference: models.Model) -> Self:
        """The runs that a reference was read from, newest first."""
        return self.filter(pk__in=reference.source_records.values("run")).order_by("-pk")  # type: ignore[attr-defined]


class CandidateQuerySet(models.QuerySet):
    def for_list(self, person: models.Model) -> Self:
        """With all that a row shows to ``person``: of the votes their own, of the others' only how many."""
        model: Any = self.model
        votes = model.votes.rel.related_model.objects.filter(candidate=OuterRef("pk"))
        notes = model.notes.rel.related_model.objects.filter(candidate=OuterRef("pk"))
        return (
            self.select_related("reference", "claimed_by", "decided_by")
            .defer("reference__mesh_terms", "reference__provenance")
            .annotate(
                own_vote=Coalesce(Subquery(votes.filter(person=person).values("verdict")), models.Value("")),
                votes_given=_counted(votes),
                note_count=_counted(notes),
            )
        )

    def counted_by_fate(self) -> dict[tuple[str, str, str], int]:
        """How many there are of each state, outcome of the screening, and reason."""
        rows = self.order_by().values_list("state", "screening", "reason").annotate(number=Count("pk"))
        return {(state, screening, reason): number for state, screening, reason, number in rows}

    def counted(self, most: int = 1000) -> str:
        """How many there are, in words: beyond ``most`` nobody waits for the exact number."""
        number = self.order_by().values("pk")[: most + 1].count()
        return f"{most:,}+" if number > most else f"{number:,}"

    def search(self, text: str) -> Self:
        references: Any = self.model.reference.field.related_model  # type: ignore[attr-defined]
        found = references.objects.search(text).order_by().values("pk")
        # Many are met soon on the way down the queue; for a few, or none, all of it would be walked.
        few = [row["pk"] for row in found[: _FEW + 1]]
        return self.filter(reference__in=few if len(few) <= _FEW else found)

    def mentioning(self, curie: str) -> Self:
        return self.filter(mentions__contains=[{"curie": curie}])

    def claimed_by(self, person: models.Model) -> Self:
        return self.filter(state=CandidateState.CLAIMED, claimed_by=person)

    def in_conflict(self) -> Self:
        """Screened by two people who said different things; nobody has decided between them yet."""
        return self.filter(state=CandidateState.NEW, screening=ScreeningOutcome.CONFLICT)

    def unscreened_by(self, person: models.Model) -> Self:
        """Those on which a vote or a claim of this person is still wanted."""
        votes: Any = self.model.votes.rel.related_model  # type: ignore[attr-defined]
        own = votes.objects.filter(candidate=OuterRef("pk"), person=person)
        return self.filter(state=CandidateState.NEW).exclude(screening=ScreeningOutcome.CONFLICT).exclude(Exists(own))

    def unscored(self) -> Self:
        return self.filter(scored_at__isnull=True)

    def resting(self, since: datetime) -> Self:
        """Claimed before that moment, and nothing came of it yet."""
        return self.filter(state=CandidateState.CLAIMED, claimed_at__lte=since)

    def due(self, day: date) -> Self:
        """Put off until that day or an earlier one."""
        return self.filter(state=CandidateState.LATER, later_until__lte=day)


class PairedVotes(NamedTuple):
    """So many candidates of which one person said ``verdict`` and another one ``other_verdict``."""

    person: int
    other: int
    verdict: str
    other_verdict: str
    voted_first: bool
    number: int


class ScreeningVoteQuerySet(models.QuerySet):
    def paired(self) -> list[PairedVotes]:
        """What each two people said of the same candidates, counted; only where both have voted."""
        others = "candidate__votes__"
        pairs = (
            self.filter(**{f"{others}person__gt": F("person")})
            .order_by()
            .annotate(voted_first=Case(When(pk__lt=F(f"{others}pk"), then=True), default=False))
            .values_list("person", f"{others}person", "verdict", f"{others}verdict", "voted_first")
            .annotate(number=Count("pk"))
            .order_by("person", f"{others}person")
        )
        return [PairedVotes(*row) for row in pairs]


def _counted(rows: models.QuerySet) -> Coalesce:
    """How many of the rows belong to one candidate, as a subquery."""
    counted = rows.order_by().values("candidate").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


class FindingQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(status=FindingStatus.OPEN)

    def due(self, moment: datetime) -> Self:
        """Open ones that were found before ``moment``, the oldest first."""
        return self.open().filter(found_at__lte=moment).order_by("pk")

    def for_list(self) -> Self:
        return self.select_related("reference", "decided_by").order_by("-pk")


class SavedSearchQuerySet(models.QuerySet):
    def for_list(self) -> Self:
        """With their owners and the state of their last run, the due ones first."""
        model: Any = self.model
        runs = model.runs.rel.related_model.objects.filter(saved_search=OuterRef("pk")).order_by("-pk")
        return (
            self.select_related("owner")
            .annotate(
                run_number=Subquery(runs.values("pk")[:1]),
                run_state=Subquery(runs.values("state")[:1]),
                run_created=Subquery(runs.values("created")[:1]),
            )
            .order_by("-is_active", "next_run_at", "pk")
        )

    def with_new_candidates(self) -> Self:
        """With ``new``: how many candidates each has found that nobody has dealt with yet; the most first."""
        model: Any = self.model
        candidates = model.runs.rel.related_model.candidates.rel.related_model.objects
        found = candidates.filter(run__saved_search=OuterRef("pk"), state=CandidateState.NEW).order_by()
        counted = found.values("run__saved_search").annotate(number=Count("pk")).values("number")
        return self.annotate(new=Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)).order_by(
            "-new", "name"
        )

    def due(self, moment: datetime) -> Self:
        return self.filter(is_active=True, next_run_at__lte=moment).order_by("next_run_at", "pk")
