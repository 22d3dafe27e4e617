"""How often one may ask: a fair allowance that refills evenly, and headers that tell what is left of it.

One may spend the whole allowance at once; then it comes back at the rate of the allowance, not all at the
turn of a minute, so that nobody who waits is overtaken by a burst of somebody else's. Whoever asks too early
is told how long to wait, and asking does not lengthen it. Every answer says what is left (``RateLimit`` and
``RateLimit-Policy``, draft-ietf-httpapi-ratelimit-headers). All server processes count together, in Redis:
one round trip, and one number kept a person. For reads that cost less than this round trip, ``Handfuls`` takes
a few at a time.
"""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

log = structlog.get_logger(__name__)

#: The allowance is used up until a moment: each request moves it on by its share, and it must not lie further
#: ahead than one whole period. Redis has the one clock that all processes share.
_TAKE = """
local now = redis.call('TIME')
now = tonumber(now[1]) + tonumber(now[2]) / 1000000
local period, share = tonumber(ARGV[1]), tonumber(ARGV[1]) / tonumber(ARGV[2]) * tonumber(ARGV[3])
local used_until = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local ahead = used_until + share - now
if ahead > period then
    return {0, tostring(used_until - now), tostring(ahead - period)}
end
redis.call('SET', KEYS[1], string.format('%.6f', used_until + share), 'EX', math.ceil(ahead))
return {1, tostring(ahead), '0'}
"""


@lru_cache(16)
def _redis_of(backend: Any) -> Any:
    """A client of the cache's own connections: to make one takes longer than to ask it."""
    return backend.get_client(write=True)


class FairThrottle(SimpleRateThrottle):
    """Counts by ``get_cache_key``; the headers go to whatever the view answers."""

    num_requests: int
    duration: int
    _wait = 0.0

    def allow_request(self, request: Any, view: Any) -> bool:
        if self.rate is None or (key := self.get_cache_key(request, view)) is None:
            return True
        try:
            allowed, used, self._wait = self.take(key)
        except RedisError as error:
            # Without Redis nobody is counted: better served than refused.
            log.warning("throttle_without_redis", error=str(error))
            return True
        view.headers = {**view.headers, **self.told(used)}
        return allowed

    def take(self, key: str, count: int = 1) -> tuple[bool, float, float]:
        """Whether so many requests are within the allowance, the seconds of it in use, and those to wait."""
        own = cache.make_key(f"fair:{key}")
        redis = _redis_of(cache._cache)  # type: ignore[attr-defined]  # the only way to its Redis
        allowed, used, wait = redis.eval(_TAKE, 1, own, self.duration, self.num_requests, count)
        return bool(allowed), float(used), float(wait)

    def told(self, used: float, kept: int = 0) -> dict[str, str]:
        """The headers, where so many seconds are in use, ``kept`` requests of which were not made yet."""
        left = math.floor(self.num_requests * (1 - used / self.duration) + 1e-6) + kept
        return {
            "RateLimit-Policy": f'"{self.scope}";q={self.num_requests};w={self.duration}',
            # Until all of it is there again.
            "RateLimit": f'"{self.scope}";r={max(left, 0)};t={math.ceil(used)}',
        }

    def wait(self) -> float:
        return self._wait


class VisitorThrottle(FairThrottle, AnonRateThrottle):
    """Requests without an account, by address."""

    def get_ident(self, request: Any) -> str:
        """As REST framework finds it, but without taking all headers apart for the one it needs."""
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
        headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
        plain: Any = SimpleNamespace(headers=headers, META=request.META)
        return str(super().get_ident(plain))


class PersonThrottle(FairThrottle, UserRateThrottle):
    """Requests of a person, by token or session; nobody else is counted."""

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        return super().get_cache_key(request, view) if request.user and request.user.is_authenticated else None


@dataclass(slots=True)
class _Handful:
    left: int
    used: float


class Handfuls:
    """An allowance taken from the common count by the handful: a hundredth of it at most, and at most ``LARGEST``.

    What a process took and nobody asked for is lost to that caller, so it is little.
    """

    LARGEST, MOST_CALLERS = 10, 10_000

    def __init__(self, kind: type[FairThrottle]) -> None:
        self._kind = kind
        self._taken: OrderedDict[str, _Handful] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, request: Any, view: Any = None) -> dict[str, str] | None:
        """Count a request; the headers to send. ``None`` if that has to be asked in the ordinary way."""
        throttle = self._kind()
        if throttle.rate is None or (key := throttle.get_cache_key(request, view)) is None:
            return None
        with self._lock:
            taken = self._taken.get(key)
            if taken and taken.left:
                taken.left -= 1
                return throttle.told(taken.used, taken.left)
        count = max(1, min(self.LARGEST, throttle.num_requests // 100))
        try:
            allowed, used, _ = throttle.take(key, count)
        except RedisError:
            return None
        if not allowed:
            return None
        with self._lock:
            self._taken[key] = _Handful(count - 1, used)
            self._taken.move_to_end(key)
            if len(self._taken) > self.MOST_CALLERS:
                self._taken.popitem(last=False)
        return throttle.told(used, count - 1)
