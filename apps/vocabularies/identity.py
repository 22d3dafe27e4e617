"""The ids by which targets of each kind are known: how they are written, and whose they may be."""

import re
from dataclasses import dataclass

from .choices import TargetKind

#: How ids of our own begin, for what nobody else numbers: pairs, physical states, whatever has no id yet.
LOCAL = "TMET"


@dataclass(frozen=True, slots=True)
class Scheme:
    """Somebody's way of numbering. ``pattern`` is of what follows the colon."""

    name: str
    pattern: str
    example: str

    def allows(self, local: str) -> bool:
        return bool(re.fullmatch(self.pattern, local))


SCHEMES = {
    "HGNC": Scheme("HGNC", r"[1-9]\d{0,6}", "HGNC:2433"),
    "UniProtKB": Scheme("UniProt", r"[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2}", "UniProtKB:P07333"),
    "ComplexPortal": Scheme("Complex Portal", r"CPX-\d{1,6}", "ComplexPortal:CPX-25767"),
    "HGNC_GROUP": Scheme("HGNC gene group", r"[1-9]\d{0,5}", "HGNC_GROUP:483"),
    "Reactome": Scheme("Reactome", r"R-[A-Z]{3}-\d{1,9}", "Reactome:R-HSA-389948"),
    "GO": Scheme("Gene Ontology", r"\d{7}", "GO:0035329"),
    "CHEBI": Scheme("ChEBI", r"\d{1,7}", "CHEBI:24996"),
    "CL": Scheme("Cell Ontology", r"\d{7}", "CL:0000235"),
    "TMECS": Scheme("our cell states", r"\d{7}", "TMECS:0000001"),
    LOCAL: Scheme("the portal", r"\d{7}", "TMET:0100001"),
}

#: Whose ids a target of each kind may have, the best first; every kind may also have one of our own.
SCHEMES_OF_KIND: dict[str, tuple[str, ...]] = {
    TargetKind.GENE: ("HGNC", "UniProtKB"),
    TargetKind.COMPLEX: ("ComplexPortal", "Reactome", "GO"),
    TargetKind.LIGAND_RECEPTOR: (),
    TargetKind.GENE_FAMILY: ("HGNC_GROUP",),
    TargetKind.PATHWAY: ("Reactome", "GO"),
    TargetKind.METABOLITE: ("CHEBI",),
    TargetKind.ECM_COMPONENT: ("HGNC", "UniProtKB", "CHEBI", "GO"),
    TargetKind.CELL_POPULATION: ("CL", "TMECS"),
    TargetKind.PHYSICAL_STATE: (),
}

#: The kinds that are made of other targets; of a pair both are named.
MADE_OF_OTHERS = frozenset({TargetKind.COMPLEX, TargetKind.LIGAND_RECEPTOR, TargetKind.GENE_FAMILY, TargetKind.PATHWAY})

_BY_SHAPE = (("ComplexPortal", r"CPX-\d+"), ("Reactome", r"R-[A-Z]{3}-\d+"))
_PREFIXES = {prefix.lower(): prefix for prefix in SCHEMES} | {"uniprot": "UniProtKB", "complex": "ComplexPortal"}


def tidied(text: str) -> str:
    """An id as it is kept, however it was typed: ``hgnc: 2433``, ``R-HSA-389948``, ``uniprot:p07333``."""
    prefix, colon, local = "".join(text.split()).partition(":")
    if not colon:
        return next((f"{name}:{prefix}" for name, shape in _BY_SHAPE if re.fullmatch(shape, prefix.upper())), prefix)
    known = _PREFIXES.get(prefix.lower())
    return f"{known}:{local.upper()}" if known else f"{prefix}:{local}"


def objection(kind: str, curie: str) -> str:
    """Why a target of this kind cannot have this id, and which it can; empty where it can."""
    prefix, _, local = curie.partition(":")
    allowed = (*SCHEMES_OF_KIND[kind], LOCAL)
    if prefix in allowed:
        scheme = SCHEMES[prefix]
        return "" if scheme.allows(local) else f"“{curie}” is no id of {scheme.name}: those look like {scheme.example}."
    what = TargetKind(kind).label.lower()
    others = [f"{SCHEMES[one].name} (such as {SCHEMES[one].example})" for one in SCHEMES_OF_KIND[kind]]
    if not others:
        return f"Leave the id empty: a {what} gets one of our own."
    return f"The id of a {what} comes from {' or '.join(others)}. Leave it empty if there is none."
