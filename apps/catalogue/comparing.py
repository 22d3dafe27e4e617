"""Two published documents, field by field. Pure.

Compared is what a version says: not its number and date, not its people, not the sentence made of its
fields. Terms, targets and references are the same as long as their ids are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.core.differences import (
    Difference,
    Items,
    Kind,
    items,
    number_items,
    printed_items,
    text_items,
)

from .wording import citation, worded

Document = Mapping[str, Any]
_Reader = Callable[[Any], Items]


@dataclass(frozen=True, slots=True)
class Compared:
    """Fields that belong together, each in both versions."""

    title: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of the document: its place there, its name for people, and how it is read."""

    path: str
    label: str
    read: _Reader
    kind: Kind = Kind.VALUE

    def items_of(self, document: Document) -> Items:
        value: Any = document
        for name in self.path.split("."):
            value = value[name]
        return () if value is None else self.read(value)


def _code(path: str, label: str, words: str = "") -> _Field:
    field = words or path.rpartition(".")[2]
    return _Field(path, label, lambda code: items((code, worded(field, code))))


def _codes(path: str, label: str, words: str) -> _Field:
    return _Field(path, label, lambda codes: items(*((code, worded(words, code)) for code in codes)), Kind.LIST)


def _term(path: str, label: str) -> _Field:
    return _Field(path, label, lambda term: items((term["id"], term["label"])))


def _terms(path: str, label: str) -> _Field:
    return _Field(path, label, lambda terms: items(*((term["id"], term["label"]) for term in terms)), Kind.LIST)


def _ids(path: str, label: str) -> _Field:
    return _Field(path, label, lambda ids: items(*((one, one) for one in ids)), Kind.LIST)


def _line(path: str, label: str) -> _Field:
    return _Field(path, label, text_items)


def _prose(path: str, label: str) -> _Field:
    return _Field(path, label, text_items, Kind.TEXT)


def _number(path: str, label: str) -> _Field:
    return _Field(path, label, number_items)


def _target(target: Document) -> Items:
    name = f", {target['name']}" if target["name"] != target["symbol"] else ""
    return items((target["id"], f"{target['symbol']}{name}"))


def _reference(reference: Document) -> Items:
    cited = citation(reference)
    return items((str(reference["id"]), f"{reference['title']} ({cited})" if cited else reference["title"]))


_GROUPS: tuple[tuple[str, tuple[_Field, ...]], ...] = (
    ("Target and place", (
        _Field("target", "Target", _target),
        _codes("target.classes", "Target class", "classes"),
        _code("compartment", "Compartment"),
        _code("component", "Component"),
        _terms("cell_types", "Cell type"),
        _terms("cell_states", "Cell state"),
        _terms("cancers", "Cancer"),
        _line("cancer_stage", "Cancer stage"),
        _code("disease_setting", "Primary or metastatic"),
        _line("line_of_therapy", "Line of therapy"),
        _term("tissue", "Tissue"),
    )),
    ("Mechanism and intervention", (
        _codes("mechanisms", "Mechanism", "classes"),
        _code("role", "Role of the target"),
        _term("process", "Biological process"),
        _code("intervention", "Intervention"),
        _terms("therapies", "Therapy"),
        _code("therapy_relation", "Given as"),
        _line("comparator", "Compared with"),
    )),
    ("Outcome and evidence", (
        _code("outcome.type", "Outcome", "outcome"),
        _code("outcome.change", "Change"),
        _number("outcome.effect_value", "Effect"),
        _code("outcome.effect_measure", "Effect measure"),
        _number("outcome.ci_low", "95% CI from"),
        _number("outcome.ci_high", "95% CI to"),
        _Field("outcome.p_value", "p value", printed_items),
        _number("outcome.sample_size", "Sample size"),
        _code("evidence.type", "Evidence type", "evidence_type"),
        _code("evidence.direction", "Direction"),
        _code("evidence.level", "Level"),
        _codes("evidence.quality", "Quality", "quality"),
        _code("evidence.attribution", "Attribution"),
        _terms("evidence.methods", "Method"),
    )),
    ("Study", (
        _Field("study.reference", "Publication", _reference),
        _code("study.reference.retraction_state", "State of the publication"),
        _code("study.system", "Experimental system"),
        _term("study.species", "Species"),
        _code("study.immune_competence", "Immune competence"),
        _code("study.stage", "Development stage"),
        _code("study.stop_reason", "Stopped for"),
        _ids("study.nct_ids", "Trial"),
        _ids("study.datasets", "Dataset"),
        _line("study.cohort_key", "Cohort"),
    )),
    ("In words", (
        _prose("text.author_claim", "In the authors’ words"),
        _code("text.claim_place", "Place of the claim"),
        _line("text.claim_place_detail", "Figure, table or page"),
        _prose("text.summary", "Assessment"),
        _line("text.marker_panel", "Marker panel"),
    )),
)  # fmt: skip


def compare(before: Document, after: Document) -> list[Compared]:
    """Every field that at least one of the two has, in groups, in the order of an entry's page."""
    groups = []
    for title, fields in _GROUPS:
        pairs = ((field, field.items_of(before), field.items_of(after)) for field in fields)
        rows = [Difference(one.path, one.label, one.kind, was, now) for one, was, now in pairs if was or now]
        if rows:
            groups.append(Compared(title, tuple(rows)))
    return groups


def changed(groups: list[Compared]) -> list[Compared]:
    """Only what differs; a group in which nothing does is left out."""
    kept = ((one.title, tuple(each for each in one.differences if each.changed)) for one in groups)
    return [Compared(title, rows) for title, rows in kept if rows]
