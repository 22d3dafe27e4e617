"""Terms of ontologies and the targets that records are about."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone

from .choices import Component, TargetClass, TargetKind, TermStatus, Vocabulary
from .querysets import SEPARATORS, TargetQuerySet, TermQuerySet, WordQuerySet


class VocabularyRevision(models.Model):
    """One row whose value is another one after every change of a term or target, whoever made it."""

    value = models.UUIDField()
    spelled = models.UUIDField(null=True, help_text="The value whose words stand in ``VocabularyWord``.")

    def __str__(self) -> str:
        return str(self.value)


class VocabularyWord(models.Model):
    """A word that occurs in a name, so that mistyped ones can be mended (see ``spelling``)."""

    word = models.CharField(max_length=100, unique=True)
    count = models.PositiveIntegerField(help_text="In how many names of terms and targets.")
    keys = ArrayField(models.CharField(max_length=100))

    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["word"]
        indexes = [
            GinIndex(fields=["keys"], name="word_keys"),
            models.Index(OpClass(F("word"), name="text_pattern_ops"), name="word_begins"),
        ]

    def __str__(self) -> str:
        return self.word


def _new_revision() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="new_revision",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            INSERT INTO vocabularies_vocabularyrevision (id, value) VALUES (1, gen_random_uuid())
            ON CONFLICT (id) DO UPDATE SET value = excluded.value;
            RETURN NULL;
        """,
    )


def _searchable(*names: str) -> pgtrigger.Trigger:
    """Keeps the words of a row's names in its ``search``; ``names`` are SQL texts of ``NEW``."""
    return pgtrigger.Trigger(
        name="searchable",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            NEW.search := to_tsvector('simple', translate(
                lower(concat_ws(E'\\n', NEW.curie, {", ".join(names)})), '{SEPARATORS}', '{" " * len(SEPARATORS)}'
            ));
            RETURN NEW;
        """,
    )


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
    search = SearchVectorField(null=True, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["label"]
        indexes = [
            models.Index(Lower("label"), "vocabulary", name="term_label_lower"),
            GinIndex(fields=["synonyms"], name="term_synonyms"),
            GinIndex(fields=["search"], name="term_search"),
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
            _new_revision(),
            _searchable(
                "NEW.label",
                "array_to_string(NEW.synonyms, E'\\n')",
                "array_to_string(NEW.related_synonyms, E'\\n')",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Target(models.Model):
    """What a therapy acts on. Identity is the stable id ``curie``, never the symbol."""

    curie = models.CharField(max_length=60, unique=True, help_text="Stable id, such as HGNC:8760.")
    kind = models.CharField(max_length=20, choices=TargetKind.choices, default=TargetKind.GENE)
    symbol = models.CharField(max_length=80)
    name = models.CharField(max_length=400)
    classes = ArrayField(models.CharField(max_length=40, choices=TargetClass.choices))
    components = ArrayField(models.CharField(max_length=40, choices=Component.choices), default=list, blank=True)
    synonyms = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    former_symbols = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    cell_types = models.ManyToManyField(Term, related_name="targets_of_cell", blank=True)
    therapies = models.ManyToManyField(Term, related_name="targets_of_therapy", blank=True)
    status = models.CharField(max_length=10, choices=TermStatus.choices, default=TermStatus.APPROVED)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    search = SearchVectorField(null=True, editable=False)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["symbol"]
        indexes = [
            models.Index(Lower("symbol"), name="target_symbol_lower"),
            GinIndex(fields=["synonyms"], name="target_synonyms"),
            GinIndex(fields=["search"], name="target_search"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=TargetKind.values), name="target_kind_known"),
            models.CheckConstraint(
                condition=models.Q(classes__len__gt=0) & models.Q(classes__contained_by=TargetClass.values),
                name="target_classes_known",
            ),
            models.CheckConstraint(
                condition=models.Q(components__contained_by=Component.values), name="target_components_known"
            ),
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("id")), name="target_not_its_own_heir"),
        ]
        triggers = [
            _new_revision(),
            _searchable(
                "NEW.symbol",
                "NEW.name",
                "array_to_string(NEW.synonyms, E'\\n')",
                "array_to_string(NEW.former_symbols, E'\\n')",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} ({self.curie})"


class TargetIdentifier(models.Model):
    """The same target's id in another resource: ``uniprot`` Q15116, ``ncbigene`` 5133."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="identifiers")
    resource = models.CharField(max_length=40)
    identifier = models.CharField(max_length=80)

    class Meta:
        ordering = ["resource", "identifier"]
        constraints = [models.UniqueConstraint("target", "resource", "identifier", name="target_identifier_once")]
        indexes = [models.Index(fields=["resource", "identifier"], name="target_identifier")]

    def __str__(self) -> str:
        return f"{self.resource}:{self.identifier}"


class Gene(models.Model):
    """One line of the HGNC table: what a new target that is a gene is filled in from, and what renames it."""

    curie = models.CharField(max_length=60, unique=True, help_text="Such as HGNC:8760.")
    symbol = models.CharField(max_length=80)
    name = models.CharField(max_length=400, blank=True)
    approved = models.BooleanField(default=True, help_text="False: HGNC has withdrawn the entry.")
    aliases = ArrayField(models.CharField(max_length=400), default=list, blank=True)
    previous = ArrayField(models.CharField(max_length=400), default=list, blank=True)
    ncbigene = models.CharField(max_length=80, blank=True)
    uniprot = ArrayField(models.CharField(max_length=400), default=list, blank=True)
    ensembl = models.CharField(max_length=80, blank=True)
    locus_type = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["symbol"]
        indexes = [models.Index(Lower("symbol"), name="gene_symbol_lower")]

    def __str__(self) -> str:
        return f"{self.symbol} ({self.curie})"


class OntologyLoad(models.Model):
    """One version of an ontology, or of the HGNC table, on its way into the vocabularies.

    previewed → applied | discarded. ``difference`` says what applying changes (or changed), by kind;
    see ``services.ontologies``.
    """

    class State(models.TextChoices):
        PREVIEWED = "previewed", "To be looked at"
        APPLIED = "applied", "Applied"
        DISCARDED = "discarded", "Discarded"

    file = models.FileField(upload_to="ontologies/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    version = models.CharField(max_length=200, blank=True)
    version_date = models.DateField(null=True, blank=True)
    prefixes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED, editable=False)
    rows = models.PositiveIntegerField(default=0)
    difference = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="ontology_loads")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["previewed", "applied", "discarded"]), name="load_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name or self.file_name} {self.version}".strip()
