"""Embedded servers for a bare ``manage.py`` command: those that run already, or some for its duration."""

import atexit
import contextlib
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

from .addresses import database_url, redis_url
from .data_folder import DataFolder, shared_use
from .failures import CannotStart
from .servers import EmbeddedServers

WAIT_SECONDS = 60.0
MIGRATE = Path(__file__).resolve().parents[3] / "manage.py"


class OnDemand:
    """Starts the servers at the first use of the database, and stops them when the process ends.

    The command that started them waits, at its end, for the others that use them.
    """

    def __init__(self, purpose: str, *, migrates: bool) -> None:
        self.purpose, self.migrates = purpose, migrates
        self.ready = False

    def ensure(self, data_dir: Path) -> None:
        if self.ready:
            return
        self.ready = True  # before the work: migrating asks again
        folder = DataFolder(data_dir)
        folder.prepare()
        use = contextlib.ExitStack()
        handle = use.enter_context(shared_use(data_dir))
        servers = EmbeddedServers(folder, say=lambda line: print(line, file=sys.stderr))
        deadline = time.monotonic() + WAIT_SECONDS
        while not servers.answer():
            if folder.try_lock(self.purpose):
                servers.start()
                atexit.register(self._stop, folder, servers, use, handle.fileno())
                break
            if time.monotonic() > deadline:
                raise CannotStart(f"The database of {folder.holder()} does not answer.")
            time.sleep(0.1)
        else:
            atexit.register(use.close)
        if self.migrates:
            # One command makes the tables; whoever comes meanwhile waits until they are complete.
            with (data_dir / "setting-up.lock").open("w") as turn:
                fcntl.flock(turn, fcntl.LOCK_EX)
                if not servers.has_tables():
                    self._migrate(data_dir)

    @staticmethod
    def _stop(folder: DataFolder, servers: EmbeddedServers, use: contextlib.ExitStack, handle: int) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            fcntl.flock(handle, fcntl.LOCK_EX)  # until no other command uses them
        servers.stop()
        folder.unlock()
        use.close()

    @staticmethod
    def _migrate(data_dir: Path) -> None:
        print("Setting up the database…", file=sys.stderr)
        subprocess.run(
            [sys.executable, str(MIGRATE), "migrate", "--verbosity", "0"],
            env=os.environ | {"DATABASE_URL": database_url(data_dir), "REDIS_URL": redis_url(data_dir), "DEMO": "1"},
            check=True,
        )


current: OnDemand | None = None


def allow(purpose: str, *, migrates: bool) -> None:
    """From now on, this process may start servers for itself."""
    global current  # noqa: PLW0603 (one per process, set once by the command line)
    current = OnDemand(purpose, migrates=migrates)


def ensure(data_dir: Path) -> None:
    if current is not None:
        current.ensure(data_dir)
