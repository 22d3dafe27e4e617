"""Entries, their versions, what changed, and how many there are of each."""

import re
from datetime import datetime

import orjson
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from apps.catalogue.document import SincePublication, as_served, to_json
from apps.catalogue.filters import ChangeFilter, ChangeListing, EntryFilter, Listing, PastFilter, entry_rows, label_of
from apps.catalogue.models import Entry, EntryVersion, Tally
from apps.catalogue.querysets import MARKS, MOST_RANKED, EntryQuerySet, change_of, facets_of, facets_of_all
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
from .wishes import AS_OF, FIELDS, HIGHLIGHTS, Wishes

_ACCESSION = re.compile(r"TMEE:[0-9]{7,18}")
IN_PATH = OpenApiParameter("accession", {"type": "string", "pattern": "^TMEE:[0-9]{7,18}$"}, OpenApiParameter.PATH)
_NUMBER_PATH = OpenApiParameter("number", {"type": "integer", "minimum": 1, "maximum": 10**6}, OpenApiParameter.PATH)
_GONE = {(410, MEDIA_TYPE): TOMBSTONE}


class EntryList(ListView):
    follows_revision = True
    kind, shape = "entry", ENTRY
    fields: tuple[str, ...] = ("document", *SincePublication.COLUMNS)
    allowed = (*ListView.allowed, "highlights")

    def listing(self, request: Request) -> Listing:
        if request.query_params.get("as_of"):
            self.fields = ("document_then",)
            return Listing(PastFilter, Entry.objects.all(), request.query_params)
        return Listing(EntryFilter, entry_rows(request.query_params), request.query_params)

    def count(self, listing: Listing) -> int:
        state = None if listing.filterset.given() else revision()
        return state.entry_count if state else super().count(listing)

    def texts(self, page: Page, wishes: Wishes) -> list[str]:
        texts = [as_served(text, SincePublication.of(*since)) for text, *since in page.rows]
        if not wishes.highlights:
            return texts
        return _highlighted(texts, wishes.words, entry_rows(self.request.query_params))

    @extend_schema(
        operation_id="entries_list",
        tags=[TAG],
        summary="Entries in force",
        description="The current version of every entry in force that the filters leave. Values of one filter are "
        "alternatives; different filters must all hold; `!` before a value leaves out what has it. `cell_type` and "
        "`cancer` include everything below them, `cell_type_exact` and `cancer_exact` do not. `ordering=relevance` "
        f"ranks the hits of a search with `q`, of more than {MOST_RANKED:,} those that changed last.",
        parameters=[*list_parameters(EntryFilter), HIGHLIGHTS, AS_OF],
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
        parameters=[IN_PATH, FIELDS, AS_OF, ENTRY_FORMAT],
        responses=entry_answers(ENTRY, 404) | _GONE,
    )
    def get(self, request: Request, accession: str) -> HttpResponse:
        self.refuse_parameters(request, but=("fields", "as_of"))
        wishes = Wishes(request, of=ENTRY.described(), allowed=("fields",))
        if wishes.problems:
            raise ValidationError(wishes.problems)
        rows = Entry.objects.filter(accession=known_shape(accession))
        if request.query_params.get("as_of"):
            return self._then(request, rows, wishes)
        # The document is read only where it is going to be sent.
        served = ("document", *SincePublication.COLUMNS)
        row = rows.values_list("status", "etag", "changed_at", *(() if self.is_conditional else served)).first()
        if row is None:
            raise Http404
        status, etag, changed_at, *found = row
        if status != Entry.Status.CURRENT:
            return _gone(rows.select_related("successor").get())
        tags = self.tags(wishes.etag(etag), changed_at)
        if same := self.unchanged(tags):
            return same
        text, *since = found or rows.values_list(*served)[0]
        return self.send(self.one(wishes.granted(as_served(text, SincePublication.of(*since)))), tags)

    def _then(self, request: Request, rows: EntryQuerySet, wishes: Wishes) -> HttpResponse:
        """As it stood at a moment: what is in force now may not have been then, and the other way round."""
        listing = Listing(PastFilter, rows, request.query_params)
        listing.filterset.also = ("fields",)
        if listing.problems:
            raise ValidationError(listing.problems)
        text = listing.rows.values_list("document_then", flat=True).first()
        if text is None:
            moment = listing.filterset.form.cleaned_data["as_of"]
            if ended := rows.filter(ended_at__lte=moment).select_related("successor").first():
                return _gone(ended)
            raise Http404
        document = orjson.loads(text)
        published_at = datetime.fromisoformat(document["published_at"])
        tags = self.tags(wishes.etag(f"{document['accession']}.{document['version']}.then"), published_at)
        return self.unchanged(tags) or self.send(self.one(wishes.granted(text)), tags)


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
    kind, shape = "change", CHANGE

    def listing(self, request: Request) -> Listing:
        return ChangeListing(request.query_params)

    def texts(self, page: Page, wishes: Wishes) -> list[str]:
        return [to_json(change_of(row)) for row in page.rows]

    @extend_schema(
        operation_id="changes_list",
        tags=[TAG],
        summary="What changed, tombstones included",
        description="Every entry once, by the number of its last change: `created`, `revised`, `retracted`, `merged` "
        "and what else became of it. To follow the catalogue, keep the highest `sequence` that you have seen and ask "
        "for what came `after` it; an entry that is `retracted` or `merged` is no longer in force. "
        "`about=entries,targets` adds the targets that were `rescored`, each once, by the number of its last score.",
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
        state = revision(request)
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


def _highlighted(texts: list[str], words: str, rows: EntryQuerySet) -> list[str]:
    """The documents with the places where the words stand, as their last member."""
    accessions = [orjson.loads(text)["accession"] for text in texts]
    found = rows.filter(accession__in=accessions).highlights(words)
    marked = [{name: _as_html(line) for name, line in found.get(one, {}).items()} for one in accessions]
    return [f'{text[:-1]},"highlights":{to_json(places)}}}' for text, places in zip(texts, marked, strict=True)]


def _as_html(line: str) -> str:
    begins, ends = MARKS
    return escape(line).replace(begins, "<mark>").replace(ends, "</mark>")


def known_shape(accession: str) -> str:
    if not _ACCESSION.fullmatch(accession):
        raise Http404
    return accession


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
