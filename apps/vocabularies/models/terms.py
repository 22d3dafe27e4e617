"""Terms of ontologies, and our own below them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower

from ..choices import LOCAL_PREFIXES, TermStatus, Vocabulary
from ..querysets import TermQuerySet
from .words import new_revision, searchable


class Term(models.Model):
    """One concept of an ontology, or a local one (``TMECS:``) that hangs below an ontology's."""

    curie = models.CharField(max_length=60, unique=True, help_text="Such as CL:0000235.")
    vocabulary = models.CharField(max_length=20, choices=Vocabulary.choices)
    label = models.CharField(max_length=400)
    definition = models.TextField(blank=True)
    synonyms = ArrayField(models.CharField(max_length=400), default=list, blank=True, help_text="That mean the same.")
    related_synonyms = ArrayField(
        models.CharField(max_length=400), default=list, blank=True, help_text="Broader, narrower or merely related."
    )
    xrefs = ArrayField(models.CharField(max_length=400), default=list, blank=True, verbose_name="cross-references")
    parents = models.ManyToManyField("self", symmetrical=False, related_name="children", blank=True)
    wholes = models.ManyToManyField("self", symmetrical=False, related_name="parts", blank=True)
    obsolete = models.BooleanField(default=False)
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaces")
    status = models.CharField(max_length=10, choices=TermStatus.choices, default=TermStatus.APPROVED)
    source = models.CharField(max_length=200, blank=True, help_text="Ontology and version the term was read from.")
    version_date = models.DateField(
        null=True, blank=True, editable=False, help_text="Of that version; an older one does not overwrite it."
    )
    usage = models.PositiveIntegerField(
        default=0, editable=False, help_text="Entries and open submissions that name it; counted now and then."
    )
    names = ArrayField(
        models.TextField(), default=list, editable=False, help_text="Its id and names, as they are compared."
    )
    search = SearchVectorField(null=True, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["label"]
        indexes = [
            models.Index(Lower("label"), "vocabulary", name="term_label_lower"),
            GinIndex(fields=["names"], name="term_names"),
            GinIndex(fields=["search"], name="term_search"),
            models.Index(fields=["-usage"], name="term_used", condition=models.Q(usage__gt=0)),
            models.Index(OpClass(Lower("label"), name="text_pattern_ops"), name="term_label_begins"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(vocabulary__in=Vocabulary.values), name="term_vocabulary_known"),
            models.CheckConstraint(condition=models.Q(status__in=TermStatus.values), name="term_status_known"),
            models.CheckConstraint(
                condition=models.Q(curie__regex=r"^[A-Za-z][A-Za-z0-9_]*:\S+$"), name="term_curie_shape"
            ),
        ]
        triggers = [
            new_revision("curie", "vocabulary", "label", "synonyms", "obsolete", "status"),
            searchable(names=["label"], lists=["synonyms"], more=["related_synonyms"]),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_local(self) -> bool:
        """Whether it is one of our own, which editors change; an ontology's terms change by its loads alone."""
        return self.curie.partition(":")[0] in LOCAL_PREFIXES
