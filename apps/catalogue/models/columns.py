"""The columns that an entry in force and one frozen in a release have alike."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models


def codes(max_length: int = 60) -> ArrayField:
    return ArrayField(models.CharField(max_length=max_length), default=list)


class EntryColumns(models.Model):
    """What lists show of an entry and what filters find it by: of one in force, and of one frozen in a release.

    The ``*_within`` arrays hold the terms of the entry and everything above them in the ontology; ``terms`` are
    those of all its fields. What happened since the version was published (see ``SincePublication``) stands in
    columns of its own, for a version never changes.
    """

    version = models.PositiveIntegerField()
    document = models.TextField()
    changed_at = models.DateTimeField()
    retraction_state = models.CharField(
        max_length=24, blank=True, help_text="What the reference has become since; empty where it is as published."
    )
    under_review_since = models.DateTimeField(null=True, blank=True)
    review_reason = models.TextField(blank=True, help_text="Why it was looked at again, for everyone to read.")
    upheld_at = models.DateTimeField(null=True, blank=True, help_text="When its re-review ended and left it in force.")
    upheld_reason = models.TextField(blank=True)
    open_flags = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="The reasons of the flags not answered yet.",
    )

    statement = models.TextField()
    target = models.CharField(max_length=60)
    target_symbol = models.CharField(max_length=80)
    target_classes = codes()
    compartment = models.CharField(max_length=40)
    component = models.CharField(max_length=40)
    cell_types = codes()
    cell_types_within = codes()
    cancers = codes()
    cancers_within = codes()
    therapies = codes()
    mechanisms = codes()
    intervention = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40)
    evidence_type = models.CharField(max_length=40)
    direction = models.CharField(max_length=40)
    level = models.CharField(max_length=4, blank=True)
    stage = models.CharField(max_length=40)
    reference = models.BigIntegerField()
    pmid = models.BigIntegerField(null=True)
    doi = models.CharField(max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(null=True, help_text="Of the reference.")
    sample_size = models.IntegerField(null=True)
    effect_measure = models.CharField(max_length=40, blank=True, default="", db_default="")
    effect = models.FloatField(null=True)
    terms = codes()
    terms_within = codes()
    stance = models.CharField(max_length=10, blank=True, help_text="How it can contradict another.")
    weight = models.FloatField(default=0, help_text="What the score gives it before it is ranked.")
    search = SearchVectorField(null=True)

    class Meta:
        abstract = True
