"""Everything at once: the streams of the portal against ``psql``, which copies the same rows to nowhere."""

import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from apps.core.embedded import binaries

from . import load
from .serving import Server, database_of

_COPY = "COPY (SELECT document FROM catalogue_entry WHERE status = 'current') TO STDOUT"
_FORMATS = {
    "ndjson": "/api/v1/download/?format=ndjson",
    "gzip": "/api/v1/download/?format=ndjson&compression=gzip",
    "parquet": "/api/v1/download/?format=parquet",
}


def measured(
    environment: Mapping[str, str], portal: Server, *, rounds: int, idle: float
) -> dict[str, dict[str, float]]:
    """Per kind the seconds that a whole export takes and the exports per second; and the memory it takes."""
    kinds: dict[str, Callable[[], None]] = {"copy": lambda: read_all(environment)}
    kinds |= {name: _reading(portal.port, path) for name, path in _FORMATS.items()}
    seconds: dict[str, list[float]] = {name: [] for name in kinds}
    with _watched(portal) as seen:
        for number in range(rounds):
            for name in list(kinds) if number % 2 else list(reversed(kinds)):
                begun = time.perf_counter()
                kinds[name]()
                seconds[name].append(time.perf_counter() - begun)
    told = {
        name: {"rate": 1 / statistics.median(taken), "median": statistics.median(taken) * 1000}
        for name, taken in seconds.items()
    }
    for name, values in told.items():
        print(f"  {name}: {values['median'] / 1000:.2f} s", file=sys.stderr)
    return told | {"export": {"megabytes": max(seen) - idle}}


def read_all(environment: Mapping[str, str]) -> None:
    """``psql COPY`` of every document to nowhere."""
    psql = binaries.postgres_folder() / "bin" / "psql"
    subprocess.run([psql, database_of(environment), "-qc", _COPY], check=True, stdout=subprocess.DEVNULL)


def _reading(port: int, path: str) -> Callable[[], None]:
    def read() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=600) as connection:
            connection.sendall(load.request(path, port, Connection="close"))
            head = connection.recv(1 << 20)
            if b" 200 " not in head[:20]:
                raise RuntimeError(f"{path} was answered {head[:200]!r}")
            while connection.recv(1 << 20):
                pass

    return read


@contextmanager
def _watched(server: Server) -> Iterator[list[float]]:
    """The megabytes of the largest web process, looked up ten times a second."""
    found, is_over = [server.megabytes()], threading.Event()

    def look() -> None:
        while not is_over.wait(0.1):
            found.append(server.megabytes())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        is_over.set()
        thread.join()
