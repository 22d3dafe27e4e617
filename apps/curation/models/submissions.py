"""Records, and the submissions that propose their versions.

The content of a submission stands in typed columns here; ``Submission.content()`` reads it as the
frozen ``Content`` that rules, hashes and the projection work on.
"""

from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from apps.literature.models import Reference
from apps.vocabularies import choices
from apps.vocabularies.models import Target, Term

from .. import constraints
from ..choices import SecondReview
from ..content import FIELD_NAMES, Content
from ..querysets import SubmissionQuerySet
from ..workflow import OPEN, THIRD, Status, transitions

if TYPE_CHECKING:
    from .afterlife import ReReview
    from .reviews import Review


class Record(models.Model):
    """One target–evidence claim. It gets its accession for life when its first version is published."""

    accession = models.CharField(max_length=20, null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accession__isnull=True) | models.Q(accession__regex=r"^TMEE:[0-9]{7,}$"),
                name="accession_shape",
            )
        ]

    def __str__(self) -> str:
        return self.accession or f"unpublished record {self.pk}"

    @property
    def open_re_review(self) -> "ReReview | None":
        return _open(self)


def _open(one: Any) -> "ReReview | None":
    """The re-review of a record or a submission that has not ended (prefetch ``re_reviews`` for many)."""
    return next((each for each in one.re_reviews.all() if each.closed_at is None), None)


def _choice(kind: type[models.TextChoices], label: str = "", help_text: str = "") -> models.CharField:
    return models.CharField(label or None, max_length=40, choices=kind.choices, blank=True, help_text=help_text)


def _choices(kind: type[models.TextChoices], label: str = "") -> ArrayField:
    return ArrayField(
        models.CharField(max_length=40, choices=kind.choices), default=list, blank=True, verbose_name=label or None
    )


def _terms(label: str) -> models.ManyToManyField:
    return models.ManyToManyField(Term, related_name="+", blank=True, verbose_name=label)


def _term(label: str) -> models.ForeignKey:
    return models.ForeignKey(Term, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)


class Submission(models.Model):
    """A proposed version of a record. ``services`` alone assigns its status."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="submissions")
    based_on = models.PositiveIntegerField("based on version", null=True, blank=True, editable=False)
    submitter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="submissions")
    co_editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="co_edited_submissions", blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT, editable=False)
    edit_count = models.PositiveIntegerField(
        default=0, editable=False, help_text="Counts edits: a stale form is refused."
    )
    sitting = models.CharField(
        max_length=36, blank=True, editable=False, help_text="The opened form that was saved last: never stale itself."
    )
    unread = models.JSONField(default=dict, blank=True, help_text="Typed text, by field, that could not be read yet.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    round = models.PositiveIntegerField(
        default=0, editable=False, help_text="How often it was handed to reviewers; each round starts from nothing."
    )
    seats = models.PositiveSmallIntegerField(default=1, editable=False, help_text="How many reviewers the round needs.")
    second_review = ArrayField(
        models.CharField(max_length=20, choices=SecondReview.choices),
        default=list,
        blank=True,
        editable=False,
        verbose_name="why two reviewers decide",
    )
    # Of the reviewer who took the first of the seats that are taken: see Review. Kept here for lists and constraints.
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claimed_submissions",
        editable=False,
    )
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    claim_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False, help_text="Of the content as submitted.")
    duplicate_key = models.CharField(max_length=64, blank=True, editable=False, help_text="See Content.duplicate_key.")
    published_version = models.PositiveIntegerField(null=True, blank=True, editable=False)

    change_note = models.TextField(
        "what changed and why",
        blank=True,
        max_length=2000,
        help_text="Of a revision: for the reviewer and for readers.",
    )

    # claim
    target = models.ForeignKey(Target, models.PROTECT, null=True, blank=True, related_name="+")
    compartment = _choice(choices.Compartment)
    component = _choice(choices.Component)
    cell_types = _terms("cell types")
    cell_states = _terms("cell states")
    cancers = _terms("cancers")
    cancer_stage = models.CharField("cancer stage", max_length=200, blank=True)
    line_of_therapy = models.CharField("line of therapy", max_length=200, blank=True)
    disease_setting = _choice(choices.DiseaseSetting, "disease setting")
    tissue = _term("tissue")
    # mechanism
    mechanisms = _choices(choices.TargetClass, "mechanism classes")
    role = _choice(choices.TargetRole, "role of the target")
    process = _term("biological process")
    # intervention
    intervention = _choice(choices.Intervention)
    therapies = _terms("therapies")
    therapy_relation = _choice(choices.TherapyRelation, "relation of the therapies")
    comparator = models.CharField(max_length=400, blank=True)
    # outcome
    outcome = _choice(choices.Outcome)
    change = _choice(choices.Change)
    effect_measure = _choice(choices.EffectMeasure, "effect measure")
    effect_value = models.DecimalField("effect", max_digits=20, decimal_places=6, null=True, blank=True)
    ci_low = models.DecimalField("95% CI from", max_digits=20, decimal_places=6, null=True, blank=True)
    ci_high = models.DecimalField("95% CI to", max_digits=20, decimal_places=6, null=True, blank=True)
    p_value = models.CharField("p value", max_length=40, blank=True)
    sample_size = models.PositiveIntegerField("sample size", null=True, blank=True, validators=[MinValueValidator(1)])
    # evidence
    evidence_type = _choice(choices.EvidenceType, "evidence type")
    direction = _choice(choices.Direction)
    level = _choice(choices.Level)
    quality = _choices(choices.Quality, "quality checklist")
    attribution = _choice(choices.Attribution)
    methods = _terms("methods")
    # study
    reference = models.ForeignKey(Reference, models.PROTECT, null=True, blank=True, related_name="submissions")
    nct_ids = ArrayField(models.CharField(max_length=11), default=list, blank=True, verbose_name="trial ids (NCT)")
    nct_waiver = models.TextField("why there is no trial id", blank=True, max_length=1000)
    datasets = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name="dataset accessions")
    cohort_key = models.CharField("cohort", max_length=120, blank=True)
    system = _choice(choices.System, "experimental system")
    species = _term("species")
    immune_competence = _choice(choices.ImmuneCompetence, "immune competence")
    stage = _choice(choices.Stage, "development stage")
    stop_reason = _choice(choices.StopReason, "why it was stopped")
    # text
    author_claim = models.TextField("author claim", blank=True, max_length=600)
    claim_place = _choice(choices.ClaimPlace, "place of the claim")
    claim_place_detail = models.CharField("which figure, table or page", max_length=100, blank=True)
    summary = models.TextField("curator assessment", blank=True, max_length=4000)
    marker_panel = models.CharField("marker panel", max_length=600, blank=True)
    answers = models.JSONField("answers to warnings", default=dict, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["status", "submitted_at"], name="submission_queue"),
            models.Index(fields=["submitter", "status"], name="submission_of_person"),
            models.Index(fields=["duplicate_key"], name="submission_duplicates", condition=~models.Q(duplicate_key="")),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="submission_status_known"),
            models.CheckConstraint(
                condition=models.Q(claimed_by__isnull=False) | ~models.Q(status=Status.IN_REVIEW),
                name="in_review_is_claimed",
            ),
            models.CheckConstraint(
                condition=~models.Q(claimed_by=models.F("submitter")), name="never_claimed_by_submitter"
            ),
            models.CheckConstraint(
                condition=models.Q(seats=1, second_review=[])
                | (models.Q(seats__in=[2, THIRD]) & ~models.Q(second_review=[])),
                name="submission_seats_have_a_cause",
            ),
            models.CheckConstraint(
                condition=models.Q(published_version__isnull=False) | ~models.Q(status=Status.APPROVED),
                name="approved_is_published",
            ),
            *constraints.of_content(),
            models.UniqueConstraint("record", "published_version", name="one_submission_per_version"),
            models.UniqueConstraint(
                "record",
                "submitter",
                name="one_open_submission_of_a_person",
                condition=models.Q(status__in=sorted(OPEN)),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[Status.DRAFT, Status.WITHDRAWN]) | models.Q(submitted_at__isnull=False),
                name="beyond_draft_is_submitted",
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.FSM(name="status_steps", field="status", transitions=transitions())]

    def __str__(self) -> str:
        return f"Submission {self.pk}"

    @property
    def paper(self) -> Reference | None:
        """The reference as it stands now: the one that its own was merged into, if it was."""
        return self.reference.heir if self.reference else None

    @property
    def open_re_review(self) -> "ReReview | None":
        return _open(self)

    @property
    def panel(self) -> list["Review"]:
        """The reviews of this round, by seat; those given back left out (prefetch ``reviews`` for many)."""
        taken = [each for each in self.reviews.all() if each.round == self.round and each.released_at is None]
        return sorted(taken, key=lambda each: each.number)

    @property
    def vacant(self) -> list[int]:
        """The numbers of the seats that nobody has taken."""
        taken = {each.number for each in self.panel}
        return [number for number in range(1, self.seats + 1) if number not in taken]

    def content(self) -> Content:
        """The content as one frozen value (reads the lists of terms; prefetch them for many)."""
        values: dict = {}
        for name in FIELD_NAMES:
            field = self._meta.get_field(name)
            if field.many_to_many:
                values[name] = tuple(sorted(term.curie for term in getattr(self, name).all()))
            elif name == "answers":
                values[name] = tuple(sorted(self.answers.items()))
            elif name == "reference":
                values[name] = self.reference_id
            elif field.is_relation:
                related = getattr(self, name)
                values[name] = related.curie if related else ""
            else:
                value = getattr(self, name)
                values[name] = tuple(value) if isinstance(value, list) else value
        return Content(**values)
