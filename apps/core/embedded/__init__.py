"""Real PostgreSQL and Redis servers that the portal brings along: no root, no Docker."""

from .addresses import broker_options, broker_url, cache_location, database_url, redis_url, secret_key

__all__ = ["broker_options", "broker_url", "cache_location", "database_url", "redis_url", "secret_key"]
