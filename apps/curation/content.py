"""The content of a submission as one frozen value: what a form, a file, a seed or the API hands in.

Every field may be empty, for a draft is allowed to be unfinished; ``rules`` says what is missing.
Terms and targets are named by their CURIE, the reference by its number.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from apps.core.differences import printed_key, text_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    # claim
    target: str = ""
    compartment: str = ""
    component: str = ""
    cell_types: tuple[str, ...] = ()
    cell_states: tuple[str, ...] = ()
    cancers: tuple[str, ...] = ()
    cancer_stage: str = ""
    line_of_therapy: str = ""
    disease_setting: str = ""
    tissue: str = ""
    # mechanism
    mechanisms: tuple[str, ...] = ()
    role: str = ""
    process: str = ""
    # intervention
    intervention: str = ""
    therapies: tuple[str, ...] = ()
    therapy_relation: str = ""
    comparator: str = ""
    # outcome
    outcome: str = ""
    change: str = ""
    effect_measure: str = ""
    effect_value: Decimal | None = None
    ci_low: Decimal | None = None
    ci_high: Decimal | None = None
    p_value: str = ""
    sample_size: int | None = None
    # evidence
    evidence_type: str = ""
    direction: str = ""
    level: str = ""
    quality: tuple[str, ...] = ()
    attribution: str = ""
    methods: tuple[str, ...] = ()
    # study
    reference: int | None = None
    nct_ids: tuple[str, ...] = ()
    nct_waiver: str = ""
    datasets: tuple[str, ...] = ()
    cohort_key: str = ""
    system: str = ""
    species: str = ""
    immune_competence: str = ""
    stage: str = ""
    stop_reason: str = ""
    # text
    author_claim: str = ""
    claim_place: str = ""
    claim_place_detail: str = ""
    summary: str = ""
    marker_panel: str = ""
    # the curator's written answers to warnings, by rule
    answers: tuple[tuple[str, str], ...] = ()

    def digest(self) -> str:
        """SHA-256 (hex) of the content: equal for equal content, whatever order lists of ids were typed in."""
        return hashlib.sha256(json.dumps(self.canonical(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def duplicate_key(self) -> str:
        """SHA-256 (hex) of what makes two records the same claim; empty while target or reference is missing."""
        if not self.target or self.reference is None:
            return ""
        plain = self.canonical()
        same = [plain[name] for name in DUPLICATE_FIELDS]
        return hashlib.sha256(json.dumps(same, ensure_ascii=False).encode()).hexdigest()

    def canonical(self) -> dict[str, Any]:
        """Plain JSON values; unordered lists sorted, numbers in their shortest form."""
        return {name: _canonical(name, value) for name, value in asdict(self).items()}

    def meaning(self) -> dict[str, Any]:
        """As ``canonical``, and the same for what only looks different: a p value of 0.0020, a doubled space."""
        return {name: _meant(name, value) for name, value in self.canonical().items()}


def differing(before: Content, after: Content) -> tuple[str, ...]:
    """The fields that mean something else in the two, in the order of the form; answers to warnings are none."""
    was, now = before.meaning(), after.meaning()
    return tuple(name for names in GROUPS.values() for name in names if was[name] != now[name])


def _meant(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return printed_key(value) if name == "p_value" else text_key(value)


def _canonical(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else str(value)
    if name == "answers":
        return dict(sorted(value))
    return sorted(value) if isinstance(value, (tuple, list)) else value


#: Two records that agree in all of these say the same thing.
DUPLICATE_FIELDS = ("target", "cell_types", "cancers", "therapies", "intervention", "outcome", "reference")

FIELD_NAMES: tuple[str, ...] = tuple(field.name for field in fields(Content))

#: The groups of the form, the review page and the documentation, in the order a curator thinks.
GROUPS: dict[str, tuple[str, ...]] = {
    "study": (
        "reference", "system", "species", "immune_competence", "stage", "stop_reason", "nct_ids", "nct_waiver",
        "datasets", "cohort_key",
    ),
    "claim": (
        "target", "compartment", "component", "cell_types", "cell_states", "cancers", "cancer_stage",
        "line_of_therapy", "disease_setting", "tissue",
    ),
    "mechanism": ("mechanisms", "role", "process"),
    "intervention": ("intervention", "therapies", "therapy_relation", "comparator"),
    "outcome": (
        "outcome", "change", "effect_value", "effect_measure", "ci_low", "ci_high", "p_value", "sample_size",
    ),
    "evidence": ("evidence_type", "direction", "level", "quality", "attribution", "methods"),
    "text": ("author_claim", "claim_place", "claim_place_detail", "summary", "marker_panel"),
}  # fmt: skip

#: Fields that say one thing together: nobody means the effect of one study with the interval of another.
_TOGETHER = (
    ("effect_value", "effect_measure", "ci_low", "ci_high", "p_value"),
    ("author_claim", "claim_place", "claim_place_detail"),
)

_LATER = {name for names in _TOGETHER for name in names[1:]}
_ALONG = {names[0]: names for names in _TOGETHER}

#: What is chosen and accepted as one: by the name of its first field, in the order of the form.
PARTS: dict[str, tuple[str, ...]] = {
    name: _ALONG.get(name, (name,)) for names in GROUPS.values() for name in names if name not in _LATER
}
