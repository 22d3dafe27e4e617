"""How often a service may be asked: one pace for each, kept by all workers together.

Every question takes the next free turn, and turns lie evenly apart. The turns are kept in Redis and
counted by its clock, so that it does not matter how many processes and machines ask, nor whether their
clocks agree (libraries count by the clock of whoever asks). Where Redis is away, each process keeps a
pace of its own that is slow enough for several of them.
"""

import logging
import time
from functools import cache
from threading import Lock
from typing import cast

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

#: Turns are a little further apart than they might be: on the way two requests may draw nearer.
CAUTION = 1.05
#: Without Redis, so many processes are supposed to ask at the same time.
PROCESSES = 4
KEPT_MS = 60_000

# The next turn is at a known moment (in microseconds); not before `pause` from now, and the one after
# it `spacing` later. The answer is how long the asker has to wait.
_TURN = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local turn = math.max(now + tonumber(ARGV[2]), tonumber(redis.call('GET', KEYS[1]) or '0'))
local after = turn + tonumber(ARGV[1])
local kept = math.floor((after - now) / 1000) + tonumber(ARGV[3])
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', string.format('%.0f', kept))
return string.format('%.0f', turn - now)
"""

_local: dict[str, float] = {}
_lock = Lock()


def take_turn(service: str, rate: float) -> float:
    """Take the next turn of a service that may be asked ``rate`` times a second; in how many seconds it comes."""
    return _take(service, spacing=CAUTION / rate, pause=0)


def hold_off(service: str, seconds: float) -> None:
    """Let nobody ask the service for so long, since it said so."""
    _take(service, spacing=0, pause=seconds)


def _take(service: str, *, spacing: float, pause: float) -> float:
    try:
        client = _redis(settings.REDIS_URL)
        arguments = [int(spacing * 1_000_000), int(pause * 1_000_000), KEPT_MS]
        wait = client.eval(_TURN, 1, f"{settings.REDIS_PREFIX}:turn:{service}", *arguments)
        return int(cast(bytes, wait)) / 1_000_000
    except (redis.RedisError, OSError) as error:
        logger.warning("Redis does not say when %s may be asked: %s. Asking it slowly.", service, error)
        return _take_local(service, spacing=spacing * PROCESSES, pause=pause)


def _take_local(service: str, *, spacing: float, pause: float) -> float:
    with _lock:
        now = time.monotonic()
        turn = max(now + pause, _local.get(service, 0))
        _local[service] = turn + spacing
        return turn - now


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
