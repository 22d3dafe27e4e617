"""The table of human genes that HGNC offers for download, in whatever choice of columns."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from .base import UnreadableOntology, once

_COLUMNS = {
    "curie": ("hgnc id", "hgnc_id"),
    "symbol": ("approved symbol", "symbol"),
    "name": ("approved name", "name"),
    "status": ("status",),
    "aliases": ("alias symbols", "alias_symbol"),
    "previous": ("previous symbols", "prev_symbol"),
    "ncbigene": ("ncbi gene id(supplied by ncbi)", "ncbi gene id", "entrez_id"),
    "uniprot": ("uniprot id(supplied by uniprot)", "uniprot_ids"),
    "ensembl": ("ensembl gene id", "ensembl_gene_id"),
    "locus_type": ("locus type", "locus_type"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneData:
    """One line of the table. ``uniprot`` may name several accessions, the main one first."""

    curie: str
    symbol: str
    name: str
    approved: bool = True
    aliases: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    ncbigene: str = ""
    uniprot: tuple[str, ...] = ()
    ensembl: str = ""
    locus_type: str = ""


def recognises(head: str) -> bool:
    names = {cell.strip().lower() for cell in head.split("\n", 1)[0].split("\t")}
    return all(names & set(_COLUMNS[column]) for column in ("curie", "symbol", "name"))


def read(text: str) -> Iterator[GeneData]:
    """Every gene of the table; a row without an HGNC id is left out."""
    rows = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = [name.strip().lower() for name in next(rows, [])]
    places = {
        column: next((header.index(name) for name in names if name in header), None)
        for column, names in _COLUMNS.items()
    }
    if places["curie"] is None or places["symbol"] is None:
        raise UnreadableOntology("The table has no columns for the HGNC id and the approved symbol.")

    def cell(row: list[str], column: str) -> str:
        place = places[column]
        return row[place].strip().strip('"') if place is not None and place < len(row) else ""

    for row in rows:
        curie = cell(row, "curie")
        if curie.startswith("HGNC:"):
            yield GeneData(
                curie=curie,
                symbol=cell(row, "symbol")[:80],
                name=cell(row, "name")[:400],
                approved=cell(row, "status") in {"", "Approved"},
                aliases=_listed(cell(row, "aliases")),
                previous=_listed(cell(row, "previous")),
                ncbigene=cell(row, "ncbigene"),
                uniprot=_listed(cell(row, "uniprot")),
                ensembl=cell(row, "ensembl"),
                locus_type=cell(row, "locus_type"),
            )


def _listed(text: str) -> tuple[str, ...]:
    """Names separated by commas or, in HGNC's own complete set, by bars."""
    return once(text.replace("|", ",").split(","))
