"""Ids as resolvable addresses: one table of prefixes for every format that speaks of things on the web."""

from collections.abc import Mapping

_OBO = "http://purl.obolibrary.org/obo/"
#: Prefix of an id → how its address begins; the rest of the id follows.
PREFIXES: dict[str, str] = {
    **{name: f"{_OBO}{name}_" for name in ("CL", "DOID", "MONDO", "UBERON", "ECO", "GO", "CHEBI", "NCBITaxon", "NCIT")},
    "HGNC": "https://identifiers.org/hgnc:",
    "HGNC_GROUP": "https://identifiers.org/hgnc.genegroup:",
    "UniProtKB": "https://identifiers.org/uniprot:",
    "ComplexPortal": "https://identifiers.org/complexportal:",
    "Reactome": "https://identifiers.org/reactome:",
    "CHEMBL": "https://identifiers.org/chembl.compound:CHEMBL",
    "PMID": "https://pubmed.ncbi.nlm.nih.gov/",
    "DOI": "https://doi.org/",
    "NCT": "https://clinicaltrials.gov/study/NCT",
    "ORCID": "https://orcid.org/",
}
#: How the ids of terms and targets of our own begin.
OURS = ("TMECT", "TMECS", "TMECA", "TMETI", "TMEME", "TMETX", "TMESP", "TMEBP")
OUR_TARGETS = "TMET"


def prefixes(site: str) -> dict[str, str]:
    """All prefixes, with those of this portal."""
    return {
        **PREFIXES,
        "TMEE": f"{site}/entries/TMEE:",
        OUR_TARGETS: f"{site}/targets/{OUR_TARGETS}:",
        **{prefix: f"{site}/api/v1/terms/{prefix}:" for prefix in OURS},
    }


def iri(curie: str, site: str) -> str:
    """The address of what an id names; of an unknown kind, the place where this portal tells of it."""
    prefix, _, local = curie.partition(":")
    if prefix == "CHEMBL":
        local = local.removeprefix("CHEMBL")
    begin = prefixes(site).get(prefix)
    return f"{begin}{local}" if begin else f"{site}/api/v1/terms/{curie}"


def entry(document: Mapping[str, object], site: str) -> str:
    """The address that one version of an entry keeps for good."""
    return f"{site}/entries/{document['accession']}/versions/{document['version']}/"


def reference(said: Mapping[str, object], site: str) -> str:
    """A publication by its DOI, else by its PMID, else by its page here."""
    if said["doi"]:
        return f"{PREFIXES['DOI']}{said['doi']}"
    return f"{PREFIXES['PMID']}{said['pmid']}" if said["pmid"] else f"{site}/references/{said['id']}/"


def publication(said: Mapping[str, object], site: str) -> str:
    """The same as a short id where there is one."""
    if said["pmid"]:
        return f"PMID:{said['pmid']}"
    return f"DOI:{said['doi']}" if said["doi"] else f"{site}/references/{said['id']}/"
