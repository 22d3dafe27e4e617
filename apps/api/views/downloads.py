"""Whole selections in one answer: as long as it takes, in constant memory."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from apps.catalogue.filters import EntryFilter, Listing, entry_rows
from apps.catalogue.filters.sets import RELEVANCE
from apps.catalogue.formats import STREAMS, Stream
from apps.catalogue.formats.packing import gzipped
from apps.catalogue.querysets import stream
from apps.core.problems import problem_responses

from ..envelopes import Tags
from ..renderers import stream_renderer
from .base import PublicView, list_etag, revision
from .describing import ALWAYS, TAG, UNCHANGED, filter_parameters, order_parameter

_FORMAT = OpenApiParameter(
    "format", {"type": "string", "enum": list(STREAMS)}, description="The format; otherwise `Accept` chooses."
)
_COMPRESSION = OpenApiParameter(
    "compression",
    {"type": "string", "enum": ["gzip"]},
    description="A packed file. `Accept-Encoding: gzip` packs on the way only.",
)
_PAGING = ("page_size", "cursor")


class Download(PublicView):
    kind = "entry"
    renderer_classes = [stream_renderer(one) for one in STREAMS.values()]

    @extend_schema(
        operation_id="download_retrieve",
        tags=[TAG],
        summary="All entries that the filters leave, in one answer",
        description="The same filters and the same order as `entries/`, without pages. The answer is of one moment "
        "and comes in pieces: whatever breaks off before its end is an error of the transfer, never a shorter list.",
        parameters=[
            *filter_parameters(EntryFilter),
            order_parameter(EntryFilter, but=RELEVANCE),
            _COMPRESSION,
            _FORMAT,
        ],
        responses={
            **{(200, one.media_type): {"type": "string", "format": "binary"} for one in STREAMS.values()},
            (200, "application/gzip"): {"type": "string", "format": "binary"},
            304: UNCHANGED,
            **problem_responses(*ALWAYS),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        state = revision(request)
        chosen, packing = STREAMS[self.format_name], self.packing(request)
        tags = self.tags(f"{list_etag(request, state)}{packing}", state.changed_at if state else None)
        if same := self.unchanged(tags):
            return same
        parameters = request.query_params.copy()
        parameters.pop("compression", None)
        listing = Listing(EntryFilter, entry_rows(parameters), parameters)
        problems = listing.problems | {name: ["A download has no pages."] for name in _PAGING if name in parameters}
        if request.query_params.get("compression", "gzip") != "gzip":
            problems["compression"] = ["There is one compression: gzip."]
        if parameters.get("ordering", "").strip() == RELEVANCE:
            problems["ordering"] = [
                "Only the best hits of a search are ranked, and a download holds all: leave it out."
            ]
        if problems:
            raise ValidationError(problems)
        return self.sent(chosen, packing, tags, stream(listing.ordered))

    def packing(self, request: Request) -> str:
        """``.gz``: a packed file; ``-gzip``: packed on its way; empty: as it is."""
        if not STREAMS[self.format_name].packs:
            return ""
        if request.query_params.get("compression"):
            return ".gz"
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "").replace(" ", "").lower()
        codings = {one.partition(";")[0]: one.partition(";")[2] for one in accepted.split(",")}
        return "-gzip" if codings.get("gzip", "q=0") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"} else ""

    def sent(self, chosen: Stream, packing: str, tags: Tags, blocks: Iterator[bytes]) -> HttpResponseBase:
        name = chosen.file_name + (packing if packing == ".gz" else "")
        media_type = "application/gzip" if packing == ".gz" else chosen.media_type
        headers = tags.headers() | {"Content-Disposition": f'attachment; filename="{name}"'}
        if packing == "-gzip":
            headers["Content-Encoding"] = "gzip"
        if self.request.method == "HEAD":
            answer: HttpResponseBase = HttpResponse(headers=headers, content_type=media_type)
        else:
            written = chosen.write(blocks, settings.SITE_URL)
            answer = StreamingHttpResponse(
                gzipped(written) if packing else written, headers=headers, content_type=media_type
            )
        patch_vary_headers(answer, ["Accept", "Accept-Encoding"])
        return answer
