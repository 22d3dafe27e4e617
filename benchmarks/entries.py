"""Invented entries, always the same for the same number: documents of 1 to 2 KB, as many as are wanted.

Few targets, cells, cancers and words are in very many entries and most in few, as in the real ones. Pure.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import accumulate
from typing import Any, cast, get_args, get_type_hints

from apps.catalogue.document import EntryDocument
from apps.vocabularies import choices

from .terms import PLACES

SEED = 20260501
#: So many entries rest on each reference.
PER_REFERENCE = 4
TARGETS = 2_000
#: Vocabulary → the prefix of its ids, how many terms it has, and what a label ends with.
VOCABULARIES: dict[str, tuple[str, int, str]] = {
    "cell_type": ("CL", 400, "cell"),
    "cell_state": ("TMECS", 80, "state"),
    "cancer": ("MONDO", 400, "carcinoma"),
    "therapy": ("CHEMBL", 600, "mab"),
    "tissue": ("UBERON", 80, "tissue"),
    "process": ("GO", 120, "regulation"),
    "method": ("ECO", 40, "assay evidence"),
    "species": ("NCBITaxon", 4, "species"),
}
_COMMON = [
    "tumour", "cells", "patients", "expression", "response", "treatment", "macrophages", "infiltration", "survival",
    "mice", "blockade", "increased", "reduced", "significantly", "compared", "stroma", "hypoxia", "fibroblasts",
    "inhibition", "anti", "growth", "metastasis", "vessels", "matrix", "checkpoint", "immune", "cytotoxic",
    "lymphocytes", "suppressive", "signalling", "resistance", "therapy", "combined", "cohort", "trial", "dose",
    "plasma", "biopsy", "density", "perfusion", "collagen", "acidosis", "lactate", "adenosine", "exhaustion",
    "neutrophils", "dendritic", "antigen",
]  # fmt: skip
_SYLLABLES = [
    "ba", "cro", "dy", "fen", "gli", "hem", "jun", "kra", "lym", "mor", "nex", "oph", "pla", "quo", "ros", "stel",
    "tri", "umb", "ver", "xan", "yel", "zon",
]  # fmt: skip
# Once: each look at ``values`` makes them anew.
_ATTRIBUTION = choices.Attribution.values
_CHANGE = choices.Change.values
_COMPARTMENT = choices.Compartment.values
_COMPONENT = choices.Component.values
_DIRECTION = choices.Direction.values
_DISEASE_SETTING = choices.DiseaseSetting.values
_EVIDENCE_TYPE = choices.EvidenceType.values
_INTERVENTION = choices.Intervention.values[:6]
_LEVEL = choices.Level.values
_OUTCOME = choices.Outcome.values
_QUALITY = choices.Quality.values
_STAGE = choices.Stage.values[:7]
_SYSTEM = choices.System.values
_TARGET_CLASS = choices.TargetClass.values
_TARGET_ROLE = choices.TargetRole.values
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Choice:
    """Values of which the first are chosen most often."""

    values: Sequence[Any]
    weights: Sequence[float]

    @classmethod
    def falling(cls, values: Sequence[Any], knee: int) -> "Choice":
        """The chance of the n-th is 1/(n + knee)."""
        return cls(values, list(accumulate(1 / (place + knee) for place in range(len(values)))))

    def some(self, chance: random.Random, count: int) -> list[Any]:
        return chance.choices(self.values, cum_weights=self.weights, k=count)

    def one(self, chance: random.Random) -> Any:
        return self.values[bisect_left(self.weights, chance.random() * self.weights[-1])]


@cache
def terms(vocabulary: str) -> list[dict[str, str]]:
    """Id and label of every term; the first is the root, every other lies below ``parent_of`` its place."""
    prefix, count, noun = VOCABULARIES[vocabulary]
    chance = random.Random(f"{SEED} {vocabulary}")
    return [
        {
            "id": f"{prefix}:{place + 9_000_000:07d}",
            "label": f"{chance.choice(PLACES)} {_rare(chance)} {noun}",
        }
        for place in range(count)
    ]


def parent_of(place: int) -> int | None:
    """A tree in which every term has some three below it."""
    return (place - 1) // 3 if place else None


@cache
def targets() -> list[dict[str, Any]]:
    chance = random.Random(f"{SEED} targets")
    return [
        {
            "id": f"HGNC:{place + 900_000}",
            "symbol": f"{_rare(chance)[:5].upper()}{place}",
            "name": f"{_rare(chance)} receptor {place}",
            "kind": "gene",
            "classes": sorted(set(chance.choices(_TARGET_CLASS, k=2))),
        }
        for place in range(TARGETS)
    ]


@cache
def words() -> Choice:
    chance = random.Random(f"{SEED} words")
    return Choice.falling(_COMMON + [_rare(chance) for _ in range(6_000)], 12)


def accession_of(number: int) -> str:
    return f"TMEE:{number:07d}"


def documents(first: int, last: int) -> Iterator[dict[str, Any]]:
    """Those with these numbers, both included, in the order and the shape of the published document."""
    of = {name: Choice.falling(terms(name), 5) for name in VOCABULARIES}
    about = Choice.falling(targets(), 20)
    reference: dict[str, Any] = {}
    for number in range(first, last + 1):
        place = (number - 1) // PER_REFERENCE + 1
        if not reference or reference["id"] != place:
            reference = _reference(place)
        yield _document(random.Random(SEED + number), number, about, of, reference)


def _document(
    chance: random.Random, number: int, about: Choice, of: dict[str, Choice], reference: dict[str, Any]
) -> dict[str, Any]:
    target = about.one(chance)
    cells, cancers = _terms(of["cell_type"], chance), _terms(of["cancer"], chance)
    therapies = _terms(of["therapy"], chance)
    intervention = chance.choice(_INTERVENTION)
    change = chance.choice(_CHANGE)
    effect = round(chance.uniform(0.2, 4), 2)
    text = words().some(chance, 22)
    return {
        "accession": accession_of(number),
        "version": 1,
        "published_at": (_BEGINNING + timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
        "statement": f"In {' and '.join(one['label'] for one in cells) or 'tumours'}, {target['symbol']} "
        f"({intervention}) is followed by {change} {' '.join(text[:3])}.",
        "target": target,
        "compartment": chance.choice(_COMPARTMENT),
        "component": chance.choice(_COMPONENT),
        "cell_types": cells,
        "cell_states": [of["cell_state"].one(chance)] if chance.random() < 0.3 else [],
        "cancers": cancers,
        "cancer_stage": "III",
        "line_of_therapy": "second",
        "disease_setting": chance.choice(_DISEASE_SETTING),
        "tissue": of["tissue"].one(chance) if chance.random() < 0.3 else None,
        "mechanisms": sorted(set(chance.choices(_TARGET_CLASS, k=2))),
        "role": chance.choice(_TARGET_ROLE),
        "process": of["process"].one(chance) if chance.random() < 0.3 else None,
        "intervention": intervention,
        "therapies": therapies,
        "therapy_relation": "single" if len(therapies) == 1 else "combination" if therapies else "",
        "comparator": "vehicle",
        "outcome": {
            "type": chance.choice(_OUTCOME),
            "change": change,
            "effect_measure": "HR",
            "effect_value": effect,
            "ci_low": round(effect * 0.8, 2),
            "ci_high": round(effect * 1.3, 2),
            "p_value": "0.01",
            "sample_size": chance.randint(8, 900),
        },
        "evidence": {
            "type": chance.choice(_EVIDENCE_TYPE),
            "direction": chance.choices(_DIRECTION, cum_weights=[70, 82, 94, 100])[0],
            "level": chance.choice(_LEVEL),
            "quality": [one for one in _QUALITY if chance.random() < 0.5],
            "attribution": chance.choice(_ATTRIBUTION),
            "methods": [of["method"].one(chance)] if chance.random() < 0.5 else [],
        },
        "study": {
            "reference": reference,
            "nct_ids": [f"NCT{number % 9_999_999:08d}"] if chance.random() < 0.2 else [],
            "datasets": [],
            "cohort_key": "",
            "system": chance.choice(_SYSTEM),
            "species": of["species"].one(chance),
            "immune_competence": "competent",
            "stage": chance.choice(_STAGE),
            "stop_reason": "",
        },
        "text": {
            "author_claim": f"{' '.join(text[3:9])}.",
            "claim_place": "abstract",
            "claim_place_detail": "",
            "summary": f"{' '.join(text[9:])}.",
            "marker_panel": "",
        },
        "curated_by": [{"name": "Carla Curator", "orcid": "0000-0002-1825-0097"}],
        "reviewed_by": [{"name": "Edda Editor", "orcid": ""}],
        "schema_version": 1,
        "change_note": "",
    }


def _reference(number: int) -> dict[str, Any]:
    chance = random.Random(-SEED - number)
    return {
        "id": number,
        "pmid": 20_000_000 + number,
        "doi": f"10.1000/bench.{number}",
        "pmcid": None,
        "title": f"{' '.join(words().some(chance, 5)).capitalize()}.",
        "journal": "J Invent Oncol",
        "year": 2000 + number % 25,
        "authors": [f"{_rare(chance).capitalize()} A", f"{_rare(chance)[:6].capitalize()} Z"],
        "reference_type": "article",
        "retraction_state": "none",
    }


def _terms(of: Choice, chance: random.Random) -> list[dict[str, str]]:
    """None in one of seven, two as often, else one."""
    count = chance.choice((0, 1, 1, 1, 1, 1, 2))
    found = {one["id"]: one for one in (of.one(chance) for _ in range(count))}
    return list(found.values())


def _rare(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=3))


def as_document(plain: dict[str, Any]) -> EntryDocument:
    """One of them as curation hands it to the catalogue."""
    return cast("EntryDocument", _as(EntryDocument, plain))


def _as(kind: Any, value: Any) -> Any:
    if isinstance(value, dict):
        kind = next((one for one in get_args(kind) if one is not type(None)), kind)
        hints = get_type_hints(kind)
        return kind(**{name: _as(hints[name], one) for name, one in value.items()})
    if isinstance(value, list):
        (inner, _) = get_args(kind)
        return tuple(_as(inner, one) for one in value)
    options = get_args(kind) or (kind,)
    if value is not None and Decimal in options:
        return Decimal(str(value))
    return datetime.fromisoformat(value) if datetime in options else value
