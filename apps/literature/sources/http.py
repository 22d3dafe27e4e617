"""Asking a service over HTTP: at its pace, patiently, and without believing an answer before it is read.

This is the only way from the portal to other servers. Where it leads to is in the settings alone; a
redirection is followed on the same server only. Whatever goes wrong ends as ``SourceUnavailable`` (try
later) or ``SourceRefused`` (trying again would not help), each with a sentence for people.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar, cast

import httpx2
from django.conf import settings
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from ..choices import Source
from . import limits
from .answers import HEAD, Answer, AskAgain, SourceRefused, SourceUnavailable, complaint

T = TypeVar("T")

IN_MEMORY = 4 * 1024**2  # a larger answer goes through a file
MOST_REDIRECTS = 3
LONGEST_BACKOFF = 30.0
BREATH = 5.0  # the longest sleep between two signs of life
TOO_MANY, OVERLOADED = 429, 503
TO_BE_REPEATED = {408, 425, TOO_MANY}


def nothing() -> None:
    """Nobody needs a sign of life."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a question is asked, and the seconds that its answer, or leave to ask again, may take."""

    tries: int
    connect: float
    read: float
    total: float
    longest_wait: float

    @classmethod
    def of_workers(cls) -> "Patience":
        return cls(
            tries=settings.SOURCES_TRIES,
            connect=settings.SOURCES_CONNECT_SECONDS,
            read=settings.SOURCES_READ_SECONDS,
            total=settings.SOURCES_TOTAL_SECONDS,
            longest_wait=settings.SOURCES_LONGEST_WAIT,
        )


#: Of a person who looks at a page meanwhile.
HURRIED = Patience(tries=2, connect=3, read=8, total=10, longest_wait=4)


class Service:
    """One service. ``beat`` is called every few seconds, however long an answer takes."""

    def __init__(self, source: Source, base_url: str, rate: float, *, beat: Callable[[], None], hurry: bool) -> None:
        self.name, self.label = source.value, source.label
        self.base_url = base_url.rstrip("/")
        self.rate = rate
        self.beat = beat
        self.patience = HURRIED if hurry else Patience.of_workers()

    def get(self, path: str, fields: Mapping[str, str], read: Callable[[Answer], T]) -> T:
        return self._ask("GET", path, fields, read)

    def post(self, path: str, fields: Mapping[str, str], read: Callable[[Answer], T]) -> T:
        return self._ask("POST", path, fields, read)

    def _ask(self, method: str, path: str, fields: Mapping[str, str], read: Callable[[Answer], T]) -> T:
        """What ``read`` makes of the answer; it may raise ``AskAgain`` for one that is none."""
        if not settings.SOURCES_ENABLED:
            raise SourceRefused(f"This portal does not ask {self.label}: its operator has switched that off.")
        retrying = Retrying(
            retry=retry_if_exception(self._is_worth_repeating),
            stop=stop_after_attempt(self.patience.tries),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._ask_once, method, f"{self.base_url}/{path}", fields, read)
        except AskAgain as failure:
            tries = retrying.statistics["attempt_number"]
            times = "when asked" if tries == 1 else f"in {tries} tries"
            raise SourceUnavailable(
                f"{self.label} gave no usable answer {times}: {failure.why}.", seconds=failure.seconds
            ) from None

    def _ask_once(self, method: str, url: str, fields: Mapping[str, str], read: Callable[[Answer], T]) -> T:
        wait = limits.take_turn(self.name, self.rate)
        if wait > self.patience.longest_wait:
            raise AskAgain("it wants to be left alone for a while", seconds=wait)
        self._sleep(wait)
        deadline = time.monotonic() + self.patience.total
        try:
            with self._answered(method, url, fields) as response, SpooledTemporaryFile(max_size=IN_MEMORY) as file:
                self._receive(response, file, deadline)
                file.seek(0)
                if not response.is_success:
                    self._raise_status(response, file.read(HEAD))
                return read(Answer(cast(IO[bytes], file), self.label))
        except httpx2.InvalidURL:
            raise SourceRefused(f"{self.label} sends us to an address that is none.") from None
        except httpx2.ConnectTimeout:
            raise AskAgain("it could not be reached in time") from None
        except httpx2.TimeoutException:
            raise AskAgain("it fell silent") from None
        except (httpx2.ConnectError, httpx2.ProxyError):
            raise AskAgain("it could not be reached") from None
        except httpx2.DecodingError:
            raise AskAgain("a damaged answer") from None
        except (httpx2.TransportError, OSError):
            raise AskAgain("the connection broke off") from None

    @contextmanager
    def _answered(self, method: str, url: str, fields: Mapping[str, str]) -> Iterator[httpx2.Response]:
        sent: dict[str, Any] = {"params": fields} if method == "GET" else {"data": fields}
        timeout = httpx2.Timeout(self.patience.read, connect=self.patience.connect)
        target = httpx2.URL(url)
        for _ in range(MOST_REDIRECTS + 1):
            request = _client().build_request(method, target, headers=_headers(), timeout=timeout, **sent)
            response = _client().send(request, stream=True)
            if not response.has_redirect_location:
                break
            response.close()
            sent.pop("params", None)
            target = target.join(response.headers["Location"])
            if (target.scheme, target.host, target.port) != (request.url.scheme, request.url.host, request.url.port):
                raise SourceRefused(f"{self.label} sends us to another server, where we do not follow.")
        else:
            raise SourceRefused(f"{self.label} sends us round and round.")
        try:
            yield response
        finally:
            response.close()

    def _receive(self, response: httpx2.Response, file: "SpooledTemporaryFile[bytes]", deadline: float) -> None:
        limit = settings.SOURCES_ANSWER_LIMIT_BYTES
        size = 0
        beaten = time.monotonic()
        for block in response.iter_bytes():
            size += len(block)
            now = time.monotonic()
            if size > limit:
                raise SourceRefused(f"The answer of {self.label} is larger than {limit // 1024**2} MB.")
            if now > deadline:
                raise AskAgain(f"it took longer than {self.patience.total:g} seconds")
            if now - beaten > BREATH:
                beaten = now
                self.beat()
            file.write(block)

    def _raise_status(self, response: httpx2.Response, head: bytes) -> None:
        status = response.status_code
        words = complaint(head)
        if status in TO_BE_REPEATED or status >= 500:
            seconds = 0.0
            if status in {TOO_MANY, OVERLOADED}:
                seconds = retry_after(response.headers.get("Retry-After", ""))
                limits.hold_off(self.name, min(seconds, settings.SOURCES_LONGEST_WAIT))
            why = "it asks us to slow down" if status == TOO_MANY else f"error {status}"
            raise AskAgain(why, seconds=seconds)
        why = f"“{words}”" if words else f"error {status}"
        raise SourceRefused(f"{self.label} refused the question: {why}.", status=status)

    def _is_worth_repeating(self, error: BaseException) -> bool:
        return isinstance(error, AskAgain) and error.seconds <= self.patience.longest_wait

    def _sleep(self, seconds: float) -> None:
        while seconds > 0:
            pause(min(seconds, BREATH))
            seconds -= BREATH
            self.beat()


def retry_after(value: str) -> float:
    """The seconds that a ``Retry-After`` header asks for, given as such or as a moment."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def pause(seconds: float) -> None:
    time.sleep(seconds)


def _wait(state: RetryCallState) -> float:
    first = settings.SOURCES_BACKOFF_SECONDS
    backoff = wait_exponential_jitter(multiplier=first, max=LONGEST_BACKOFF, jitter=first)(state)
    error = state.outcome.exception() if state.outcome else None
    return max(backoff, error.seconds) if isinstance(error, AskAgain) else backoff


@cache
def _client() -> httpx2.Client:
    """One for each process, made when it first asks: its connections must not be shared by a fork."""
    return httpx2.Client(follow_redirects=False)


def _headers() -> dict[str, str]:
    contact = f"; mailto:{settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else ""
    return {"User-Agent": f"TMEPortal (+{settings.SITE_URL}{contact})", "Accept-Encoding": "gzip"}
