"""The data folder: usable or not, taken or free, and where in it the servers live."""

import contextlib
import errno
import fcntl
import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .addresses import short_name
from .child import Account
from .failures import CannotStart

LEAST_FREE_BYTES = 200 * 1024 * 1024


def server_account() -> Account | None:
    """Whom the servers run as: PostgreSQL refuses root, so root hands them to ``nobody``."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account("nobody", entry.pw_uid, entry.pw_gid)


def reaches(account: Account | None, path: Path) -> bool:
    """Whether the account can get into the folder (or to the file)."""
    if account is None:
        return True
    answer = subprocess.run(
        ["/usr/bin/env", "test", "-d" if path.is_dir() else "-r", f"{path}/." if path.is_dir() else str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return answer.returncode == 0


class DataFolder:
    """``PORTAL_DATA``: what the portal keeps, and the lock that one portal at a time holds on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[str] | None = None

    def prepare(self) -> None:
        """Make the folder, or say in one line why it cannot be used."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / f".probe-{os.getpid()}"
            probe.write_text("x")
            probe.unlink()
        except OSError as error:
            raise unusable(self.path, error) from error
        free = shutil.disk_usage(self.path).free
        if free < LEAST_FREE_BYTES:
            raise CannotStart(
                f"The data folder {self.path} has only {free // 2**20} MB left; the portal wants at least "
                f"{LEAST_FREE_BYTES // 2**20} MB. Make room, or name another folder by PORTAL_DATA."
            )

    def try_lock(self, purpose: str) -> bool:
        """Take the folder for this process until it ends; False where another has it."""
        try:
            handle = (self.path / "portal.lock").open("a+")
        except OSError as error:
            raise unusable(self.path, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return False
        handle.truncate(0)
        handle.write(json.dumps({"process": os.getpid(), "purpose": purpose}))
        handle.flush()
        self._lock = handle
        return True

    def lock(self, purpose: str) -> None:
        if not self.try_lock(purpose):
            raise CannotStart(f"The data folder {self.path} is in use by {self.holder()}: stop it first.")

    def holder(self) -> str:
        """Who has the lock, in words."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            note = json.loads((self.path / "portal.lock").read_text())
            return f"{note['purpose']} (process {note['process']})"
        return "another process"

    def unlock(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def servers_home(self) -> Path:
        """Where the servers keep their files: here, or under ``/var/tmp`` where their account cannot come here.

        Decided once: a database stays where it was made. Where the way to it was closed since, that is
        said; an empty one beside it would look as if everything were lost.
        """
        account = server_account()
        fallback = Path("/var/tmp") / f"tme-portal-{short_name(self.path)}"  # noqa: S108 (owner checked below)
        is_reached = reaches(account, self.path)
        if holds_database(self.path):
            if not is_reached:
                raise CannotStart(
                    f"The user “{account.name if account else ''}” cannot reach the database in {self.path} any more: "
                    "let others enter the folders above it (chmod o+x)."
                )
            return self.path
        if is_reached and not (account and holds_database(fallback)):
            return self.path
        own_folder(fallback, 0o755)
        return fallback


def holds_database(home: Path) -> bool:
    return (home / "postgres" / "PG_VERSION").exists()


def unusable(path: Path, error: OSError) -> CannotStart:
    why = {
        errno.EROFS: "is on a read-only file system",
        errno.EACCES: "cannot be written to by this user",
        errno.EPERM: "cannot be written to by this user",
        errno.ENOSPC: "is full",
        errno.EDQUOT: "is over its quota",
        errno.ENOTDIR: "is not a folder",
        errno.EEXIST: "is not a folder",
    }.get(error.errno or 0, f"cannot be used ({error.strerror})")
    return CannotStart(f"The data folder {path} {why}: mend that, or name another folder by PORTAL_DATA.")


def own_folder(path: Path, mode: int, account: Account | None = None) -> Path:
    """Make the folder with that mode and owner. One that somebody else made under its name is refused."""
    owner = account.uid if account else os.geteuid()
    try:
        path.mkdir(mode=mode, exist_ok=True)
        state = path.lstat()
        if path.is_symlink() or state.st_uid not in {owner, os.geteuid()}:
            raise CannotStart(f"The folder {path} belongs to somebody else: remove it.")
        if account:
            os.chown(path, account.uid, account.gid)
        path.chmod(mode)
    except OSError as error:
        raise unusable(path, error) from error
    return path


@contextlib.contextmanager
def shared_use(path: Path) -> Iterator[IO[str]]:
    """Hold the folder's “in use by a command” lock, shared, for as long as the block runs."""
    with (path / "commands.lock").open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield handle
