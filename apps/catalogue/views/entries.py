"""Entries: the list with its filters, one entry, one version, and the tombstone of one that ended."""

from collections import Counter
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateformat import format as dated
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from ..document import as_it_stands
from ..filters import EntryFilter, entry_rows
from ..filters.sets import RELEVANCE
from ..models import Entry, EntryVersion
from ..wording import WORDS, citation, cite, worded
from . import contradictions, shaping
from .lists import ListPage

#: The filters that stand open; every other one is folded away.
_MAIN = ("target", "cell_type", "cancer", "therapy", "level", "direction")
_SEARCHED = ((RELEVANCE, "Best match first"),)
_ORDERS = (
    ("-changed", "Newest change first"),
    ("changed", "Oldest change first"),
    ("accession", "Accession, upwards"),
    ("-accession", "Accession, downwards"),
    ("target", "Target, A to Z"),
    ("-target", "Target, Z to A"),
)


@require_safe
def entry_list(request: HttpRequest) -> HttpResponse:
    searched = bool(request.GET.get("q", "").strip())
    order = RELEVANCE if searched else "-changed"
    page = ListPage(request, EntryFilter, entry_rows(request.GET), order=order, fields=shaping.ROW)
    context = {
        "list": page,
        "sidebar": page.sidebar(main=_MAIN, orders=(*_SEARCHED, *_ORDERS) if searched else _ORDERS),
        "rows": shaping.rows_of(page.rows),
        # What is frozen has no news to follow.
        "frozen": "release" in page.given or "pin" in page.given,
        "can_pin": "release" in page.given and "pin" not in page.given and not page.listing.problems,
    }
    return render(request, "catalogue/entry_list.html", context, status=page.status)


@require_safe
def entry_detail(request: HttpRequest, accession: str) -> HttpResponse:
    entry = entry_named(accession)
    document = as_it_stands(entry.document, entry.retraction_state)
    context = described(request, entry, document)
    if entry.status != Entry.Status.CURRENT:
        return render(request, "catalogue/entry_gone.html", context, status=HTTPStatus.GONE)
    context |= contradictions.on_entry(entry, document)
    return render(request, "catalogue/entry_detail.html", context)


@require_safe
def entry_version(request: HttpRequest, accession: str, number: int) -> HttpResponse:
    entry = entry_named(accession)
    versions = {version.number: version for version in versions_of(entry)}
    if number not in versions:
        raise Http404
    text = EntryVersion.objects.values_list("document", flat=True).get(pk=versions[number].pk)
    is_current = number == entry.version
    context = described(request, entry, as_it_stands(text, entry.retraction_state if is_current else ""))
    return render(request, "catalogue/entry_version.html", context)


def described(request: HttpRequest, entry: Entry, document: dict[str, Any]) -> dict[str, Any]:
    """What every page about an entry shows of one of its versions."""
    reference = document["study"]["reference"]
    published_at = parse_datetime(document["published_at"])
    assert published_at is not None
    return {
        "entry": entry,
        "document": document,
        "published_at": published_at,
        "groups": shaping.groups_of(document),
        "reference": reference,
        "citation": citation(reference),
        "quality": [(label, code in document["evidence"]["quality"]) for code, label in WORDS["quality"].items()],
        "weight": shaping.weight_of(document),
        "row": shaping.row_of(document),
        "words": {
            "place": WORDS["claim_place"].get(document["text"]["claim_place"], ""),
            "retraction": WORDS["retraction_state"].get(reference["retraction_state"], ""),
            "reference_type": reference["reference_type"].replace("_", " "),
        },
        "flags": Counter(worded("flag_reason", reason) for reason in entry.open_flags).items(),
        "versions": versions_of(entry),
        "is_current": entry.status == Entry.Status.CURRENT and document["version"] == entry.version,
        "cited": cited(request, document, published_at),
    }


def cited(request: HttpRequest, document: dict[str, Any], published_at: datetime) -> str:
    """The citation of a version, with the address that it keeps."""
    address = reverse("catalogue:entry-version", args=[document["accession"], document["version"]])
    return cite(
        document,
        site=settings.SITE_NAME,
        date=dated(published_at, "j F Y"),
        address=request.build_absolute_uri(address),
    )


def entry_named(accession: str) -> Entry:
    return get_object_or_404(Entry.objects.select_related("successor").defer("search"), accession=accession)


def versions_of(entry: Entry) -> list[EntryVersion]:
    """Newest first, without their documents."""
    return list(entry.versions.defer("document").order_by("-number"))
