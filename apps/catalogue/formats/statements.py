"""Statements in the manner of GA4GH's Variant Annotation Specification (VA-Spec 1.0): one JSON object per entry.

The specification's own propositions are about variants; ours are about targets, built as its core model builds
them: a statement asserts a *proposition* (subject, predicate, object, qualifiers), with a *direction* and a
*strength*, and rests on *evidence lines*.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from ..document import to_json
from . import iris

_DIRECTIONS = {"supports": "supports", "contradicts": "disputes", "no_effect": "disputes", "inconclusive": "neutral"}
_TYPES = {
    "therapeutic": ("TargetTherapeuticResponseProposition", "predictsResponseTo"),
    "predictive": ("TargetPredictiveProposition", "predictsResponseTo"),
    "prognostic": ("TargetPrognosticProposition", "associatedWithOutcome"),
    "mechanistic": ("TargetMechanismProposition", "contributesTo"),
    "localisation": ("TargetLocalisationProposition", "locatedIn"),
    "resistance": ("TargetTherapeuticResponseProposition", "predictsResistanceTo"),
    "safety": ("TargetSafetyProposition", "associatedWithAdverseEffect"),
}
_QUALIFIERS = (
    ("compartmentQualifier", "compartment"),
    ("componentQualifier", "component"),
    ("interventionQualifier", "intervention"),
    ("roleQualifier", "role"),
    ("diseaseStageQualifier", "cancer_stage"),
    ("lineOfTherapyQualifier", "line_of_therapy"),
    ("therapyRelationQualifier", "therapy_relation"),
)

Document = Mapping[str, Any]


def statement(document: Document, site: str) -> dict[str, Any]:
    """One version of an entry as a statement."""
    evidence, reference = document["evidence"], document["study"]["reference"]
    return {
        "id": iris.entry(document, site),
        "type": "Statement",
        "description": document["statement"],
        "proposition": _proposition(document, site),
        "direction": _DIRECTIONS.get(evidence["direction"], "neutral"),
        "strength": _coding("level", evidence["level"], site) if evidence["level"] else None,
        "specifiedBy": {"type": "Method", "name": "Levels of evidence of the portal", "id": f"{site}/api/v1/docs/"},
        "contributions": [
            *(_contribution(one, "curation", document, site) for one in document["curated_by"]),
            *(_contribution(one, "review", document, site) for one in document["reviewed_by"]),
        ],
        "reportedIn": [_source(reference, site)],
        "hasEvidenceLines": [
            {
                "type": "EvidenceLine",
                "directionOfEvidenceProvided": _DIRECTIONS.get(evidence["direction"], "neutral"),
                "strengthOfEvidenceProvided": _coding("level", evidence["level"], site) if evidence["level"] else None,
                "hasEvidenceItems": [_study_result(document, site)],
                "evidenceOutcome": _coding("change", document["outcome"]["change"], site),
            }
        ],
        "extensions": [
            {"name": "accession", "value": document["accession"]},
            {"name": "version", "value": document["version"]},
            {"name": "sincePublication", "value": document.get("since_publication")},
        ],
    }


def write(blocks: Iterable[bytes], site: str) -> Iterator[bytes]:
    """A stream of entries as lines of statements."""
    for block in blocks:
        yield "".join(f"{to_json(statement(orjson.loads(line), site))}\n" for line in block.splitlines()).encode()


def _proposition(document: Document, site: str) -> dict[str, Any]:
    kind, predicate = _TYPES.get(document["evidence"]["type"], ("TargetProposition", "relatedTo"))
    qualifiers = {name: document[member] for name, member in _QUALIFIERS if document[member]}
    return {
        "type": kind,
        "subject": _target(document["target"], site),
        "predicate": predicate,
        "object": _outcome(document, site),
        "conditionQualifier": [_concept(term, "Disease", site) for term in document["cancers"]],
        "therapyQualifier": [_concept(term, "Drug", site) for term in document["therapies"]],
        "cellTypeQualifier": [
            _concept(term, "CellType", site) for term in (*document["cell_types"], *document["cell_states"])
        ],
        **qualifiers,
    }


def _target(target: Document, site: str) -> dict[str, Any]:
    kind = "Gene" if target["kind"] == "gene" else "Target"
    return {
        "type": "MappableConcept",
        "conceptType": kind,
        "id": target["id"],
        "name": target["symbol"],
        "primaryCoding": _named(target["id"], target["name"], site),
    }


def _concept(term: Document, kind: str, site: str) -> dict[str, Any]:
    return {
        "type": "MappableConcept",
        "conceptType": kind,
        "id": term["id"],
        "name": term["label"],
        "primaryCoding": _named(term["id"], term["label"], site),
    }


def _named(curie: str, name: str, site: str) -> dict[str, Any]:
    return {"code": curie, "name": name, "system": curie.partition(":")[0], "iris": [iris.iri(curie, site)]}


def _outcome(document: Document, site: str) -> dict[str, Any]:
    return {
        "type": "MappableConcept",
        "conceptType": "Outcome",
        **_coding("outcome", document["outcome"]["type"], site),
    }


def _coding(system: str, code: str, site: str) -> dict[str, Any]:
    return {"primaryCoding": {"code": code, "system": f"{site}/api/v1/context/#{system}"}}


def _contribution(person: Document, activity: str, document: Document, site: str) -> dict[str, Any]:
    agent = {"type": "Agent", "name": person["name"]}
    if person["orcid"]:
        agent["id"] = f"{iris.PREFIXES['ORCID']}{person['orcid']}"
    return {"type": "Contribution", "activityType": activity, "date": document["published_at"], "contributor": agent}


def _source(reference: Document, site: str) -> dict[str, Any]:
    return {
        "type": "Document",
        "id": iris.reference(reference, site),
        "title": reference["title"],
        "pmid": str(reference["pmid"]) if reference["pmid"] else None,
        "doi": reference["doi"],
    }


def _study_result(document: Document, site: str) -> dict[str, Any]:
    outcome, study = document["outcome"], document["study"]
    measured = ("effect_measure", "effect_value", "ci_low", "ci_high", "p_value", "sample_size")
    return {
        "type": "StudyResult",
        "focus": document["target"]["id"],
        "specifiedBy": [_named(term["id"], term["label"], site) for term in document["evidence"]["methods"]],
        "ancillaryResults": {name: outcome[name] for name in measured if outcome[name] not in (None, "")},
        "sourceDataSet": [*study["nct_ids"], *study["datasets"]],
        "qualityMeasures": {"checklist": document["evidence"]["quality"]},
        "extensions": [
            {"name": name, "value": study[name]} for name in ("system", "stage", "cohort_key") if study[name]
        ],
    }
