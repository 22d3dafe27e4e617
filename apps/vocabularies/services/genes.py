"""The HGNC table: what a new target is filled in from. A target that is a gene takes its new symbol from it."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from apps.accounts.models import User
from apps.accounts.services import record_event

from ..models import Gene, OntologyLoad, Target
from ..models.loads import GENE_TABLE
from ..ontologies.hgnc import GeneData

_COLUMNS = (
    "symbol", "name", "approved", "aliases", "previous", "ncbigene", "uniprot", "ensembl", "locus_type",
)  # fmt: skip
_BATCH = 5000


class GeneLoading:
    """The genes of one table, beside those the portal knows."""

    def __init__(self, load: OntologyLoad, genes: Iterable[GeneData]) -> None:
        self.load = load
        self.genes = {gene.curie: gene for gene in genes}
        self.changed, self.lists = self._compare()

    def describe(self) -> None:
        """Write down what the file is and what it changes."""
        created = len(self.lists["new"])
        self.load.format = GENE_TABLE
        self.load.name = "HGNC"
        self.load.rows = len(self.genes)
        self.load.difference = {
            "created": created,
            "updated": len(self.changed) - created,
            "unchanged": len(self.genes) - len(self.changed),
            **{kind: rows for kind, rows in self.lists.items() if rows},
        }

    def write(self, actor: User | None) -> None:
        Gene.objects.bulk_create(
            (Gene(curie=curie, **values) for curie, values in self.changed.items()),
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["curie"],
            update_fields=_COLUMNS,
        )
        for target in Target.objects.select_for_update().filter(curie__in=self.genes):
            _rename(target, self.genes[target.curie], actor, self.load)

    def _compare(self) -> tuple[dict[str, dict[str, Any]], dict[str, list[list[str]]]]:
        known = {
            row["curie"]: row for row in Gene.objects.filter(curie__in=self.genes).values("curie", *_COLUMNS).iterator()
        }
        changed = {}
        lists: dict[str, list[list[str]]] = {"new": [], "renamed": [], "withdrawn": [], "targets": []}
        for curie, gene in self.genes.items():
            values = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(gene).items()}
            before = known.get(curie)
            if before == values:
                continue
            del values["curie"]
            changed[curie] = values
            if before is None:
                lists["new"].append([curie, gene.symbol])
            elif before["symbol"] != gene.symbol:
                lists["renamed"].append([curie, before["symbol"], gene.symbol])
            if before and before["approved"] and not gene.approved:
                lists["withdrawn"].append([curie, gene.symbol])
        for curie, symbol in Target.objects.filter(curie__in=self.genes).values_list("curie", "symbol"):
            if self.genes[curie].approved and self.genes[curie].symbol != symbol:
                lists["targets"].append([curie, symbol, self.genes[curie].symbol])
        return changed, lists


def _rename(target: Target, gene: GeneData, actor: User | None, load: OntologyLoad) -> None:
    """Symbols change, ids stay: the old one is kept among the former symbols."""
    if not gene.approved or target.symbol == gene.symbol:
        return
    before, target.symbol = target.symbol, gene.symbol
    target.name = gene.name or target.name
    target.former_symbols = list(dict.fromkeys((*target.former_symbols, before)))
    target.synonyms = [name for name in target.synonyms if name != gene.symbol]
    target.save(update_fields=["symbol", "name", "former_symbols", "synonyms"])
    record_event(actor=actor, verb="rename", obj=target, data={"load": load.pk, "symbol": [before, gene.symbol]})
