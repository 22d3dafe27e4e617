"""Chainable reads of submissions, re-reviews, tables of records and discussions."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from apps.catalogue.models import Entry

from .agreement import Said
from .content import Content
from .rules.standing import VOCABULARY_OF_FIELD
from .workflow import OPEN, THIRD, Status

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.literature.models import Reference
    from apps.vocabularies.models import Target

    # The base classes below name them in quotes.
    from .models import (  # noqa: F401
        BulkRow,
        BulkUpload,
        Comment,
        Decision,
        Record,
        Review,
        Submission,
        Thread,
    )

#: Before the editors, or sent back by them: open, and not a private draft any more.
PROPOSED = (Status.SUBMITTED, Status.IN_REVIEW, Status.CHANGES_REQUESTED)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def awaiting_review(self) -> Self:
        return self.filter(status__in=[Status.SUBMITTED, Status.IN_REVIEW])

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def of_submitter(self, person: "User") -> Self:
        return self.filter(submitter=person)

    def written_by(self, person: "User") -> Self:
        """Those that this person submitted or co-edits."""
        return self.filter(Q(submitter=person) | Exists(self._co_edited(person)))

    def claimed_by(self, person: "User") -> Self:
        """Those that wait for this person's verdict, with the day on which their seat expires (``held_until``)."""
        held = self._reviews(editor=person, decision=None)
        return self.filter(Exists(held), status=Status.IN_REVIEW).annotate(
            held_until=Subquery(held.values("expires_at")[:1])
        )

    def with_vacant_seat(self) -> Self:
        """Those that an editor could take: all in the queue, and those in review that want another reviewer."""
        taken = self._reviews(round=OuterRef("round")).order_by().values("submission").values(count=Count("pk"))
        return self.annotate(taken=Coalesce(Subquery(taken), 0)).filter(
            Q(status=Status.SUBMITTED) | Q(status=Status.IN_REVIEW, taken__lt=F("seats"))
        )

    def _reviews(self, **these: Any) -> models.QuerySet:
        reviews: Any = self.model._meta.get_field("reviews").related_model
        return reviews.objects.filter(submission=OuterRef("pk"), released_at=None, **these)

    def reviewable_by(self, person: "User") -> Self:
        """Those that this person had no part in writing, so that another rule alone can keep them from reviewing."""
        return self.exclude(submitter=person).exclude(Exists(self._co_edited(person)))

    def visible_to(self, person: "User") -> Self:
        """What ``permissions.may_see`` allows: the authors', and for editors whatever was ever submitted."""
        if not person.is_authenticated or not person.is_curator:
            return self.none()
        mine = Q(submitter=person) | Exists(self._co_edited(person))
        return self.filter(mine | Q(submitted_at__isnull=False)) if person.is_editor else self.filter(mine)

    def _co_edited(self, person: "User") -> models.QuerySet:
        through = self.model.co_editors.through
        return through.objects.filter(submission=OuterRef("pk"), user=person)

    def for_list(self) -> Self:
        """With what a row of a list shows, the latest change first."""
        return self._with_row().order_by("-changed_at", "-pk")

    def for_queue(self) -> Self:
        """With what a row of a list shows, oldest submission first."""
        return self._with_row().order_by("submitted_at", "pk")

    def _with_row(self) -> Self:
        return self.select_related(
            "record", "target", "reference__merged_into", "submitter", "claimed_by"
        ).prefetch_related("cancers", "cell_types", "therapies", "re_reviews", "reviews__editor")

    def with_terms(self) -> Self:
        """With everything that ``content()`` reads."""
        return self.select_related("target", "reference__merged_into", "species", "tissue", "process").prefetch_related(
            "cell_types", "cell_states", "cancers", "therapies", "methods"
        )

    def with_content(self) -> Self:
        """With what a row of a list shows and everything that ``content()`` reads, for many at once."""
        return self._with_row().with_terms().prefetch_related("co_editors")

    def names(self) -> dict[int, set[str]]:
        """The ids of the terms and of the target that each of these names, by its number; one query."""
        fields = ["target", *VOCABULARY_OF_FIELD]
        first, *others = (
            self.order_by().filter(**{f"{field}__isnull": False}).values_list("pk", f"{field}__curie")
            for field in fields
        )
        named: dict[int, set[str]] = {}
        for pk, curie in first.union(*others):
            named.setdefault(pk, set()).add(curie)
        return named

    def counted_by_status(self) -> dict[str, int]:
        """How many there are in each status, every status named: ``{"draft": 2, "submitted": 0, …}``."""
        counted = dict(self.order_by().values_list("status").annotate(count=Count("pk")))
        return {status.value: counted.get(status.value, 0) for status in Status}

    def in_force(self) -> Self:
        """The approved submissions whose version is the one that the catalogue shows now."""
        shown = Entry.objects.current().filter(
            accession=OuterRef("record__accession"), version=OuterRef("published_version")
        )
        return self.filter(Exists(shown), status=Status.APPROVED)

    def on_paper(self, paper: "Reference", reader: "User") -> Self:
        """What rests on this publication and is open to this person: their own, and what is published."""
        mine = Q(submitter=reader) | Exists(self._co_edited(reader))
        published = Q(pk__in=self.model.objects.in_force().values("pk"))
        return self.filter(mine | published, Q(reference=paper) | Q(reference__merged_into=paper)).exclude(
            status__in=[Status.WITHDRAWN, Status.REJECTED]
        )

    def twins_of(self, content: Content, *, record: "Record | None" = None) -> Self:
        """Published or proposed submissions of other records with the same duplicate key."""
        key = content.duplicate_key()
        return self._others(record).filter(duplicate_key=key) if key else self.none()

    def similar_to(self, content: Content, *, record: "Record | None" = None, limit: int = 5) -> Self:
        """Near duplicates: the same target, and the same reference or (cancer and intervention); twins left out."""
        if not content.target:
            return self.none()
        near: Any = Q(pk__in=[])
        if content.reference is not None:
            near |= Q(reference=content.reference)
        if content.cancers and content.therapies:
            near |= Q(
                cancers__curie__in=content.cancers, therapies__curie__in=content.therapies, outcome=content.outcome
            )
        others = self._others(record).filter(near, target__curie=content.target)
        return others.exclude(duplicate_key=content.duplicate_key()).distinct().order_by("pk")[:limit]

    def _others(self, record: "Record | None") -> Self:
        """What is published or proposed, without what belongs to ``record``."""
        proposed = self.select_related("record").filter(
            Q(pk__in=self.model.objects.in_force().values("pk")) | Q(status__in=PROPOSED)
        )
        return proposed if record is None or record.pk is None else proposed.exclude(record=record)


class ReviewQuerySet(models.QuerySet["Review"]):
    def open(self) -> Self:
        """Taken, and neither decided nor given back."""
        return self.filter(decision=None, released_at=None)

    def pairs(self) -> list[tuple[Said, Said]]:
        """What the two independent reviewers of each closed round said, in one query."""
        decided = self.filter(number__in=(1, 2), decision__isnull=False).exclude(
            submission__status=Status.IN_REVIEW, round=F("submission__round")
        )
        rounds: dict[tuple[int, int], list[Said]] = {}
        for submission, number, outcome, remarks in decided.order_by("submission", "round", "number").values_list(
            "submission", "round", "decision__outcome", "decision__remarks"
        ):
            rounds.setdefault((submission, number), []).append(Said(outcome, frozenset(remarks)))
        return [(said[0], said[1]) for said in rounds.values() if len(said) == 2]


class DecisionQuerySet(models.QuerySet["Decision"]):
    def of_closed_rounds(self) -> Self:
        return self.exclude(self._of_open_round())

    def open_to(self, reader: "User") -> Self:
        """Those that this person may read of what they may see: see ``permissions.may_see_verdicts``."""
        seats: Any = self.model._meta.get_field("review").related_model
        own_seat = seats.objects.filter(
            Q(decision__isnull=False) | Q(number=THIRD),
            submission=OuterRef("submission"),
            round=OuterRef("round"),
            editor=reader,
            released_at=None,
        )
        return self.filter(~self._of_open_round() | Q(editor=reader) | Exists(own_seat))

    def _of_open_round(self) -> Q:
        return Q(submission__status=Status.IN_REVIEW, round=F("submission__round"))


class ReReviewQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def of_records(self) -> Self:
        """Of published records, with what a row of a list shows, the oldest first."""
        return (
            self.filter(record__isnull=False)
            .select_related("record", "reference__merged_into", "closed_by")
            .order_by("opened_at", "pk")
        )


class FlagQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(answered_at__isnull=True)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def on(self, accession: str) -> Self:
        return self.filter(record__accession=accession)

    def of(self, person: "User") -> Self:
        return self.filter(raised_by=person)

    def for_list(self) -> Self:
        """With what a row of a list shows, the oldest first."""
        return self.select_related("record", "raised_by", "answered_by").order_by("pk")


class BulkUploadQuerySet(models.QuerySet["BulkUpload"]):
    def of(self, person: "User") -> Self:
        """A table is open to whoever sent it, and to nobody else: it is a heap of drafts."""
        return self.filter(uploaded_by=person)

    def at_work(self) -> Self:
        return self.filter(state__in=["checking", "drafting"])

    def counted(self) -> Self:
        """With how many rows there are of each kind, for a list."""
        rows = {
            "complete": Q(rows__state="complete", rows__submission=None),
            "unfinished": Q(rows__state="unfinished", rows__submission=None),
            "known": Q(rows__state="known"),
            "refused": Q(rows__state="refused"),
            "waiting": Q(rows__state="waiting"),
            "drafted": Q(rows__submission__isnull=False),
        }
        return self.annotate(**{f"{name}_rows": Count("rows", filter=those) for name, those in rows.items()})


class BulkRowQuerySet(models.QuerySet["BulkRow"]):
    def to_check(self) -> Self:
        return self.filter(state="waiting", submission=None)

    def to_draft(self) -> Self:
        """Those that become drafts: complete, or to be finished there."""
        return self.filter(state__in=["complete", "unfinished"], submission=None)

    def to_submit(self) -> Self:
        """Those that nothing stands in the way of, with or without a draft so far."""
        return self.filter(Q(submission=None) | Q(submission__status=Status.DRAFT), state="complete")


class ThreadQuerySet(models.QuerySet["Thread"]):
    def about(self, thing: "Submission | Record | Target") -> Self:
        """Of one submission, record or target; of a target also those of what was merged into it."""
        if thing._meta.model_name == "target":
            return self.filter(Q(target=thing.pk) | Q(target__merged_into=thing.pk))
        return self.filter(**{f"{thing._meta.model_name}": thing.pk})

    def of_entry(self, accession: str) -> Self:
        return self.filter(record__accession=accession)

    def of_target(self, curie: str) -> Self:
        return self.filter(Q(target__curie=curie) | Q(target__merged_into__curie=curie))

    def visible_to(self, person: "User") -> Self:
        """Those of records and targets are public; those of submissions are open to whom the submission is."""
        submission: Any = self.model._meta.get_field("submission").related_model
        return self.filter(Q(submission=None) | Q(submission__in=submission.objects.visible_to(person).values("pk")))

    def unresolved(self) -> Self:
        return self.filter(resolved_at__isnull=True)

    def for_page(self) -> Self:
        """With all that a page shows of them: the open ones first, then those last written in."""
        comments: Any = self.model._meta.get_field("comments").related_model
        shown = comments.objects.select_related("author", "hidden_by")
        return (
            self.select_related("opened_by", "resolved_by", "submission", "record", "target")
            .prefetch_related(models.Prefetch("comments", shown.order_by("pk")))
            .order_by(models.F("resolved_at").desc(nulls_first=True), "-latest_at", "-pk")
        )


class CommentQuerySet(models.QuerySet["Comment"]):
    def with_thread(self) -> Self:
        return self.select_related("author", "hidden_by", "thread__submission", "thread__record", "thread__target")
