"""Phrases of an abstract that speak of a coded field: the system, the outcome and its change, what was done. Pure.

A cue is only ever offered, with its sentence; it is as good as the words are plain, and no better.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from apps.vocabularies.choices import Change, Intervention, Outcome, Stage, System

#: The fields that cues are about, in the order in which they are offered.
FIELDS = ("system", "stage", "intervention", "outcome", "change")


@dataclass(frozen=True, slots=True)
class Cue:
    field: str
    code: str
    label: str
    start: int
    end: int


_MICE = r"(?:tumou?r[- ]bearing |immunocompetent |wild[- ]type |C57BL/6 |BALB/c )*mice"
_SYSTEMS = {
    System.PATIENT: r"\b(?:\d+|treated|enrolled|randomi[sz]ed|eligible|assigned) patients\b|\bpatients (?:with|were|who"
    r"|received|treated|had)\b",
    System.PDX: r"\bpatient[- ]derived xenografts?\b|\bPDXs?\b",
    System.HUMANISED_MOUSE: r"\bhumani[sz]ed mice\b",
    System.GEMM: r"\bgenetically engineered (?:mouse|mice)\b|\bGEMMs?\b|\bKPC mice\b|\btransgenic mouse model\b",
    System.SYNGENEIC: rf"\bsyngeneic\b|\borthotopic\b(?= [\w -]{{0,30}}mouse)|\b(?:in|of) {_MICE}\b|\bmurine model\b",
    System.ORGANOID: r"\b(?:tumou?r )?organoids?\b",
    System.CO_CULTURE: r"\bco-?cultur(?:e|es|ed|ing)\b",
    System.EX_VIVO_PATIENT_TISSUE: r"\bex vivo\b(?= [\w -]{0,30}(?:patient|human))",
    System.IN_SILICO: r"\bin silico\b|\bTCGA\b|\bpublic (?:transcriptom\w+|data ?sets?)\b",
}
_STAGES = {
    Stage.PHASE_1_2: r"\bphase (?:I/II|1/2|1b/2|Ib/II)\b",
    Stage.PHASE_2_3: r"\bphase (?:II/III|2/3)\b",
    Stage.PHASE_1: r"\bphase (?:Ia|Ib|I|1a|1b|1)\b(?!/)",
    Stage.PHASE_2: r"\bphase (?:IIa|IIb|II|2a|2b|2)\b(?!/)",
    Stage.PHASE_3: r"\bphase (?:III|3)\b",
}
_INTERVENTIONS = {
    Intervention.BLOCK_RECRUITMENT: r"\bblock(?:ed|ing|ade of)?(?: [\w-]+){0,2} recruitment\b|\brecruitment of"
    r"(?: [\w-]+){1,3} was blocked\b",
    Intervention.DEPLETE: r"\bdeplet(?:ed|ing|ion|es)\b",
    Intervention.REPROGRAMME: r"\breprogram\w*\b|\brepolari[sz]\w+\b",
    Intervention.NORMALISE: r"\bnormali[sz](?:ed|ing|ation)\b(?= (?:of )?(?:the )?(?:tumou?r )?(?:vessel|vascul))"
    r"|\bvascular normali[sz]ation\b",
    Intervention.DEGRADE: r"\bdegrad(?:er|ers|ing)\b|\bPROTACs?\b",
    Intervention.ACTIVATE: r"\bagonis(?:t|ts|tic|m)\b",
    Intervention.INHIBIT: r"\binhibit(?:or|ors|ion|ed|ing|s)?\b(?! (?:of )?(?:tumou?r )?growth)"
    r"|\bblock(?:ade|ing|s|ed|er|ers)\b"
    r"|\bantagonis[tm]s?\b|\bneutrali[sz]\w+\b",
}
_OUTCOMES = {
    Outcome.PROGRESSION_FREE_SURVIVAL: r"progression[- ]free survival",
    Outcome.OVERALL_SURVIVAL: r"overall survival",
    Outcome.RESPONSE_RATE: r"(?:objective |overall )?response rates?",
    Outcome.METASTASIS: r"metasta(?:sis|ses|tic spread)",
    Outcome.TUMOUR_GROWTH: r"tumou?r (?:growth|burden|volume|size|progression)|growth of(?: [\w-]+){0,2} tumou?rs",
    Outcome.IMMUNE_INFILTRATION: r"(?:T[- ]cell|immune|lymphocyte|CD8\S* T[- ]cell) infiltrat\w+|infiltration of"
    r"(?: [\w+-]+){0,2} (?:T|immune) cells",
    Outcome.MATRIX_REMODELLING: r"matrix (?:deposition|remodell?ing|stiffness)|desmoplasia",
    Outcome.PERFUSION_PERMEABILITY: r"perfusion|vascular permeability",
    Outcome.THERAPY_RESISTANCE: r"(?:drug|therapy|chemo|treatment)[- ]?resistance|resistance to(?= [\w-]+)",
    Outcome.TOXICITY: r"(?:treatment-related )?adverse events|toxicit(?:y|ies)",
}
_MORE = (
    r"(?:increas(?:ed|es|ing)|prolong(?:ed|s)|improv(?:ed|es)|extend(?:ed|s)|enhanc(?:ed|es)|longer|higher"
    r"|promot(?:ed|es))"
)
_LESS = (
    r"(?:decreas(?:ed|es)|reduc(?:ed|es|ing)|slow(?:ed|s)|suppress(?:ed|es)|delay(?:ed|s)|inhibit(?:ed|s)|impair(?:ed|s)"
    r"|shorter|lower|worse|poor(?:er)?|prevent(?:ed|s))"
)
_BETWEEN = r"(?: (?:the|median|primary|their|both|and|of|in|local|spontaneous)){0,3} "


def _of_outcomes(verb: str) -> str:
    return rf"\b{verb}{_BETWEEN}(?:{'|'.join(_OUTCOMES.values())})"


_PHRASES: dict[str, Mapping[Any, str]] = {
    "system": _SYSTEMS,
    "stage": _STAGES,
    "intervention": _INTERVENTIONS,
    "outcome": _OUTCOMES,
    "change": {Change.INCREASED: _of_outcomes(_MORE), Change.DECREASED: _of_outcomes(_LESS)},
}
_PATTERNS: dict[str, dict[TextChoices, re.Pattern[str]]] = {
    field: {code: re.compile(phrase, re.IGNORECASE) for code, phrase in phrases.items()}
    for field, phrases in _PHRASES.items()
}


def find(text: str) -> Iterator[Cue]:
    """Every cue in the text, by field and then by code."""
    for field in FIELDS:
        for code, pattern in _PATTERNS[field].items():
            for match in pattern.finditer(text):
                yield Cue(field, str(code), str(code.label), *match.span())
