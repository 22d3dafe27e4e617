"""Whether the portal can do its work: database, Redis and migrations."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import RedisError

_migrated = False


def database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def redis() -> bool:
    try:
        cache.get("health")
    except (RedisError, OSError):
        return False
    return True


def migrations() -> bool:
    """Whether every migration of this code is applied. Once true, it stays so for this process."""
    global _migrated  # noqa: PLW0603 (a process's code does not change under it)
    if not _migrated:
        try:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError:
            return False
    return _migrated


CHECKS: dict[str, Callable[[], bool]] = {"database": database, "redis": redis, "migrations": migrations}


def report() -> dict[str, bool]:
    """What is in order, by name."""
    return {name: check() for name, check in CHECKS.items()}
