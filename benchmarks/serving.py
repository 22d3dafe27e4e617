"""The portal's web processes and those it is compared with, served alike: gunicorn, 2 workers of 4 threads."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from apps.core.embedded import database_url

from . import load
from .sandbox import ROOT

WORKERS, THREADS = 2, 4
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    pid: int

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def megabytes(self) -> float:
        """What the largest worker has in memory."""
        found = []
        for pid in self.workers():
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            found.append(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")))
        return max(found) / 1024


def database_of(environment: Mapping[str, str], name: str = "portal") -> str:
    """The address of one of the sandbox's databases."""
    return f"{database_url(Path(environment['PORTAL_DATA'])).rpartition('/')[0]}/{name}"


def another_database(environment: Mapping[str, str], name: str) -> dict[str, str]:
    """A copy of the (still empty) database, unless it is there, and the environment in which it is the portal's."""
    with psycopg.connect(database_of(environment, "postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name} TEMPLATE portal")
    return {**environment, "DATABASE_URL": database_of(environment, name)}


@contextmanager
def served(environment: Mapping[str, str], application: str, *, ready: str = "/healthz") -> Iterator[Server]:
    """An application behind gunicorn as the portal runs it, once it answers at the address ``ready``."""
    port = _free_port()
    figures = tempfile.mkdtemp(prefix="tme-bench-figures-")
    own = {
        "PORT": str(port),
        "DB_POOL": "on",
        "PROMETHEUS_MULTIPROC_DIR": figures,
        "STATIC_ROOT": figures,
        "WEB_WORKERS": str(WORKERS),
        "WEB_THREADS": str(THREADS),
        "API_RATE_ANONYMOUS": "100000000/min",
        "BENCH_DATABASE": environment.get("DATABASE_URL") or database_of(environment),
    }
    config = ["-c", "tmeportal/gunicorn.py", "--max-requests", "0"]
    argv = [sys.executable, "-m", "gunicorn", *config, "--bind", f"127.0.0.1:{port}", application]
    process = subprocess.Popen(argv, cwd=ROOT, env={**os.environ, **environment, **own})
    try:
        _wait(port, ready)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(figures, ignore_errors=True)


def _wait(port: int, ready: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            load.answer(port, load.request(ready, port, Connection="close"))
        except (OSError, IndexError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
