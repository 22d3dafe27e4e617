"""A published document as its page shows it: facts in words, in groups, with links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode

from ..scoring import Evidence, weigh
from ..wording import address_of, citation, effect, worded

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a fact. ``url`` leads to the entries that share it, ``source`` to the owner of its id."""

    text: str
    url: str = ""
    curie: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in a list."""

    accession: str
    version: int
    statement: str
    published_at: Any
    target: Mapping[str, Any]
    level: str
    direction: str
    direction_label: str
    evidence_type: str
    stage: str
    cancers: str
    cell_types: str
    source: str
    under_review: bool


#: The columns of an entry that a row in a list is made of.
ROW = ("document", "under_review_since")


def rows_of(found: Iterable[tuple[str, datetime | None]]) -> list[Row]:
    """Rows of entries, from their columns ``ROW``."""
    return [row_of(orjson.loads(text), under_review=since is not None) for text, since in found]


def row_of(document: Document, *, under_review: bool = False) -> Row:
    evidence, reference = document["evidence"], document["study"]["reference"]
    return Row(
        accession=document["accession"],
        version=document["version"],
        statement=document["statement"],
        published_at=parse_datetime(document["published_at"]),
        target=document["target"],
        level=evidence["level"],
        direction=evidence["direction"],
        direction_label=worded("direction", evidence["direction"]),
        evidence_type=worded("evidence_type", evidence["type"]),
        stage=worded("stage", document["study"]["stage"]),
        cancers=", ".join(term["label"] for term in document["cancers"]),
        cell_types=", ".join(term["label"] for term in [*document["cell_types"], *document["cell_states"]]),
        source=citation(reference),
        under_review=under_review,
    )


def entries_with(**filters: str) -> str:
    """The address of the entries that share a value."""
    return f"{reverse('catalogue:entry-list')}?{urlencode(filters)}"


def groups_of(document: Document) -> list[Group]:
    """Every filled field of a document but its text and its reference."""
    outcome, evidence, study = document["outcome"], document["evidence"], document["study"]
    groups = [
        (
            "where",
            "Target and place",
            [
                ("Target", _target(document["target"])),
                ("Target class", [_coded("classes", code, "target_class") for code in document["target"]["classes"]]),
                ("Compartment", [_coded("compartment", document["compartment"], "compartment")]),
                ("Component", [_coded("component", document["component"], "component")]),
                ("Cell type", _terms(document["cell_types"], "cell_type")),
                ("Cell state", _terms(document["cell_states"], "cell_type")),
                ("Cancer", _terms(document["cancers"], "cancer")),
                ("Cancer stage", [Value(document["cancer_stage"])]),
                ("Primary or metastatic", [Value(worded("disease_setting", document["disease_setting"]))]),
                ("Line of therapy", [Value(document["line_of_therapy"])]),
                ("Tissue", _terms(_one(document["tissue"]))),
            ],
        ),
        (
            "what",
            "Mechanism and intervention",
            [
                ("Mechanism", [_coded("classes", code, "mechanism") for code in document["mechanisms"]]),
                ("Role of the target", [Value(worded("role", document["role"]))]),
                ("Biological process", _terms(_one(document["process"]))),
                ("Intervention", [_coded("intervention", document["intervention"], "intervention")]),
                ("Therapy", _terms(document["therapies"], "therapy")),
                ("Given as", [Value(worded("therapy_relation", document["therapy_relation"]))]),
                ("Compared with", [Value(document["comparator"])]),
            ],
        ),
        (
            "result",
            "Outcome and evidence",
            [
                ("Outcome", [_coded("outcome", outcome["type"], "outcome")]),
                ("Change", [Value(worded("change", outcome["change"]))]),
                ("Effect", [Value(effect(outcome))]),
                ("Evidence type", [_coded("evidence_type", evidence["type"], "evidence_type")]),
                ("Level", [Value(worded("level", evidence["level"]))]),
                ("Attribution", [Value(worded("attribution", evidence["attribution"]))]),
                ("Method", _terms(evidence["methods"])),
            ],
        ),
        (
            "study",
            "Study",
            [
                ("Experimental system", [Value(worded("system", study["system"]))]),
                ("Species", _terms(_one(study["species"]))),
                ("Immune competence", [Value(worded("immune_competence", study["immune_competence"]))]),
                ("Development stage", [_coded("stage", study["stage"], "stage")]),
                ("Stopped for", [Value(worded("stop_reason", study["stop_reason"]))]),
                ("Trial", [Value(one, source=f"https://clinicaltrials.gov/study/{one}") for one in study["nct_ids"]]),
                ("Dataset", [Value(one) for one in study["datasets"]]),
                ("Cohort", [Value(study["cohort_key"])]),
                ("Marker panel", [Value(document["text"]["marker_panel"])]),
            ],
        ),
    ]
    return [Group(key, title, tuple(_filled(facts))) for key, title, facts in groups if any(_filled(facts))]


def _filled(facts: Iterable[tuple[str, list[Value]]]) -> Iterable[Fact]:
    for label, values in facts:
        if kept := tuple(value for value in values if value.text):
            yield Fact(label, kept)


def _target(target: Document) -> list[Value]:
    named = f"{target['symbol']}, {target['name']}" if target["name"] != target["symbol"] else target["symbol"]
    return [Value(named, reverse("catalogue:target-detail", args=[target["id"]]), target["id"])]


def _coded(field: str, code: str, parameter: str) -> Value:
    return Value(worded(field, code), entries_with(**{parameter: code}) if code else "")


def _terms(terms: Iterable[Mapping[str, str]], parameter: str = "") -> list[Value]:
    return [
        Value(
            term["label"],
            entries_with(**{parameter: term["id"]}) if parameter else "",
            term["id"],
            address_of(term["id"]),
        )
        for term in terms
    ]


def _one(term: Mapping[str, str] | None) -> list[Mapping[str, str]]:
    return [term] if term else []


def weight_of(document: dict[str, Any]) -> dict[str, Any]:
    """The weight of an entry in the score of its target, and what it is the product of."""
    evidence = Evidence.of(document)
    weight = weigh(evidence)
    factors = [
        ("Base of the level", weight.base),
        ("Quality", weight.quality),
        ("Attribution", weight.attribution),
        ("Publication", weight.publication),
    ]
    if weight.stopped != 1.0:
        factors.append(("Stopped early", weight.stopped))
    return {"value": weight.value, "side": evidence.side, "factors": factors, "has_level": bool(weight.base)}
