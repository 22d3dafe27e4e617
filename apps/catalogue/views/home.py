"""The front page: what this is, what is in it, and ways in."""

from typing import Any

from django.core.cache import cache
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..models import Entry, PublishedReference, PublishedTerm, Revision, Tally, TargetDossier
from ..querysets import facets_of_all
from ..wording import TIERS, WORDS
from . import shaping

NEWEST, PER_TIER = 5, 5
_KEPT_SECONDS = 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    newest = Entry.objects.current().order_by("-sequence").values_list(*shaping.ROW)[:NEWEST]
    context = {**_overview(), "newest": shaping.rows_of(newest)}
    return render(request, "catalogue/home.html", context)


def _overview() -> dict[str, Any]:
    """Counts over the whole catalogue: taken once after each change, and kept until the next."""
    revision = Revision.objects.latest_change()
    if revision is None:
        return _counted(0)
    key = f"catalogue.home.{revision.sequence}.{revision.changed_at.timestamp()}"
    overview = cache.get(key)
    if overview is None:
        overview = _counted(revision.entry_count)
        cache.set(key, overview, _KEPT_SECONDS)
    return overview


def _counted(entries: int) -> dict[str, Any]:
    _, facets = facets_of_all(Tally.objects.all(), Entry.objects.current())
    return {
        "figures": [
            ("entries", entries),
            ("targets with evidence", TargetDossier.objects.with_entries().count()),
            ("publications", PublishedReference.objects.count()),
            ("cancers", PublishedTerm.objects.filter(vocabulary="cancer", direct_count__gt=0).count()),
        ],
        "tiers": _tiers(),
        "classes": _shares("target_class", "classes", facets),
        "components": _shares("component", "component", facets),
    }


def _tiers() -> list[dict[str, Any]]:
    """The best targets of every tier that has any."""
    rank = Window(RowNumber(), partition_by=F("tier"), order_by=[F("score").desc(), F("symbol").asc()])
    rows = TargetDossier.objects.with_entries().annotate(rank=rank).filter(rank__lte=PER_TIER).order_by("tier", "rank")
    found: dict[str, list[Any]] = {}
    for row in rows.values("target", "symbol", "name", "tier", "score", "entry_count"):
        found.setdefault(row["tier"], []).append(row)
    return [{"tier": tier, "means": means, "targets": found[tier]} for tier, means in TIERS.items() if tier in found]


def _shares(facet: str, field: str, facets: dict[str, list[tuple[str, int]]]) -> list[dict[str, Any]]:
    """Every value in its usual order, with the number of its entries."""
    counts = dict(facets[facet])
    return [
        {"label": label, "count": counts.get(code, 0), "url": shaping.entries_with(**{facet: code})}
        for code, label in WORDS[field].items()
    ]
