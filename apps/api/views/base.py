"""What every answer has: open to all, negotiated, tagged, and 304 where nothing has changed."""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.utils.http import parse_http_date_safe
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.catalogue import formats
from apps.catalogue.filters import Listing
from apps.catalogue.models import Revision
from apps.core.keyset import Page

from ..envelopes import REVALIDATE, Tags, etag_of, link_of, neighbours, page_text
from ..renderers import JsonRenderer, LinesRenderer, LinkedRenderer, Negotiation, TableRenderer
from ..serializers import Shape
from .wishes import Wishes

#: Where a request's environment has the revision, if the server looked it up.
KNOWN = "portal.revision"
#: A version never changes.
FOR_GOOD = "public, max-age=31536000, immutable"

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After, "
    "X-Total-Count",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class PublicView(APIView):
    """A read-only address that needs no account; an account only raises the limits."""

    permission_classes = [AllowAny]
    renderer_classes = [JsonRenderer, LinkedRenderer, LinesRenderer, TableRenderer]
    content_negotiation_class = Negotiation
    http_method_names = ["get", "head", "options"]
    kind = ""
    #: Whether its answers stay as they are while the catalogue's revision does: then web processes keep them.
    follows_revision = False

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (CORS | PREFLIGHT if request.method == "OPTIONS" else CORS).items():
            response[name] = value
        response.may_be_kept = self.follows_revision and response.status_code == HTTPStatus.OK
        return response

    @property
    def format_name(self) -> str:
        return str(self.request.accepted_renderer.format)

    def refuse_parameters(self, request: Request, *, but: tuple[str, ...] = ()) -> None:
        """For addresses that take nothing but ``format`` and a few."""
        taken = {"format", *but}
        unknown = {
            name[:100]: ["This address takes no such parameter."] for name in request.query_params if name not in taken
        }
        if unknown:
            raise ValidationError(unknown)

    @property
    def is_conditional(self) -> bool:
        return "HTTP_IF_NONE_MATCH" in self.request.META or "HTTP_IF_MODIFIED_SINCE" in self.request.META

    def tags(self, etag: str, changed_at: datetime | None, *, cache: str = REVALIDATE) -> Tags:
        """By what a caller asks again; each format has a tag of its own."""
        tag = etag if self.format_name == "json" else f"{etag}-{self.format_name}"
        return Tags(f'"{tag}"', int(changed_at.timestamp()) if changed_at else None, cache)

    def unchanged(self, tags: Tags) -> HttpResponse | None:
        """A 304 where the caller has what these tags stand for."""
        given = self.request.META.get("HTTP_IF_NONE_MATCH")
        if given:
            has_it = tags.are_among(given)
        else:
            since = parse_http_date_safe(self.request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
            has_it = since is not None and tags.changed is not None and tags.changed <= since
        return HttpResponse(status=304, headers=tags.headers()) if has_it else None

    def send(self, text: str, tags: Tags, **headers: str) -> HttpResponse:
        media_type = self.request.accepted_renderer.media_type
        return HttpResponse(text, content_type=f"{media_type}; charset=utf-8", headers=tags.headers() | headers)

    def one(self, text: str) -> str:
        """A single stored document in the format asked for."""
        if self.format_name == "tsv":
            return formats.table(self.kind, [orjson.loads(text)])
        if self.format_name == "jsonld":
            return formats.jsonld.one(self.kind, text, settings.SITE_URL)
        return formats.lines([text]) if self.format_name == "ndjson" else text

    def many(
        self, texts: Iterable[str], *, following: str | None, previous: str | None, count: int | None = None
    ) -> str:
        """A page of stored documents: joined, never read."""
        if self.format_name == "tsv":
            return formats.table(self.kind, map(orjson.loads, texts))
        if self.format_name == "ndjson":
            return formats.lines(texts)
        if self.format_name == "jsonld":
            here = f"{settings.SITE_URL}{self.request.get_full_path()}"
            return formats.jsonld.page(
                self.kind, texts, settings.SITE_URL, address=here, following=following, previous=previous
            )
        return page_text(texts, following=following, previous=previous, count=count)


class ListView(PublicView):
    """A filtered, ordered list of stored documents by cursor. ``shape`` describes one of them."""

    shape: type[Shape]
    allowed: tuple[str, ...] = ("fields", "count")

    def listing(self, request: Request) -> Listing:
        raise NotImplementedError

    def count(self, listing: Listing) -> int:
        return listing.count()

    def texts(self, page: Page, wishes: Wishes) -> list[str]:
        return [document for (document,) in page.rows]

    fields: tuple[str, ...] = ("document",)

    def get(self, request: Request) -> HttpResponse:
        state = revision(request)
        tags = self.tags(list_etag(request, state), state.changed_at if state else None)
        if same := self.unchanged(tags):
            return same
        listing = self.listing(request)
        listing.filterset.also = self.allowed
        wishes = Wishes(request, of=self.shape.described(), allowed=self.allowed)
        problems = listing.problems | wishes.problems
        page = None if problems else listing.page(*self.fields)
        if page is None:
            raise ValidationError(problems or listing.problems)
        urls = neighbours(request.build_absolute_uri(request.path), request.query_params, page)
        count = self.count(listing) if wishes.counts else None
        texts = map(wishes.granted, self.texts(page, wishes))
        text = self.many(texts, following=urls.get("next"), previous=urls.get("prev"), count=count)
        counted = {} if count is None else {"X-Total-Count": str(count)}
        return self.send(text, tags, **link_of(urls), **counted)


def revision(request: Request | None = None) -> Revision | None:
    """How far the catalogue has come: as it was looked up for the request, or as it is now."""
    known = request.META.get(KNOWN) if request else None
    return Revision(**dict(zip(Revision.TOLD, known, strict=True))) if known else Revision.objects.latest_change()


def list_etag(request: Request, state: Revision | None) -> str:
    return etag_of(request.build_absolute_uri(), state.sequence if state else 0)
