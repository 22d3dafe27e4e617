"""How often one may ask: a fair allowance that refills evenly, and headers that tell what is left of it.

One may spend the whole allowance at once; then it comes back at the rate of the allowance, not all at the
turn of a minute, so that nobody who waits is overtaken by a burst of somebody else's. Whoever asks too early
is told how long to wait, and asking does not lengthen it. Every answer says what is left (``RateLimit`` and
``RateLimit-Policy``, draft-ietf-httpapi-ratelimit-headers). All server processes count together, in Redis:
one round trip, and one number kept a person.
"""

import math
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
local period, share = tonumber(ARGV[1]), tonumber(ARGV[1]) / tonumber(ARGV[2])
local used_until = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local ahead = used_until + share - now
if ahead > period then
    return {0, tostring(used_until - now), tostring(ahead - period)}
end
redis.call('SET', KEYS[1], string.format('%.6f', used_until + share), 'EX', math.ceil(ahead))
return {1, tostring(ahead), '0'}
"""


class FairThrottle(SimpleRateThrottle):
    """Counts by ``get_cache_key``; the headers go to whatever the view answers."""

    num_requests: int
    duration: int
    _wait = 0.0

    def allow_request(self, request: Any, view: Any) -> bool:
        if self.rate is None or (key := self.get_cache_key(request, view)) is None:
            return True
        try:
            allowed, used, self._wait = self._take(f"fair:{key}")
        except RedisError as error:
            # Without Redis nobody is counted: better served than refused.
            log.warning("throttle_without_redis", error=str(error))
            return True
        left = math.floor(self.num_requests * (1 - used / self.duration) + 1e-6)
        view.headers = {
            **view.headers,
            "RateLimit-Policy": f'"{self.scope}";q={self.num_requests};w={self.duration}',
            # Until all of it is there again.
            "RateLimit": f'"{self.scope}";r={max(left, 0)};t={math.ceil(used)}',
        }
        return allowed

    def _take(self, key: str) -> tuple[bool, float, float]:
        """Whether the request is within the allowance, the seconds of it in use, and those to wait."""
        client = cache._cache.get_client(write=True)  # type: ignore[attr-defined]  # the only way to its Redis
        allowed, used, wait = client.eval(_TAKE, 1, cache.make_key(key), self.duration, self.num_requests)
        return bool(allowed), float(used), float(wait)

    def wait(self) -> float:
        return self._wait


class VisitorThrottle(FairThrottle, AnonRateThrottle):
    """Requests without an account, by address."""


class PersonThrottle(FairThrottle, UserRateThrottle):
    """Requests of a person, by token or session; nobody else is counted."""

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        return super().get_cache_key(request, view) if request.user and request.user.is_authenticated else None
