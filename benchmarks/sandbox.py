"""Servers and a data folder for a benchmark alone: they are gone afterwards, and disturb no portal."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from apps.core.embedded.data_folder import DataFolder
from apps.core.embedded.servers import EmbeddedServers

ROOT = Path(__file__).resolve().parent.parent
UNSET = (
    "DATABASE_URL",
    "REDIS_URL",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "BEHIND_PROXY",
    "METRICS_TOKEN",
    "LOG_FORMAT",
    "DB_POOL",
)


@contextmanager
def sandbox(kept: Path | None = None) -> Iterator[dict[str, str]]:
    """The environment in which a portal of its own finds its (durable) servers and an empty, migrated database.

    With ``kept`` its data stay in that folder, and are there the next time.
    """
    data = kept or Path(tempfile.mkdtemp(prefix="tme-bench-"))
    data.mkdir(exist_ok=True)
    data.chmod(0o755)
    # A quarter of the memory, as PostgreSQL's manual has it for a server of its own.
    quarter = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4_000_000
    settings = [f"shared_buffers={quarter}MB"]
    servers = EmbeddedServers(DataFolder(data.resolve()), settings=settings, say=lambda line: None)
    own = {
        "PORTAL_DATA": str(data.resolve()),
        "HOST": "127.0.0.1",
        "DEMO": "1",
        "DEMO_PASSWORD": "demo for benchmarks",
        "UPLOAD_LIMIT_MB": "4096",
        "LOG_LEVEL": "ERROR",
    }
    environment = {name: value for name, value in os.environ.items() if name not in UNSET} | own
    try:
        servers.folder.lock("a benchmark")
        servers.start()
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True)
        yield environment
    finally:
        servers.stop()
        if not kept:
            shutil.rmtree(data, ignore_errors=True)


def child(environment: dict[str, str], task: str, *arguments: object) -> dict[str, Any]:
    """What a fresh process measured of one task (see ``tasks``)."""
    argv = [sys.executable, "-m", "benchmarks.tasks", task, *map(str, arguments)]
    done = subprocess.run(argv, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))
