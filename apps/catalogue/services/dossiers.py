"""What the catalogue says about one target, and its score: computed from the entries in force."""

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from apps.vocabularies.choices import TermStatus
from apps.vocabularies.models import Target
from apps.vocabularies.querysets import TargetQuerySet

from ..document import to_json
from ..models import Entry, GoneTarget, PublishedTerm, Tally, TargetCombination, TargetDossier
from ..scoring import CLASS_OF_LEVEL, SCORING_VERSION
from .columns import Document, search_vector
from .tallying import TARGET_FACETS
from .turns import take_turn

#: The best combinations and the newest entries stand in a dossier; all are lists of their own.
MOST_COMBINATIONS, MOST_ENTRIES = 20, 25
_PLACES = ("cell_type", "cancer")
_TERM_FACETS = ("cell_type", "cancer", "therapy")

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
    """As ``refresh_target``, for whoever has taken the turn already.

    It reads what is kept of the target's entries (tallies and combinations), not the entries: so it costs
    the same however many there are.
    """
    target = with_parts(Target.objects.filter(curie=curie)).first()
    columns = dossier_columns(curie, target)
    stored = TargetDossier.objects.filter(target=curie).first()
    if columns is None:
        if stored:
            lay_down(stored)
        return None
    if stored and all(getattr(stored, name) == value for name, value in columns.items()):
        return stored
    # Nobody else writes it meanwhile: whoever does has the turn.
    dossier = stored or TargetDossier()
    more = {"search": search_vector(dossier_words(columns)), "changed_at": changed_at, **rescoring(stored, columns)}
    for name, value in (columns | more).items():
        setattr(dossier, name, value)
    dossier.save()
    return dossier


def lay_down(dossier: TargetDossier) -> None:
    """Remove a dossier; where it had a score, the feed of changes tells that it has none any more."""
    if dossier.tier:
        turn = take_turn()
        values = {"score_before": dossier.score, "tier_before": dossier.tier}
        GoneTarget.objects.create(target=dossier.target, sequence=turn.sequence, gone_at=turn.changed_at, **values)
    dossier.delete()


def rescoring(stored: TargetDossier | None, columns: dict[str, Any]) -> dict[str, Any]:
    """What a dossier notes where its score or tier is another one than before: a change with a number of its own."""
    score, tier = (stored.score, stored.tier) if stored else (0.0, "")
    if (score, tier) == (columns["score"], columns["tier"]):
        return {}
    if stored is None:
        GoneTarget.objects.filter(target=columns["target"]).delete()
    turn = take_turn()
    return {
        "sequence": turn.sequence,
        "rescored_at": turn.changed_at,
        "score_before": score,
        "tier_before": tier,
    }


def with_parts(targets: TargetQuerySet) -> TargetQuerySet:
    """With all that a dossier says of a target itself."""
    return targets.prefetch_related("identifiers", "merged", "members")


def documents_of(curie: str) -> list[Document]:
    return list(Entry.objects.current().about(curie).order_by("sequence").documents())


def dossier_columns(curie: str, target: Target | None) -> dict[str, Any] | None:
    """The dossier's columns; ``None`` for a target that the public must not see."""
    count = Tally.objects.filter(scope="", facet="target", value=curie).values_list("entry_count", flat=True).first()
    if not count and (target is None or target.status != TermStatus.APPROVED or target.merged_into_id):
        return None
    head = head_of(target) if target else _last_published(curie)
    best = TargetCombination.objects.about(curie).best_first().values_list("document", flat=True)
    found = [orjson.loads(text) for text in best[:MOST_COMBINATIONS]]
    tallies = _tallies(curie)
    label = _labels(found, tallies)
    first = found[0] if found else {"score": 0.0, "tier": "", "conflict": 0.0}
    body = head | {
        "entry_count": count or 0,
        **{name: first[name] for name in ("score", "tier", "conflict")},
        "scoring_version": SCORING_VERSION,
        "combination_count": TargetCombination.objects.about(curie).count() if found else 0,
        "combinations": [
            one | {name: {"id": one[name], "label": label(one[name])} if one[name] else None for name in _PLACES}
            for one in found
        ],
        "evidence": {
            f"by_{facet}": _counted(counts, label if facet in _TERM_FACETS else None)
            for facet, counts in tallies.items()
        },
        "entries": _newest(curie),
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


def _last_published(curie: str) -> dict[str, Any]:
    """As the newest version published about it says, where the vocabulary has lost a target."""
    entries = Entry.objects.current().about(curie).order_by("-sequence")
    newest = orjson.loads(entries.values_list("document", flat=True)[:1].get())["target"]
    return {
        "id": curie,
        **{name: newest[name] for name in ("symbol", "name", "kind")},
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


def _newest(curie: str) -> list[dict[str, Any]]:
    """The last entries about a target, the oldest of them first."""
    names = ("accession", "version", "statement", "direction", "level")
    rows = Entry.objects.current().about(curie).order_by("-sequence").values_list(*names)
    return [dict(zip(names, row, strict=True)) for row in reversed(rows[:MOST_ENTRIES])]


def _tallies(curie: str) -> dict[str, dict[str, int]]:
    """How many entries there are by each thing a reader asks for."""
    found: dict[str, dict[str, int]] = {facet: {} for facet in TARGET_FACETS}
    for facet, value, count in Tally.objects.filter(scope=curie).values_list("facet", "value", "entry_count"):
        found[facet][value] = count
    classes: Counter[str] = Counter()
    for level, count in found["level"].items():
        classes[CLASS_OF_LEVEL[level]] += count
    return found | {"class": classes}


def _labels(found: list[dict[str, Any]], tallies: dict[str, dict[str, int]]) -> Callable[[str], str]:
    """The label of every term that a dossier names, as published terms have it."""
    curies = {one[name] for one in found for name in _PLACES if one[name]}
    curies = curies.union(*(tallies[facet] for facet in _TERM_FACETS))
    labels = dict(PublishedTerm.objects.filter(curie__in=curies).values_list("curie", "label"))
    return lambda curie: labels.get(curie, curie)


def _counted(counts: dict[str, int], label: Callable[[str], str] | None) -> list[dict[str, Any]]:
    """The most frequent first."""
    return [
        {"id": value, **({"label": label(value)} if label else {}), "count": count}
        for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]
