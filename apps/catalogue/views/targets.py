"""Targets: the list, and the dossier with the score and all that it is made of."""

from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..filters import TargetFilter
from ..models import Entry, TargetCombination, TargetDossier
from ..scoring import CAPS
from ..tipping import Tipping
from ..wording import TIERS, address_of, identifier, worded
from . import shaping
from .lists import ListPage

_COLUMNS = ("target", "symbol", "name", "kind", "classes", "entry_count", "score", "tier")
_FILTERS = ("target_class", "component", "tier", "has_entries", "kind")
_ORDERS = (
    ("-score", "Highest score first"),
    ("score", "Lowest score first"),
    ("symbol", "Symbol, A to Z"),
    ("-symbol", "Symbol, Z to A"),
    ("-entries", "Most entries first"),
    ("entries", "Fewest entries first"),
)
#: The rest is a click away, in the list of entries and in the API.
MOST_ENTRIES, MOST_COMBINATIONS = 25, 20

_TALLIES = (
    ("by_cell_type", "Cell type", "cell_type", ""),
    ("by_cancer", "Cancer", "cancer", ""),
    ("by_therapy", "Therapy", "therapy", ""),
    ("by_level", "Level", "level", "level"),
    ("by_direction", "Direction", "direction", "direction"),
    ("by_evidence_type", "Evidence type", "evidence_type", "evidence_type"),
    ("by_intervention", "Intervention", "intervention", "intervention"),
    ("by_stage", "Development stage", "stage", "stage"),
    ("by_component", "Component", "component", "component"),
)


@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    page = ListPage(request, TargetFilter, TargetDossier.objects.all(), order="-score", fields=_COLUMNS)
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in page.rows]
    for row in rows:
        row["kind"] = worded("kind", row["kind"])
        row["classes"] = ", ".join(worded("classes", code) for code in row["classes"])
    context = {"list": page, "sidebar": page.sidebar(main=_FILTERS, orders=_ORDERS), "rows": rows}
    return render(request, "catalogue/target_list.html", context, status=page.status)


@require_safe
def target_detail(request: HttpRequest, curie: str) -> HttpResponse:
    stored = TargetDossier.objects.only("document", "changed_at").filter(target=curie).first()
    if stored is None:
        return target_named(request, curie)
    dossier = orjson.loads(stored.document)
    found = [_combination(one) for one in dossier["combinations"][:MOST_COMBINATIONS]]
    under_review = set(Entry.objects.under_review().about(curie).values_list("accession", flat=True))
    entries = [
        entry
        | {
            "direction_label": worded("direction", entry["direction"]),
            "under_review": entry["accession"] in under_review,
        }
        for entry in reversed(dossier["entries"])
    ]
    context = {
        "dossier": dossier,
        "changed_at": stored.changed_at,
        "kind": worded("kind", dossier["kind"]),
        "classes": [(worded("classes", code), shaping.entries_with(target_class=code)) for code in dossier["classes"]],
        "components": [worded("component", code) for code in dossier["components"]],
        "source": address_of(dossier["id"]),
        "identifiers": [identifier(one["resource"], one["identifier"]) for one in dossier["identifiers"]],
        "best": found[0] if found else None,
        "combinations": found,
        "more_combinations": dossier.get("combination_count", len(dossier["combinations"])) - len(found),
        "tier_means": TIERS.get(dossier["tier"], ""),
        "tallies": _tallies(dossier),
        "tipping": [_tipping(one) for one in TargetCombination.objects.about(curie).tippings()],
        "entries": entries[:MOST_ENTRIES],
        "more_entries": dossier["entry_count"] - len(entries[:MOST_ENTRIES]),
        "entries_url": shaping.entries_with(target=curie),
    }
    return render(request, "catalogue/target_detail.html", context)


@require_safe
def target_named(request: HttpRequest, name: str) -> HttpResponse:
    """Leads from a symbol, another name or a former id to the target; to a search where several have that name."""
    found = list(TargetDossier.objects.known_as(name).values_list("target", flat=True)[:2])
    if not found:
        raise Http404
    if len(found) > 1:
        return redirect(f"{reverse('catalogue:target-list')}?{urlencode({'q': name})}")
    return redirect("catalogue:target-detail", found[0])


def _combination(one: dict[str, Any]) -> dict[str, Any]:
    """A combination in words, with its classes and lines as tables show them."""
    where = [one["cell_type"]["label"] if one["cell_type"] else "any cell type"]
    where.append(one["cancer"]["label"] if one["cancer"] else "any cancer")
    where.append(
        worded("intervention", one["intervention"]).lower() if one["intervention"] != "none" else "no intervention"
    )
    return one | {
        "title": " · ".join(where),
        "classes": [
            {"label": worded("evidence_class", name), "cap": cap, **one["by_class"][name]} for name, cap in CAPS.items()
        ],
        "lines": one["contributions"],
        "more_lines": one.get("contribution_count", 0) - len(one["contributions"]),
    }


def _tipping(one: Tipping) -> dict[str, Any]:
    """One record that would change the tier, with what it would be in words."""
    return one.as_dict() | {"what": f"One more record of level {one.level} in {one.side}"}


def _tallies(dossier: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "rows": [
                {
                    "text": worded(field, row["id"]) if field else row["label"],
                    "count": row["count"],
                    "url": shaping.entries_with(target=dossier["id"], **{parameter: row["id"]}),
                }
                for row in dossier["evidence"][name][:10]
            ],
            "more": max(len(dossier["evidence"][name]) - 10, 0),
        }
        for name, title, parameter, field in _TALLIES
        if dossier["evidence"][name]
    ]
