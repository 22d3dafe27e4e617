"""Two versions of an entry beside each other. Versions never change, so an address says the same for good."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..comparing import changed, compare
from ..models import Entry, EntryVersion
from .entries import cited, entry_named, versions_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions."""

    title: str
    number: int
    published_at: datetime
    statement: str
    citation: str
    note: str
    in_force: bool


@require_safe
def entry_compare(request: HttpRequest, accession: str) -> HttpResponse:
    """``from`` and ``to`` are numbers of versions; without them, the one before the last and the last."""
    entry = entry_named(accession)
    versions = versions_of(entry)
    numbers = {version.number for version in versions}
    asked = {"from": str(max(entry.version - 1, 1)), "to": str(entry.version)}
    asked |= {name: request.GET[name].strip() for name in asked if request.GET.get(name, "").strip()}
    problems = [f"There is no version {text[:20]}." for text in asked.values() if _number(text) not in numbers]
    context: dict[str, Any] = {
        "entry": entry,
        "versions": versions,
        "asked": {name: _number(text) for name, text in asked.items()},
        "problems": problems,
        "everything": request.GET.get("show") == "all",
    }
    if not problems:
        first, second = (_number(text) for text in asked.values())
        context |= _compared(request, entry, first, second, context["everything"])
    status = HTTPStatus.BAD_REQUEST if problems else HTTPStatus.OK
    return render(request, "catalogue/entry_compare.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _compared(request: HttpRequest, entry: Entry, first: int, second: int, everything: bool) -> dict[str, Any]:
    rows = EntryVersion.objects.filter(entry=entry, number__in=[first, second])
    found = {version.number: version for version in rows}
    before, after = (orjson.loads(found[number].document) for number in (first, second))
    groups = compare(before, after)
    different = changed(groups)
    return {
        "sides": [
            _side(request, entry, title, found[document["version"]], document)
            for title, document in (("From", before), ("To", after))
        ],
        "groups": groups if everything else different,
        "count": sum(len(group.differences) for group in different),
    }


def _side(request: HttpRequest, entry: Entry, title: str, version: EntryVersion, document: dict[str, Any]) -> Side:
    return Side(
        title=title,
        number=version.number,
        published_at=version.published_at,
        statement=document["statement"],
        citation=cited(request, document, version.published_at),
        note=version.change_note,
        in_force=entry.status == Entry.Status.CURRENT and version.number == entry.version,
    )
