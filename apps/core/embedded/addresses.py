"""Where the embedded servers listen, in the spelling each library wants; and the demo's secret key."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

DATABASE_NAME = DATABASE_USER = "portal"
LONGEST_SOCKET_PATH = 100  # the system's own limit is 107 bytes


def short_name(data_dir: Path) -> str:
    """A short name that tells this data folder from every other."""
    return hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]


def socket_dir(data_dir: Path) -> Path:
    """The folder of the servers' Unix sockets: short, private, and the same for the same data folder.

    ``TMPDIR`` is not asked: every process of a portal must come to the same answer.
    """
    root = Path("/tmp") if os.path.isdir("/tmp") else Path(tempfile.gettempdir())  # noqa: S108 (0700 and checked)
    return root / f"tme-{os.getuid()}-{short_name(data_dir)}"


def database_url(data_dir: Path) -> str:
    return f"postgres://{DATABASE_USER}@{quote(str(socket_dir(data_dir)), safe='')}/{DATABASE_NAME}"


def redis_socket(data_dir: Path) -> Path:
    return socket_dir(data_dir) / "redis.sock"


def redis_url(data_dir: Path, database: int = 0) -> str:
    return f"unix://{redis_socket(data_dir)}?db={database}"


def broker_url(url: str) -> str:
    """The address as kombu wants it: ``redis+socket://path?virtual_host=n`` for a Unix socket."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def secret_key(data_dir: Path) -> str:
    """A random key, made once and kept in the data folder, for portals that were given none."""
    return kept_secret(data_dir / "secret_key", 50)


def kept_secret(path: Path, length: int) -> str:
    """The random text kept in the file, made at the first call. Where nothing can be kept, a new one each time."""
    fresh = secrets.token_urlsafe(length)
    try:
        if kept := path.read_text().strip():
            return kept
    except OSError:
        pass
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(fresh)
        try:
            os.link(draft, path)  # atomic, and the first of several processes wins
        except FileExistsError:
            return path.read_text().strip() or fresh
        finally:
            draft.unlink()
    except OSError:
        return fresh
    return fresh
