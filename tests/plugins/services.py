"""Real PostgreSQL and Redis for the test run, started before Django reads its settings and gone after it.

``DATABASE_URL`` and ``REDIS_URL`` may name servers that run already. Each xdist worker has its own test
database (pytest-django sees to that) and its own part of Redis. The data folder is a temporary one:
a portal that runs beside the tests is not disturbed.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from apps.core.embedded.addresses import database_url, redis_url
from apps.core.embedded.data_folder import DataFolder
from apps.core.embedded.servers import EmbeddedServers

EMBEDDED_REDIS = "TEST_EMBEDDED_REDIS"  # tells the workers that the controller started one
FIXED = {
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "DEMO": "1",
    "DEBUG": "0",
    "DEMO_PASSWORD": "demo for tests",
    "SOURCES_ENABLED": "0",
}
UNSET = ("ALLOWED_HOSTS", "SITE_URL", "BEHIND_PROXY", "METRICS_TOKEN", "LOG_FORMAT", "EMAIL_HOST", "DB_POOL")


def prepare() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        _prepare_run()
    if worker and os.environ.get(EMBEDDED_REDIS):
        # A database of its own, since emptying the cache empties a whole one.
        os.environ["REDIS_URL"] = redis_url(Path(os.environ["PORTAL_DATA"]), int(worker.removeprefix("gw")) + 1)
    if worker:
        os.environ["REDIS_PREFIX"] = f"{os.environ['REDIS_PREFIX']}-{worker}"
        os.environ["PORTAL_DATA"] = str(Path(os.environ["PORTAL_DATA"]) / worker)
    Path(os.environ["PORTAL_DATA"], "static").mkdir(parents=True)  # WhiteNoise wonders where it is


def _prepare_run() -> None:
    data = Path(tempfile.mkdtemp(prefix="tme-tests-"))
    data.chmod(0o755)
    os.environ |= FIXED
    for name in UNSET:
        os.environ.pop(name, None)
    os.environ["PORTAL_DATA"] = str(data)
    os.environ.setdefault("REDIS_PREFIX", f"test-{os.getpid()}")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests
    own_database, own_redis = not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")
    folder = DataFolder(data.resolve())
    servers = EmbeddedServers(folder, database=own_database, broker=own_redis, durable=False, say=lambda line: None)

    def clear() -> None:
        servers.stop()
        shutil.rmtree(data, ignore_errors=True)

    atexit.register(clear)
    folder.lock("the test run")
    servers.start()
    if own_database:
        os.environ["DATABASE_URL"] = database_url(folder.path)
    if own_redis:
        os.environ["REDIS_URL"] = redis_url(folder.path)
        os.environ[EMBEDDED_REDIS] = "1"


prepare()


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest, settings: Any) -> None:
    """Every test begins with an empty cache: its keys have a beginning of their own.

    So no rate limit counts what another test did. Threads that come later (a live server's) read it
    from the settings, this one has its cache already.
    """
    digest = hashlib.sha256(request.node.nodeid.encode(errors="replace")).hexdigest()[:12]
    prefix = f"{os.environ['REDIS_PREFIX']}:{os.getpid()}:{digest}"
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "KEY_PREFIX": prefix}}
