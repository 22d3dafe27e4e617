"""Codes in words, and ids as addresses of where they come from."""

from collections.abc import Mapping
from typing import Any

from apps.vocabularies import choices

#: Field → code → words. Fields are named as in the published document.
WORDS: dict[str, dict[str, str]] = {
    name: {str(code): str(label) for code, label in kind.choices}
    for name, kind in {
        "attribution": choices.Attribution,
        "change": choices.Change,
        "claim_place": choices.ClaimPlace,
        "classes": choices.TargetClass,
        "compartment": choices.Compartment,
        "component": choices.Component,
        "direction": choices.Direction,
        "disease_setting": choices.DiseaseSetting,
        "effect_measure": choices.EffectMeasure,
        "evidence_type": choices.EvidenceType,
        "flag_reason": choices.FlagReason,
        "immune_competence": choices.ImmuneCompetence,
        "intervention": choices.Intervention,
        "kind": choices.TargetKind,
        "level": choices.Level,
        "outcome": choices.Outcome,
        "quality": choices.Quality,
        "role": choices.TargetRole,
        "stage": choices.Stage,
        "stop_reason": choices.StopReason,
        "system": choices.System,
        "therapy_relation": choices.TherapyRelation,
    }.items()
}
WORDS["retraction_state"] = {
    "none": "",
    "corrected": "Corrected",
    "expression_of_concern": "Expression of concern",
    "retracted": "Retracted",
    "withdrawn": "Withdrawn",
}
WORDS["evidence_class"] = {
    "clinical": "Clinical (levels A to C)",
    "D1": "Causal in vivo (D1)",
    "D2": "Causal in culture (D2)",
    "E": "Correlative (E)",
}

#: What every tier asks for, as readers are told.
TIERS = {
    "established": "a score of 50 or more, and three years since the first record",
    "strong": "a score of 35 or more, two independent groups and a patient record",
    "moderate": "a score of 15 or more",
    "limited": "a score below 15",
    "disputed": "support and contradiction, of which the smaller is at least half the larger",
}

_RESOURCES = {
    "hgnc": ("HGNC", "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/{}"),
    "uniprot": ("UniProt", "https://www.uniprot.org/uniprotkb/{}"),
    "ncbigene": ("NCBI Gene", "https://www.ncbi.nlm.nih.gov/gene/{}"),
    "ensembl": ("Ensembl", "https://www.ensembl.org/id/{}"),
}
_ELSEWHERE = {
    "UniProtKB": "https://www.uniprot.org/uniprotkb/{}",
    "ComplexPortal": "https://www.ebi.ac.uk/complexportal/complex/{}",
    "Reactome": "https://reactome.org/content/detail/{}",
    "HGNC_GROUP": "https://www.genenames.org/data/genegroup/#!/group/{}",
}
_OBO = {"CL", "DOID", "MONDO", "UBERON", "ECO", "GO", "CHEBI"}


def worded(field: str, code: str) -> str:
    """``code`` in words; a code without any is shown as text rather than hidden."""
    return WORDS[field].get(code, code.replace("_", " ").capitalize()) if code else ""


def address_of(curie: str) -> str:
    """Where the owner of an id describes it; empty for our own terms."""
    prefix, _, local = curie.partition(":")
    if prefix == "HGNC":
        return _RESOURCES["hgnc"][1].format(curie)
    if prefix in _OBO:
        return f"https://purl.obolibrary.org/obo/{prefix}_{local}"
    if prefix in _ELSEWHERE:
        return _ELSEWHERE[prefix].format(local)
    if prefix == "NCBITaxon":
        return f"https://www.ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?id={local}"
    if prefix == "CHEMBL":
        number = local if local.startswith("CHEMBL") else f"CHEMBL{local}"
        return f"https://www.ebi.ac.uk/chembl/explore/compound/{number}"
    return ""


def identifier(resource: str, value: str) -> dict[str, str]:
    """An id in another resource, with the resource's name and the address."""
    name, address = _RESOURCES.get(resource, (resource, ""))
    return {"resource": name, "identifier": value, "url": address.format(value) if address else ""}


def citation(reference: Mapping[str, Any]) -> str:
    """``Adams A, Berg B, Carr C et al. · Cancer Cell 2014``, at most three authors."""
    authors = reference["authors"]
    people = ", ".join(authors[:3]) + (" et al." if len(authors) > 3 else "")
    place = " ".join(filter(None, [reference["journal"], str(reference["year"] or "")]))
    return " · ".join(filter(None, [people, place]))


def effect(outcome: Mapping[str, Any]) -> str:
    """``Hazard ratio (HR) 0.56 (CI 0.46 to 0.69), p < 0.001, n = 616``, as far as it is known."""
    parts = []
    measure, value = worded("effect_measure", outcome["effect_measure"]), outcome["effect_value"]
    if value is not None:
        low, high = outcome["ci_low"], outcome["ci_high"]
        interval = f" (CI {low} to {high})" if low is not None and high is not None else ""
        unit = "%" if outcome["effect_measure"] == "percent" else ""
        name = "" if outcome["effect_measure"] in {"percent", "other"} else f"{measure} "
        parts.append(f"{name}{value}{unit}{interval}")
    if p_value := outcome["p_value"].strip():
        parts.append(f"p {p_value}" if p_value[0] in "<>=≤≥" else f"p = {p_value}")
    if outcome["sample_size"] is not None:
        parts.append(f"n = {outcome['sample_size']:,}")
    return ", ".join(parts)


def cite(document: Mapping[str, Any], *, site: str, date: str, address: str) -> str:
    """How one cites a version: who made and reviewed it, what it says, where it stands for good."""
    people = ", ".join(person["name"] for person in document["curated_by"])
    reviewers = ", ".join(person["name"] for person in document["reviewed_by"])
    credit = "; ".join(filter(None, [people, f"reviewed by {reviewers}" if reviewers else ""]))
    version = f"{document['accession']}.{document['version']}"
    return f"{f'{credit}. ' if credit else ''}{document['statement']} {site}, {version}, {date}. {address}"
