"""A consistent, verified copy of everything the portal keeps, and the way back.

A backup is a folder: ``database.dump`` (``pg_dump``'s own format), ``uploads/`` and ``releases/``, ``secret_key``
where the portal keeps one, and ``manifest.json`` with the digest of every file and the rows of every table.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql
from psycopg.conninfo import make_conninfo

from apps.core.embedded.binaries import postgres_program
from apps.core.exceptions import Refused

FORMAT = 1
DUMP, KEY, MANIFEST = "database.dump", "secret_key", "manifest.json"
# Rows that every database has once its tables are made.
BORN_WITH = {"django_migrations", "django_content_type", "auth_permission"}


def back_up(folder: Path) -> Mapping[str, Any]:
    """Write a backup into a folder that does not exist yet (or is empty); its manifest.

    Rows and dump are of one moment. Files are copied after it: one that came meanwhile is copied
    too, one that the database knows is never missing. The folder appears whole or not at all.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is not empty: name a new folder.")
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        draft.mkdir(parents=True, mode=0o700)
        tables = _dump(draft / DUMP)
        for name, kept in folders().items():
            if kept.exists():
                shutil.copytree(kept, draft / name, ignore=shutil.ignore_patterns(".*"))
        if (settings.DATA_DIR / KEY).exists():
            shutil.copy2(settings.DATA_DIR / KEY, draft / KEY)
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "tables": tables,
            "files": digests(draft),
        }
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True))
        _run("pg_restore", "--list", str(draft / DUMP))
        verify(draft)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except OSError as error:
        raise Refused(f"The backup cannot be written to {folder}: {error.strerror}.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def restore(folder: Path, *, overwrite: bool = False) -> Mapping[str, Any]:
    """Put a backup back; its manifest. The database changes as a whole or not at all.

    Refused where the backup is damaged, somebody else is connected, or (without ``overwrite``) the
    database holds anything.
    """
    manifest = verify(folder)
    if others := _others_connected():
        raise Refused(f"{others} other connections use the database: stop the portal first.", code="state")
    if not overwrite and (full := filled_tables()):
        raise Refused(
            f"The database is not empty ({', '.join(full[:3])}…): use --force to replace everything in it.",
            code="state",
        )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("DROP SCHEMA public CASCADE;\n")  # the dump makes it anew
        script.flush()
        dump = tempfile.NamedTemporaryFile(suffix=".sql")  # noqa: SIM115 (closed by the block below)
        with dump:
            _run("pg_restore", "--no-owner", "--no-privileges", "--file", dump.name, str(folder / DUMP))
            connection.close()
            _run(
                "psql",
                "--no-psqlrc",
                "--quiet",
                "--single-transaction",
                "--set",
                "ON_ERROR_STOP=1",
                "--file",
                script.name,
                "--file",
                dump.name,
                connected=True,
            )
    counted = rows()
    if counted != manifest["tables"]:
        wrong = [name for name, count in manifest["tables"].items() if counted.get(name) != count]
        raise Refused(f"The database was put back, but these tables differ from the backup: {', '.join(wrong)}.")
    _put_back_files(folder)
    return manifest


def verify(folder: Path) -> Mapping[str, Any]:
    """The manifest of a backup all of whose files are as they were written; ``Refused`` otherwise."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        found = digests(folder)
    except (OSError, ValueError) as error:
        raise Refused(f"{folder} is not a backup: {MANIFEST} cannot be read.") from error
    if manifest.get("format") != FORMAT:
        raise Refused(f"{folder} is of a format that this version does not know.")
    damaged = sorted(
        name for name in manifest["files"].keys() | found if manifest["files"].get(name) != found.get(name)
    )
    if damaged:
        raise Refused(f"The backup is damaged: {', '.join(damaged[:5])} differ from the manifest.")
    return manifest


def folders() -> dict[str, Path]:
    """The files of the portal beside its database: the name in a backup, and where they are kept."""
    return {"uploads": Path(settings.MEDIA_ROOT), "releases": Path(settings.RELEASES_ROOT)}


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file but the manifest, by its path in the folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / MANIFEST:
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def rows() -> dict[str, int]:
    """How many rows every table has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        names = [name for (name,) in cursor.fetchall()]
        counted = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            counted[name] = int(cursor.fetchone()[0])
    return counted


def filled_tables() -> list[str]:
    return [
        name
        for name, count in rows().items()
        if count and name not in BORN_WITH and not name.startswith("django_celery_beat_")
    ]


def _dump(path: Path) -> dict[str, int]:
    """Dump the database; how many rows each table had in that very moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        counted = rows()
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--schema=public",
            f"--snapshot={snapshot}",
            "--file",
            str(path),
            connected=True,
        )
    return counted


def _others_connected() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def _put_back_files(folder: Path) -> None:
    for name, kept in folders().items():
        new = kept.with_name(f"{name}.new")
        shutil.rmtree(new, ignore_errors=True)
        if (folder / name).exists():
            shutil.copytree(folder / name, new)
        else:
            new.mkdir(parents=True)
        shutil.rmtree(kept, ignore_errors=True)
        new.rename(kept)
    if (folder / KEY).exists() and not os.environ.get("SECRET_KEY"):
        shutil.copy2(folder / KEY, settings.DATA_DIR / KEY)


def _run(program: str, *arguments: str, connected: bool = False) -> None:
    """Run one of PostgreSQL's client programs; ``Refused`` with its last words where it fails."""
    command: Sequence[str] = [postgres_program(program), *arguments]
    environment = dict(os.environ)
    if connected:
        known = {"host", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"}
        given = {name: value for name, value in connection.get_connection_params().items() if name in known}
        environment["PGPASSWORD"] = str(given.pop("password", "") or "")
        command = [*command, "--dbname", make_conninfo(**given)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")
