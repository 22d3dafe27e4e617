"""The short way for whoever reads the public API without an account: no sessions, no forms, no sign-in.

``PublicReads`` stands before the whole application. A read that carries neither cookie nor token goes through
few middlewares, since the others serve people who sign in; the plainest of them through none (``apps.api.direct``).
Its answer may be kept in this process and be given again, to whoever asks the same: as long as the catalogue's
revision stays, no such answer changes.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connections
from django.http import HttpResponse
from prometheus_client import Counter

from apps.api.direct import Answer, Direct
from apps.api.views.base import KNOWN
from apps.catalogue.filters.plain import catalogue_state

PREFIX = "/api/v1/"
#: Below it, but for people and for curators.
ELSEWHERE = ("/api/v1/curation/", "/api/v1/docs/")
#: What a public read goes through: the rest is for pages, forms and sessions.
MIDDLEWARE = (
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "apps.core.middleware.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
)
GIVEN_AGAIN = Counter("portal_kept_answers_total", "Public reads that were answered from memory.")
DIRECT = Counter("portal_direct_answers_total", "Public reads that were answered straight from the database.")
#: What tells one answer from another, beside the address.
_ASKED = ("PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_ACCEPT", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO")
#: What only one caller is told.
_OWN = ("ratelimit", "ratelimit-policy", "retry-after")
#: What a 304 leaves out, since there is no body.
_OF_BODY = ("content-type", "content-length")

Environ = dict[str, Any]
Start = Callable[..., Any]
Headers = list[tuple[str, str]]
Key = tuple[Any, ...]
#: Tag, headers and body; no body where all who asked had it already.
Kept = tuple[str, Headers, bytes | None]


class ShortHandler(WSGIHandler):
    """Django's own handler with ``MIDDLEWARE`` alone."""

    def load_middleware(self, is_async: bool = False) -> None:
        whole = settings.MIDDLEWARE
        settings.MIDDLEWARE = MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = whole


class Answers:
    """Answers of one state of the catalogue, the least asked for dropped where they take more than ``most`` bytes.

    How far the catalogue has come is looked up once in ``seconds``: what was approved shows that much later.
    """

    def __init__(self, most: int, seconds: float, read: Callable[[], object] | None = None) -> None:
        self.most, self.seconds = most, seconds
        self._read = read or catalogue_state
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._state: object = None
        self._looked = float("-inf")
        self._lock = threading.Lock()

    def state(self) -> object:
        """How far the catalogue has come. Nothing that was computed before can be kept for a later state."""
        now = time.monotonic()
        if now - self._looked > self.seconds:
            state = self._read()
            with self._lock:
                if state != self._state:
                    self._kept.clear()
                    self._bytes, self._state = 0, state
                self._looked = now
        return self._state

    def find(self, key: Key) -> Kept | None:
        with self._lock:
            found = self._kept.get(key)
            if found:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Key, state: object, answer: Kept) -> None:
        """Keep an answer that was computed when the catalogue had come to ``state``, or further."""
        size = _size(answer)
        with self._lock:
            known = self._kept.get(key)
            if state != self._state or size > self.most / 8 or (known and known[2] is not None):
                return
            self._kept[key] = answer
            self._bytes += size - (_size(known) if known else 0)
            while self._bytes > self.most:
                self._bytes -= _size(self._kept.popitem(last=False)[1])


class PublicReads:
    """The application, with the short way before it."""

    def __init__(
        self, application: Callable[[Environ, Start], Iterable[bytes]], answers: Answers | None = None
    ) -> None:
        self._application = application
        self._short = ShortHandler()
        self._direct = Direct()
        self._answers = answers or Answers(settings.API_KEPT_BYTES, settings.API_KEPT_SECONDS)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if not _is_public_read(environ):
            return self._application(environ, start)
        state = environ[KNOWN] = self._answers.state()
        key = tuple(environ.get(name) for name in _ASKED)
        kept = self._answers.find(key)
        if kept is None:
            return self._ask(environ, start, key, state)
        etag, headers, body = kept
        given = environ.get("HTTP_IF_NONE_MATCH")
        if given is None and "HTTP_IF_MODIFIED_SINCE" in environ:
            return self._short(environ, start)
        if given is not None and (given == etag or given.strip() == "*" or etag in _tags(given)):
            GIVEN_AGAIN.inc()
            return _unchanged(start, headers)
        if body is None:
            return self._ask(environ, start, key, state)
        GIVEN_AGAIN.inc()
        start("200 OK", headers)
        return (body,)

    def _ask(self, environ: Environ, start: Start, key: Key, state: object) -> Iterable[bytes]:
        if (answer := self._ask_directly(environ, state)) is not None:
            DIRECT.inc()
            headers = list(answer.headers.items())
            self._answers.keep(key, state, (answer.etag, headers, None if answer.is_unchanged else answer.body))
            if answer.is_unchanged:
                return _unchanged(start, [*headers, *answer.told.items()])
            start("200 OK", [*headers, *answer.told.items()])
            return (answer.body,)
        response = self._short(environ, start)
        if isinstance(response, HttpResponse) and getattr(response, "may_be_kept", False):
            headers = [(name, value) for name, value in response.items() if name.lower() not in _OWN]
            self._answers.keep(key, state, (response["ETag"], headers, response.content))
            self._direct.learn(environ, response)
        return response

    def _ask_directly(self, environ: Environ, state: object) -> Answer | None:
        try:
            return self._direct.answer(environ, state)
        finally:
            _give_back_connections()


def _size(answer: Kept) -> int:
    return len(answer[2] or b"") + 2_000


def _unchanged(start: Start, headers: Headers) -> Iterable[bytes]:
    start("304 Not Modified", [header for header in headers if header[0].lower() not in _OF_BODY])
    return ()


def _is_public_read(environ: Environ) -> bool:
    path = environ["PATH_INFO"]
    return (
        environ["REQUEST_METHOD"] == "GET"
        and path.startswith(PREFIX)
        and not path.startswith(ELSEWHERE)
        and not environ.get("HTTP_COOKIE")
        and not environ.get("HTTP_AUTHORIZATION")
    )


def _tags(given: str) -> set[str]:
    return {one.strip().removeprefix("W/") for one in given.split(",")}


def _give_back_connections() -> None:
    if not connections[DEFAULT_DB_ALIAS].in_atomic_block:  # as it is in tests
        close_old_connections()
