"""Tables: the labels of an ontology with their parents, and evidence codes with their terms."""

import csv
import io
from collections.abc import Iterator

from .base import Ontology, OntologyTerm, UnreadableOntology, curie_of, named, once, without_repeats

LABELS, CODES = "Table of labels", "Table of evidence codes"
_LABELS_HEADER = ["id", "label", "subclassof"]


def recognises(head: str) -> bool:
    return _is_labels(head) or _is_codes(head)


def read(text: str) -> Ontology:
    return _labels(text) if _is_labels(text) else _codes(text)


def _is_labels(text: str) -> bool:
    first = text.split("\n", 1)[0].lower()
    return [cell.strip().strip('"') for cell in first.split("\t")] == _LABELS_HEADER


def _is_codes(text: str) -> bool:
    return any(len(cells) == 3 and curie_of(cells[2]) for cells in _code_rows(text[:20_000]))


def _labels(text: str) -> Ontology:
    """id, label and the label of the parent; a term with several parents has a line for each."""
    rows = [row for row in csv.reader(io.StringIO(text), delimiter="\t") if len(row) >= 2][1:]
    by_label = {row[1].strip(): curie_of(row[0]) for row in rows}
    labels: dict[str, str] = {}
    parents: dict[str, list[str]] = {}
    for row in rows:
        if curie := curie_of(row[0]):
            labels.setdefault(curie, named(curie, row[1]))
            parents.setdefault(curie, []).append(by_label.get(row[2].strip(), "") if len(row) > 2 else "")
    if not labels:
        raise UnreadableOntology("The table has a heading and no terms below it.")
    terms = [OntologyTerm(curie=curie, label=label, parents=once(parents[curie])) for curie, label in labels.items()]
    return Ontology(
        format=LABELS, name="", version="", terms=tuple(terms), rows=len(rows), carries=frozenset({"parents"})
    )


def _code_rows(text: str) -> Iterator[list[str]]:
    """code, default or reference, ECO id; comments begin with #."""
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("\t")]


def _codes(text: str) -> Ontology:
    """Each row gives the term its code as a cross-reference; the terms themselves come from the ontology."""
    rows = [cells for cells in _code_rows(text) if len(cells) == 3 and curie_of(cells[2])]
    codes: dict[str, list[str]] = {}
    for code, condition, curie in rows:
        known = code if condition == "Default" else f"{code}({condition})"
        codes.setdefault(curie_of(curie), []).append(f"GO_EVIDENCE:{known}")
    terms, problems = without_repeats(
        [OntologyTerm(curie=curie, label="", xrefs=once(known)) for curie, known in codes.items()]
    )
    return Ontology(
        format=CODES, name="", version="", terms=terms, rows=len(rows), carries=frozenset(), problems=problems
    )
