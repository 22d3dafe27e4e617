"""Entries, their versions, what changed, and how many there are of each."""

import re
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from apps.catalogue.document import SincePublication, as_served, to_json
from apps.catalogue.filters import ChangeFilter, EntryFilter, Listing, entry_rows, label_of
from apps.catalogue.models import Entry, EntryVersion, Tally
from apps.catalogue.querysets import facets_of, facets_of_all
from apps.core.keyset import Page
from apps.core.problems import MEDIA_TYPE

from ..renderers import JsonRenderer, stream_renderer
from ..serializers import CHANGE, ENTRY, ENTRY_VERSION, FACETS, TOMBSTONE, VERSION
from .base import FOR_GOOD, ListView, PublicView, list_etag, revision
from .describing import (
    ENTRY_FORMAT,
    ENTRY_STREAMS,
    FORMAT,
    TAG,
    answers,
    entry_answers,
    filter_parameters,
    list_answers,
    list_parameters,
)

_ACCESSION = re.compile(r"TMEE:[0-9]{7,18}")
IN_PATH = OpenApiParameter("accession", {"type": "string", "pattern": "^TMEE:[0-9]{7,18}$"}, OpenApiParameter.PATH)
_NUMBER_PATH = OpenApiParameter("number", {"type": "integer", "minimum": 1, "maximum": 10**6}, OpenApiParameter.PATH)
_GONE = {(410, MEDIA_TYPE): TOMBSTONE}


class EntryList(ListView):
    follows_revision = True
    kind = "entry"
    fields = ("document", *SincePublication.COLUMNS)

    def listing(self, request: Request) -> Listing:
        return Listing(EntryFilter, entry_rows(request.query_params), request.query_params)

    def texts(self, page: Page) -> list[str]:
        return [as_served(text, SincePublication.of(*since)) for text, *since in page.rows]

    @extend_schema(
        operation_id="entries_list",
        tags=[TAG],
        summary="Entries in force",
        description="The current version of every entry in force that the filters leave. Values of one filter are "
        "alternatives; different filters must all hold. `cell_type` and `cancer` include everything below them.",
        parameters=list_parameters(EntryFilter),
        responses=list_answers(ENTRY),
    )
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)


class OneEntry(PublicView):
    """One version of an entry, in the formats that only entries have too."""

    kind = "entry"
    renderer_classes = [*PublicView.renderer_classes, *map(stream_renderer, ENTRY_STREAMS)]

    def one(self, text: str) -> str:
        for stream in ENTRY_STREAMS:
            if stream.name == self.format_name:
                return b"".join(stream.write([f"{text}\n".encode()], settings.SITE_URL)).decode()
        return super().one(text)


class EntryDetail(OneEntry):
    follows_revision = True

    @extend_schema(
        operation_id="entries_retrieve",
        tags=[TAG],
        summary="One entry",
        description="The current version. An entry that was retracted or merged answers 410 and says why.",
        parameters=[IN_PATH, ENTRY_FORMAT],
        responses=entry_answers(ENTRY, 404) | _GONE,
    )
    def get(self, request: Request, accession: str) -> HttpResponse:
        self.refuse_parameters(request)
        rows = Entry.objects.filter(accession=known_shape(accession))
        # The document is read only where it is going to be sent.
        served = ("document", *SincePublication.COLUMNS)
        row = rows.values_list("status", "etag", "changed_at", *(() if self.is_conditional else served)).first()
        if row is None:
            raise Http404
        status, etag, changed_at, *found = row
        if status != Entry.Status.CURRENT:
            return _gone(rows.select_related("successor").get())
        tags = self.tags(etag, changed_at)
        if same := self.unchanged(tags):
            return same
        text, *since = found or rows.values_list(*served)[0]
        return self.send(self.one(as_served(text, SincePublication.of(*since))), tags)


class VersionList(PublicView):
    kind = "version"

    @extend_schema(
        operation_id="versions_list",
        tags=[TAG],
        summary="The versions of an entry",
        description="All of them, the first one first; also those of an entry no longer in force.",
        parameters=[IN_PATH, FORMAT],
        responses=list_answers(VERSION, 404),
    )
    def get(self, request: Request, accession: str) -> HttpResponse:
        self.refuse_parameters(request)
        entry = Entry.objects.filter(accession=known_shape(accession)).defer("document", "search").first()
        if entry is None:
            raise Http404
        tags = self.tags(f"{entry.etag}.versions", entry.changed_at)
        if same := self.unchanged(tags):
            return same
        in_force = entry.version if entry.status == Entry.Status.CURRENT else None
        rows = EntryVersion.objects.filter(entry=entry).order_by("number")
        versions = [
            {
                "accession": accession,
                "version": number,
                "published_at": published_at,
                "sha256": sha256,
                "current": number == in_force,
                "change_note": note,
                "url": request.build_absolute_uri(reverse("api:version-detail", args=[accession, number])),
            }
            for number, published_at, sha256, note in rows.values_list(
                "number", "published_at", "sha256", "change_note"
            )
        ]
        return self.send(self.many(map(to_json, versions), following=None, previous=None), tags)


class VersionDetail(OneEntry):
    @extend_schema(
        operation_id="versions_retrieve",
        tags=[TAG],
        summary="One version of an entry",
        description="Immutable: it may be kept for good. It stays when the entry is revised, retracted or merged.",
        parameters=[IN_PATH, _NUMBER_PATH, ENTRY_FORMAT],
        responses=entry_answers(ENTRY_VERSION, 404),
    )
    def get(self, request: Request, accession: str, number: int) -> HttpResponse:
        self.refuse_parameters(request)
        rows = EntryVersion.objects.filter(entry__accession=known_shape(accession), number=number)
        row = rows.values_list("document", "published_at").first()
        if row is None:
            raise Http404
        tags = self.tags(f"{accession}.{number}", row[1], cache=FOR_GOOD)
        return self.unchanged(tags) or self.send(self.one(row[0]), tags)


class ChangeList(ListView):
    follows_revision = True
    kind = "change"
    fields = (
        "sequence",
        "status",
        "accession",
        "version",
        "changed_at",
        "tombstone_reason",
        "successor__accession",
        *SincePublication.COLUMNS,
    )

    def listing(self, request: Request) -> Listing:
        return Listing(ChangeFilter, Entry.objects.all(), request.query_params)

    def texts(self, page: Page) -> list[str]:
        return [to_json(_change(row)) for row in page.rows]

    @extend_schema(
        operation_id="changes_list",
        tags=[TAG],
        summary="What changed, tombstones included",
        description="Every entry once, by the number of its last change. To follow the catalogue, keep the highest "
        "`sequence` that you have seen and ask for what came `after` it.",
        parameters=list_parameters(ChangeFilter),
        responses=list_answers(CHANGE),
    )
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)


class FacetList(PublicView):
    follows_revision = True
    renderer_classes = [JsonRenderer]

    @extend_schema(
        operation_id="facets_retrieve",
        tags=[TAG],
        summary="Counts by every filter",
        description="The number of entries that the filters leave, and how many of them have each value.",
        parameters=filter_parameters(EntryFilter),
        responses=answers(FACETS, tables=False),
    )
    def get(self, request: Request) -> HttpResponse:
        state = revision()
        tags = self.tags(list_etag(request, state), state.changed_at if state else None)
        if same := self.unchanged(tags):
            return same
        listing = Listing(EntryFilter, entry_rows(request.query_params), request.query_params)
        paging = [name for name in ("ordering", "page_size", "cursor") if name in request.query_params]
        if listing.problems or paging:
            raise ValidationError(listing.problems | {name: ["Counts have no pages."] for name in paging})
        count, facets = (
            facets_of(listing.rows)
            if listing.filterset.given()
            else facets_of_all(Tally.objects.all(), Entry.objects.current())
        )
        labels = label_of(facets)
        body = {
            "count": count,
            "facets": {
                name: [{"value": value, "label": labels.get((name, value), value), "count": n} for value, n in values]
                for name, values in facets.items()
            },
        }
        return self.send(to_json(body), tags)


def known_shape(accession: str) -> str:
    if not _ACCESSION.fullmatch(accession):
        raise Http404
    return accession


def _change(row: tuple[Any, ...]) -> dict[str, Any]:
    sequence, status, accession, version, changed_at, reason, successor, *columns = row
    since = SincePublication.of(*columns)
    if status != Entry.Status.CURRENT:
        change = status
    elif since:
        change, reason = _what_happened(since)
    else:
        change = "created" if version == 1 else "revised"
    return {
        "sequence": sequence,
        "change": change,
        "accession": accession,
        "version": version,
        "changed_at": changed_at,
        "reason": reason,
        "successor": successor,
    }


def _what_happened(since: SincePublication) -> tuple[str, str]:
    if since.under_review_since:
        return "under_review", since.review_reason
    if since.upheld_at:
        return "upheld", since.upheld_reason
    if since.retraction_state:
        return f"reference_{since.retraction_state}", ""
    return "flagged", "\n".join(since.open_flags)


def _gone(entry: Entry) -> HttpResponse:
    successor = entry.successor.accession if entry.successor else None
    instead = f" See {successor}." if successor else ""
    body = {
        "type": "about:blank",
        "title": "Gone",
        "status": 410,
        "detail": f"{entry.accession} was {entry.status}: {entry.tombstone_reason}{instead}",
        "code": "gone",
        "accession": entry.accession,
        "change": entry.status,
        "reason": entry.tombstone_reason,
        "ended_at": entry.ended_at,
        "last_version": entry.version,
        "successor": successor,
    }
    return HttpResponse(
        to_json(body), status=410, content_type=MEDIA_TYPE, headers={"Cache-Control": "public, no-cache"}
    )
