"""What stands beside a stored document so that it can be found: filter columns and search words.

Publication and rebuilding both come through here, which is why they cannot differ.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import Combinable

from apps.vocabularies import choices
from apps.vocabularies.models import Target, Term

from ..contradictions import Claim
from ..querysets import SEARCH_CONFIG

#: The fields of a document that hold terms, and the vocabulary each takes them from.
TERM_FIELDS = {
    "cell_types": "cell_type",
    "cell_states": "cell_state",
    "cancers": "cancer",
    "tissue": "tissue",
    "process": "process",
    "therapies": "therapy",
}
NESTED_TERM_FIELDS = {("evidence", "methods"): "method", ("study", "species"): "species"}

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the vocabularies know of the terms and targets of some documents."""

    above: dict[str, set[str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    target_names: dict[str, list[str]] = field(default_factory=dict)
    heirs: dict[str, str] = field(default_factory=dict)


def surroundings_of(documents: Iterable[Document]) -> Surroundings:
    """Ancestors, labels and other names for all the documents, in a fixed number of queries."""
    documents = list(documents)
    above = Term.objects.ancestors_of({curie for document in documents for curie in terms_of(document)})
    everything = set().union(*above.values())
    labels = dict(Term.objects.filter(curie__in=everything).values_list("curie", "label"))
    named = Target.objects.filter(curie__in={document["target"]["id"] for document in documents})
    targets = list(named.select_related("merged_into"))
    return Surroundings(
        above=above,
        labels=labels,
        target_names={target.curie: _other_names(target) for target in targets},
        heirs={target.curie: target.merged_into.curie for target in targets if target.merged_into},
    )


def _other_names(target: Target) -> list[str]:
    """What it is not called in documents about it; of one that was merged, also what its heir is called."""
    heir = target.merged_into
    more = [heir.symbol, heir.curie, heir.name, *_other_names(heir)] if heir else []
    return [*target.synonyms, *target.former_symbols, *more]


def terms_of(document: Document) -> dict[str, tuple[str, str]]:
    """Every term of a document: id → (vocabulary, label at publication)."""
    found: dict[str, tuple[str, str]] = {}
    places = [(document[name], vocabulary) for name, vocabulary in TERM_FIELDS.items()]
    places += [(document[part][name], vocabulary) for (part, name), vocabulary in NESTED_TERM_FIELDS.items()]
    for value, vocabulary in places:
        for term in value if isinstance(value, list) else [value] if value else []:
            found[term["id"]] = (vocabulary, term["label"])
    return found


def columns_of(document: Document, around: Surroundings) -> dict[str, Any]:
    """The filter columns of an entry whose current version is ``document``."""
    target, study, evidence = document["target"], document["study"], document["evidence"]
    reference = study["reference"]
    terms = terms_of(document)
    return {
        "number": int(document["accession"].partition(":")[2]),
        "statement": document["statement"],
        # What was published about a target stays; it is found under the one that the target was merged into.
        "target": around.heirs.get(target["id"], target["id"]),
        "target_symbol": target["symbol"],
        "target_classes": sorted(target["classes"]),
        "compartment": document["compartment"],
        "component": document["component"],
        "cell_types": _ids(document["cell_types"]),
        # Cell states hang below cell types: who asks for a type asks for its states too.
        "cell_types_within": _within(_ids([*document["cell_types"], *document["cell_states"]]), around),
        "cancers": _ids(document["cancers"]),
        "cancers_within": _within(_ids(document["cancers"]), around),
        "therapies": _ids(document["therapies"]),
        "mechanisms": sorted(document["mechanisms"]),
        "intervention": document["intervention"],
        "outcome": document["outcome"]["type"],
        "evidence_type": evidence["type"],
        "direction": evidence["direction"],
        "level": evidence["level"],
        "stage": study["stage"],
        "reference": reference["id"],
        "pmid": reference["pmid"],
        "doi": reference["doi"] or "",
        "year": reference["year"],
        "sample_size": document["outcome"]["sample_size"],
        "effect_measure": document["outcome"]["effect_measure"],
        "effect": _number(document["outcome"]["effect_value"]),
        "terms": sorted(terms),
        "terms_within": _within(terms, around),
    }


def stand_of(document: Document) -> dict[str, Any]:
    """The columns of what it says for or against, and with which weight; with what its reference has become."""
    claim = Claim.of(document)
    return {"stance": claim.stance, "weight": claim.weight}


def words_of(document: Document, around: Surroundings) -> tuple[str, str, str, str]:
    """The text to search an entry by, from the weightiest to the lightest."""
    target, study, text = document["target"], document["study"], document["text"]
    reference = study["reference"]
    names = [target["symbol"], target["id"], target["name"], document["accession"]]
    names += around.target_names.get(target["id"], [])
    own = terms_of(document)
    claim = [document["statement"], *(label for _, label in own.values())]
    prose = [text["summary"], text["author_claim"], text["marker_panel"], reference["title"], document["comparator"]]
    classes = [choices.TargetClass(code).label for code in [*target["classes"], *document["mechanisms"]]]
    above = [around.labels.get(curie, "") for curie in _within(own, around) if curie not in own]
    ids = [str(reference["pmid"] or ""), reference["doi"] or "", reference["pmcid"] or "", study["cohort_key"]]
    rest = [*ids, *study["nct_ids"], *study["datasets"], reference["journal"], *reference["authors"], *classes, *above]
    return _line(names), _line(claim), _line(prose), _line(rest)


def search_vector(words: tuple[str, str, str, str]) -> Combinable:
    """The weighted vector of four texts, for PostgreSQL to make."""
    first, second, third, fourth = (
        SearchVector(Value(text), weight=weight, config=SEARCH_CONFIG)
        for text, weight in zip(words, "ABCD", strict=True)
    )
    return first + second + third + fourth


def _ids(terms: Iterable[Mapping[str, str]]) -> list[str]:
    return sorted({term["id"] for term in terms})


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _within(curies: Iterable[str], around: Surroundings) -> list[str]:
    return sorted(set().union(*(around.above.get(curie, {curie}) for curie in curies)))


def _line(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)
