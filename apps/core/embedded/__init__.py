"""Real PostgreSQL and Redis servers that the portal brings along: no root, no Docker.

Importing this package is cheap: the settings do. What starts processes stands in its modules.
"""

from .addresses import broker_url, database_url, kept_secret, redis_url, secret_key

__all__ = ["broker_url", "database_url", "kept_secret", "redis_url", "secret_key"]
