"""The targets that records are about, and the genes that new ones are filled in from."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower

from ..choices import Component, TargetClass, TargetKind, TermStatus
from ..querysets import GeneQuerySet, TargetQuerySet
from .terms import Term
from .words import new_revision, searchable


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
    members = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="member_of",
        blank=True,
        help_text="Of a pair its ligand and its receptor; of a complex, a family or a pathway what belongs to it.",
    )
    status = models.CharField(max_length=10, choices=TermStatus.choices, default=TermStatus.APPROVED)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    usage = models.PositiveIntegerField(
        default=0, editable=False, help_text="Entries and open submissions about it; counted now and then."
    )
    names = ArrayField(
        models.TextField(), default=list, editable=False, help_text="Its id and names, as they are compared."
    )
    search = SearchVectorField(null=True, editable=False)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["symbol"]
        indexes = [
            models.Index(Lower("symbol"), name="target_symbol_lower"),
            GinIndex(fields=["names"], name="target_names"),
            GinIndex(fields=["search"], name="target_search"),
            models.Index(fields=["-usage"], name="target_used", condition=models.Q(usage__gt=0)),
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
            new_revision("curie", "symbol", "name", "synonyms", "former_symbols", "status", "merged_into_id"),
            searchable(names=["symbol", "name"], lists=["synonyms", "former_symbols"]),
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

    objects = GeneQuerySet.as_manager()

    class Meta:
        ordering = ["symbol"]
        indexes = [models.Index(Lower("symbol"), name="gene_symbol_lower")]

    def __str__(self) -> str:
        return f"{self.symbol} ({self.curie})"
