"""Single entries and plain pages of them, from the stored text to the socket with nothing between.

The views stay the measure: what is answered here has the same status, headers and bytes as theirs (tests compare).
Whatever is not entirely plain is left to them: mistakes, other formats, wishes, tombstones.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error as DatabaseError
from django.http import HttpResponse

from apps.catalogue.document import SincePublication, as_served
from apps.catalogue.filters.plain import plain_entry, plain_page
from apps.core.throttling import Handfuls, VisitorThrottle

from .envelopes import Tags, etag_of, link_of, neighbours, page_text

LIST = "/api/v1/entries/"
_ONE = re.compile(r"/api/v1/entries/(TMEE:[0-9]{7,18})/")
_ACCEPTED = ("*/*", "application/json")
_TAGGED = ("etag", "changed_at")
#: What the headers of one answer have of their own; all others are those of every answer of its kind.
_OWN = {"etag", "last-modified", "link", "content-length", "ratelimit", "ratelimit-policy"}

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """``told`` are headers for this caller alone."""

    etag: str
    headers: Headers
    body: bytes
    told: Headers
    is_unchanged: bool = False


class Direct:
    def __init__(self) -> None:
        self._callers = Handfuls(VisitorThrottle)
        #: Whether one entry, and whether by TLS → the headers of every such answer, as a view gave them.
        self._usual: dict[tuple[bool, bool], Headers] = {}

    def answer(self, environ: dict[str, Any], state: Any) -> Answer | None:
        """What the view would answer, the catalogue having come to ``state``; ``None`` leaves it to the view."""
        if not (state and self._usual) or not _is_plain(environ):
            return None
        path = environ["PATH_INFO"]
        accession = None if path == LIST else _accession_in(path)
        if path != LIST and (accession is None or environ["QUERY_STRING"]):
            return None
        request = WSGIRequest(environ)
        if (usual := self._usual.get((accession is not None, request.is_secure()))) is None:
            return None
        request.user = AnonymousUser()
        try:
            root = f"{request.scheme}://{request.get_host()}"
            found = _page(request, root, state) if accession is None else _one(request, accession)
        except (SuspiciousOperation, psycopg.Error, DatabaseError):
            return None
        if found is None or (told := self._callers.spend(request)) is None:
            return None
        tags, text, links = found
        body = text.encode()
        headers = usual | tags.headers() | links | {"Content-Length": str(len(body))}
        return Answer(tags.etag, headers, body, told, is_unchanged=not text)

    def learn(self, environ: dict[str, Any], response: HttpResponse) -> None:
        """See from what a view answered what the headers of such answers are."""
        path = environ["PATH_INFO"]
        one = _accession_in(path) is not None
        if not (one or path == LIST) or response["Content-Type"] != "application/json; charset=utf-8":
            return
        key = (one, WSGIRequest(environ).is_secure())
        if key not in self._usual:
            self._usual[key] = {name: value for name, value in response.items() if name.lower() not in _OWN}


def _is_plain(environ: Mapping[str, Any]) -> bool:
    return (
        environ.get("HTTP_ACCEPT", "*/*") in _ACCEPTED
        and not environ.get("SCRIPT_NAME")
        and "HTTP_IF_MODIFIED_SINCE" not in environ
    )


def _accession_in(path: str) -> str | None:
    match = _ONE.fullmatch(path)
    return match[1] if match else None


Found = tuple[Tags, str, Headers]


def _page(request: WSGIRequest, root: str, state: tuple[int, datetime, int]) -> Found | None:
    sequence, changed_at, _ = state
    tags = _tags(etag_of(root + request.get_full_path(), sequence), changed_at)
    if (given := request.META.get("HTTP_IF_NONE_MATCH")) and tags.are_among(given):
        return tags, "", {}
    page = plain_page(request.GET, state, "document", *SincePublication.COLUMNS)
    if page is None:
        return None
    urls = neighbours(root + LIST, request.GET, page)
    texts = [as_served(text, SincePublication.of(*since)) for text, *since in page.rows]
    return tags, page_text(texts, following=urls.get("next"), previous=urls.get("prev")), link_of(urls)


def _one(request: WSGIRequest, accession: str) -> Found | None:
    given = request.META.get("HTTP_IF_NONE_MATCH")
    # The document is read only where it is going to be sent.
    if given and (known := plain_entry(accession, *_TAGGED)) is not None and (tags := _tags(*known)).are_among(given):
        return tags, "", {}
    row = plain_entry(accession, *_TAGGED, "document", *SincePublication.COLUMNS)
    if row is None:
        return None
    etag, changed_at, text, *since = row
    return _tags(etag, changed_at), as_served(text, SincePublication.of(*since)), {}


def _tags(etag: str, changed_at: datetime) -> Tags:
    return Tags(f'"{etag}"', int(changed_at.timestamp()))
