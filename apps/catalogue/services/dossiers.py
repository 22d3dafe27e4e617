"""What the catalogue says about one target, and its score: computed from the entries in force."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.vocabularies.choices import TermStatus
from apps.vocabularies.models import Target
from apps.vocabularies.querysets import TargetQuerySet

from ..document import to_json
from ..models import Entry, TargetDossier
from ..scoring import CAPS, SCORING_VERSION, Combination, Evidence, combinations
from .columns import Document, search_vector
from .turns import take_turn

#: What a dossier says of a target as such; the rest comes from entries.
HEAD = (
    "id", "symbol", "name", "kind", "classes", "components",
    "synonyms", "former_symbols", "former_ids", "members", "identifiers",
)  # fmt: skip


@transaction.atomic
def refresh_target(target: Target) -> TargetDossier | None:
    """Compute the target's dossier anew; ``None`` where it has neither approval nor entries.

    A target without entries has a dossier too, which says so.
    """
    turn = take_turn()
    return write_dossier(target.curie, changed_at=turn.changed_at)


def write_dossier(curie: str, *, changed_at: datetime) -> TargetDossier | None:
    """As ``refresh_target``, for whoever has taken the turn already."""
    documents = documents_of(curie)
    target = with_parts(Target.objects.filter(curie=curie)).first()
    columns = dossier_columns(target, documents)
    stored = TargetDossier.objects.filter(target=curie).first()
    if columns is None:
        if stored:
            stored.delete()
        return None
    if stored and all(getattr(stored, name) == value for name, value in columns.items()):
        return stored
    # Nobody else writes it meanwhile: whoever does has the turn.
    dossier = stored or TargetDossier()
    for name, value in (columns | {"search": search_vector(dossier_words(columns)), "changed_at": changed_at}).items():
        setattr(dossier, name, value)
    dossier.save()
    return dossier


def with_parts(targets: TargetQuerySet) -> TargetQuerySet:
    """With all that a dossier says of a target itself."""
    return targets.prefetch_related("identifiers", "merged", "members")


def documents_of(curie: str) -> list[Document]:
    return list(Entry.objects.current().about(curie).order_by("sequence").documents())


def dossier_columns(target: Target | None, documents: list[Document]) -> dict[str, Any] | None:
    """The dossier's columns; ``None`` for a target that the public must not see."""
    if not documents and (target is None or target.status != TermStatus.APPROVED or target.merged_into_id):
        return None
    head = head_of(target) if target else _last_published(documents)
    found = combinations(Evidence.of(document) for document in documents)
    best = found[0] if found else None
    body = head | {
        "entry_count": len(documents),
        "score": best.score if best else 0.0,
        "tier": best.tier if best else "",
        "conflict": best.conflict if best else 0.0,
        "scoring_version": SCORING_VERSION,
        "combinations": _described(found, documents),
        "evidence": _counts(documents),
        "entries": [
            {
                "accession": document["accession"],
                "version": document["version"],
                "statement": document["statement"],
                "direction": document["evidence"]["direction"],
                "level": document["evidence"]["level"],
            }
            for document in documents
        ],
    }
    text = to_json(body)
    names = {head["id"], head["symbol"], head["name"]}.union(
        head["synonyms"], head["former_symbols"], head["former_ids"]
    )
    return {
        "target": head["id"],
        "symbol": head["symbol"],
        "name": head["name"],
        "kind": head["kind"],
        "classes": head["classes"],
        "components": head["components"],
        "names": sorted({name.lower() for name in names}),
        "entry_count": body["entry_count"],
        "score": body["score"],
        "tier": body["tier"],
        "document": text,
        "etag": content_etag(head["id"], text),
    }


def dossier_words(columns: dict[str, Any]) -> tuple[str, str, str, str]:
    classes = [code.replace("_", " ") for code in [*columns["classes"], *columns["components"]]]
    return f"{columns['symbol']} {columns['target']}", columns["name"], " ".join(columns["names"]), " ".join(classes)


def content_etag(key: str, text: str) -> str:
    """A strong tag that changes exactly when the text does."""
    return f"{key}.{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _last_published(documents: list[Document]) -> dict[str, Any]:
    """As the newest version published about it says, where the vocabulary has lost a target."""
    newest = max(documents, key=lambda document: document["published_at"])["target"]
    return {
        **{name: newest[name] for name in ("id", "symbol", "name", "kind")},
        "classes": sorted(newest["classes"]),
        "components": [],
        "synonyms": [],
        "former_symbols": [],
        "former_ids": [],
        "members": [],
        "identifiers": [],
    }


def head_of(target: Target) -> dict[str, Any]:
    """What the vocabulary says of it (see ``with_parts``)."""
    return {
        "id": target.curie,
        "symbol": target.symbol,
        "name": target.name,
        "kind": target.kind,
        "classes": sorted(target.classes),
        "components": sorted(target.components),
        "synonyms": target.synonyms,
        "former_symbols": target.former_symbols,
        "former_ids": sorted(merged.curie for merged in target.merged.all()),
        "members": [
            {"id": one.curie, "symbol": one.symbol} for one in sorted(target.members.all(), key=lambda one: one.symbol)
        ],
        "identifiers": [{"resource": one.resource, "identifier": one.identifier} for one in target.identifiers.all()],
    }


def _described(found: list[Combination], documents: list[Document]) -> list[dict[str, Any]]:
    """The combinations with the labels of their terms."""
    labels = {
        term["id"]: term["label"] for document in documents for term in [*document["cell_types"], *document["cancers"]]
    }

    def term(curie: str) -> dict[str, str] | None:
        return {"id": curie, "label": labels[curie]} if curie else None

    return [one.as_dict() | {"cell_type": term(one.cell_type), "cancer": term(one.cancer)} for one in found]


def _counts(documents: list[Document]) -> dict[str, list[dict[str, Any]]]:
    """How many entries there are by each thing a reader asks for, the most frequent first."""
    return {
        "by_evidence_type": _tally([document["evidence"]["type"]] for document in documents),
        "by_direction": _tally([document["evidence"]["direction"]] for document in documents),
        "by_level": _tally([document["evidence"]["level"]] for document in documents),
        "by_class": _tally([_class_of(document)] for document in documents),
        "by_intervention": _tally([document["intervention"]] for document in documents),
        "by_stage": _tally([document["study"]["stage"]] for document in documents),
        "by_component": _tally([document["component"]] for document in documents),
        "by_cell_type": _tally_terms(document["cell_types"] for document in documents),
        "by_cancer": _tally_terms(document["cancers"] for document in documents),
        "by_therapy": _tally_terms(document["therapies"] for document in documents),
    }


def _class_of(document: Document) -> str:
    level = document["evidence"]["level"]
    return level if level in CAPS else "clinical" if level else ""


def _tally(values: Iterable[list[str]]) -> list[dict[str, Any]]:
    counts = Counter(value for each in values for value in each if value)
    return [{"id": value, "count": count} for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


def _tally_terms(values: Iterable[list[dict[str, str]]]) -> list[dict[str, Any]]:
    values = list(values)
    labels = {term["id"]: term["label"] for terms in values for term in terms}
    counted = _tally([term["id"] for term in terms] for terms in values)
    return [{"id": row["id"], "label": labels[row["id"]], "count": row["count"]} for row in counted]
