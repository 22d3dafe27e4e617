"""Where the embedded servers listen, in the spelling each library wants; and the demo's secret key."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit


def socket_dir(data_dir: Path) -> Path:
    """The folder of the servers' Unix sockets: short, private, and the same for the same data folder."""
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"tme-{os.getuid()}-{name}"


def database_url(data_dir: Path) -> str:
    return f"postgres://portal@{quote(str(socket_dir(data_dir)), safe='')}/portal"


def redis_url(data_dir: Path) -> str:
    return f"unix://{socket_dir(data_dir)}/redis.sock?db=0"


def cache_location(url: str) -> str:
    """The address as redis-py and Django's cache want it."""
    return url


def broker_url(url: str) -> str:
    """The address as kombu wants it: ``redis+socket://path?virtual_host=n`` for a Unix socket."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def broker_options(url: str) -> dict[str, object]:
    return {}


def secret_key(data_dir: Path) -> str:
    """A random key, made once and kept in the data folder, for portals that were given none."""
    path = data_dir / "secret_key"
    if path.exists():
        return path.read_text().strip()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    except OSError:
        return secrets.token_urlsafe(50)
    return path.read_text().strip()
