"""Starting and stopping the embedded PostgreSQL and Redis of one data folder."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
import redis

from . import binaries
from .addresses import DATABASE_NAME, DATABASE_USER, LONGEST_SOCKET_PATH, redis_socket, socket_dir
from .child import Child, Program, stop_all
from .data_folder import DataFolder, own_folder, reaches, server_account
from .failures import CannotStart

START_SECONDS = 60.0
LOG_LIMIT_BYTES = 10 * 1024 * 1024
SERVER_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "LANG": "C"}
# For tests, whose data nobody will miss.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


class EmbeddedServers:
    """The servers of one data folder, whose lock the caller holds.

    They run as foreground children on Unix sockets alone and end with this process. As root they
    run as ``nobody``. ``durable=False`` trades the safety of the data for speed; ``settings`` are further ones of
    PostgreSQL. ``say`` is told what a person should know.
    """

    def __init__(
        self,
        folder: DataFolder,
        *,
        database: bool = True,
        broker: bool = True,
        durable: bool = True,
        settings: Sequence[str] = (),
        say: Callable[[str], None] = print,
    ) -> None:
        self.folder, self.durable, self.settings, self.say = folder, durable, settings, say
        self.with_database, self.with_broker = database, broker
        self.account = server_account()
        self.sockets = socket_dir(folder.path)
        self.children: list[Child] = []

    # --- life ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Return when both answer; raise ``CannotStart`` (with nothing left running) when one does not."""
        if len(str(self.sockets / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
            raise CannotStart(f"The path of the sockets, {self.sockets}, is too long.")
        self.home = self.folder.servers_home()
        own_folder(self.sockets, 0o700, self.account)
        if self.home != self.folder.path:
            self.say(
                f"PostgreSQL and Redis keep their files in {self.home}: when they were first started, their user "
                f"“{self.account.name if self.account else ''}” could not reach {self.folder.path}."
            )
        try:
            if self.with_database:
                self._start_postgres()
            if self.with_broker:
                self._start_redis()
            deadline = time.monotonic() + START_SECONDS
            for child in self.children:
                answers = self._database_answers if child.program.name == "PostgreSQL" else self._broker_answers
                self._wait_for(child, answers, deadline)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        stop_all(self.children)
        self.children.clear()
        for leftover in ("redis.sock", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.sockets / leftover).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.sockets.rmdir()

    def answer(self) -> bool:
        """Whether servers, whoever started them, answer on this folder's sockets."""
        return (not self.with_database or self._database_answers()) and (not self.with_broker or self._broker_answers())

    def has_tables(self) -> bool:
        with self._connect(DATABASE_NAME) as connection:
            row = connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
        return bool(row and row[0])

    def replace(self, child: Child) -> Child:
        """Start a server that has ended anew."""
        position = self.children.index(child)
        self.children[position] = Child(child.program)
        return self.children[position]

    def _wait_for(self, child: Child, answers: Callable[[], bool], deadline: float) -> None:
        while not answers():
            if not child.alive:
                raise CannotStart(f"{child.program.name} did not start: {last_line(child.program.log)}")
            if time.monotonic() > deadline:
                raise CannotStart(f"{child.program.name} did not answer in {START_SECONDS:.0f} seconds.")
            time.sleep(0.03)

    # --- PostgreSQL ---------------------------------------------------------------------------

    def _start_postgres(self) -> None:
        programs = self._reachable(binaries.postgres_folder())
        cluster = self.home / "postgres"
        if not (cluster / "PG_VERSION").exists():
            self._make_cluster(programs, cluster)
        await_predecessor(cluster / "postmaster.pid", str(cluster))
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "max_connections=100",
            "timezone=UTC",
            "log_timezone=UTC",
            "jit=off",
            *(() if self.durable else FORGETFUL),
            *self.settings,
        ]
        self.children.append(
            Child(
                Program(
                    name="PostgreSQL",
                    argv=[
                        str(programs / "bin" / "postgres"),
                        "-D",
                        str(cluster),
                        *(f"--{setting}" for setting in settings),
                    ],
                    stop_signal=signal.SIGINT,  # fast: clients are sent away, the data is written
                    death_signal=signal.SIGINT,
                    grace=30,
                    env=SERVER_ENVIRONMENT,
                    account=self.account,
                    log=self._log("postgres"),
                )
            )
        )

    def _make_cluster(self, programs: Path, cluster: Path) -> None:
        """``initdb`` beside the final place, so that one interrupted half-way is never taken for a whole."""
        draft = cluster.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        own_folder(draft, 0o700, self.account)
        account = self.account
        made = subprocess.run(
            [
                str(programs / "bin" / "initdb"),
                "-D",
                str(draft),
                "-U",
                DATABASE_USER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ],
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            env=SERVER_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            said = [line for line in made.stderr.splitlines() if "error" in line.lower()] or [made.stderr.strip()]
            raise CannotStart(f"The database could not be made in {cluster}: {said[-1]}")
        draft.rename(cluster)
        if self.durable:
            os.sync()

    def _database_answers(self) -> bool:
        try:
            self._connect(DATABASE_NAME).close()
        except psycopg.OperationalError as error:
            if "does not exist" in str(error) and "database" in str(error):
                # Another process may be making it at the same moment.
                made = contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)
                with self._connect("postgres") as connection, made:
                    connection.execute(f'CREATE DATABASE "{DATABASE_NAME}"')
                return True
            return False
        return True

    def _connect(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=str(self.sockets), user=DATABASE_USER, dbname=database, autocommit=True, connect_timeout=5
        )

    # --- Redis --------------------------------------------------------------------------------

    def _start_redis(self) -> None:
        program = self._reachable(binaries.redis_server())
        store = own_folder(self.home / "redis", 0o700, self.account)
        socket = redis_socket(self.folder.path)
        await_predecessor(store / "redis.pid", "redis")
        options = {
            "port": "0",
            "unixsocket": str(socket),
            "unixsocketperm": "700",
            "daemonize": "no",
            "dir": str(store),
            "pidfile": str(store / "redis.pid"),
            "save": "",
            "databases": "64",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "loglevel": "warning",
        }
        self.children.append(
            Child(
                Program(
                    name="Redis",
                    argv=[str(program), *(part for name, value in options.items() for part in (f"--{name}", value))],
                    death_signal=signal.SIGTERM,
                    env=SERVER_ENVIRONMENT,
                    account=self.account,
                    log=self._log("redis"),
                )
            )
        )

    def _broker_answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(redis_socket(self.folder.path)), socket_timeout=5)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    # --- files --------------------------------------------------------------------------------

    def _log(self, name: str) -> Path:
        try:
            logs = self.folder.path / "logs"
            logs.mkdir(exist_ok=True)
            log = logs / f"{name}.log"
            if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
                log.replace(log.with_suffix(".log.1"))
        except OSError as error:
            raise CannotStart(
                f"The logs in {self.folder.path / 'logs'} cannot be written: {error.strerror}."
            ) from error
        return log

    def _reachable(self, original: Path) -> Path:
        """The program (a file or an installation folder), or a copy of it where its account can reach it."""
        if reaches(self.account, original):
            return original
        shelf = self.home / "programs"
        own_folder(shelf, 0o755)
        copy = shelf / f"{original.name}-{original.stat().st_mtime_ns}"
        if not copy.exists():
            draft = shelf / f".{copy.name}"
            if original.is_dir():
                shutil.rmtree(draft, ignore_errors=True)
                shutil.copytree(original, draft, symlinks=True)
            else:
                shutil.copy2(original, draft)
            draft.rename(copy)
        return copy


def await_predecessor(pid_file: Path, mark: str) -> None:
    """See out a server whose parent was killed and which is still writing its data; clear what it left.

    ``mark`` must stand in the command line of the process, or the number is somebody else's by now.
    """
    deadline = time.monotonic() + 30
    while True:
        try:
            pid = int(pid_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        if not runs(pid, mark):
            pid_file.unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            raise CannotStart(f"An earlier server still runs on this data (process {pid}): stop it first.")
        time.sleep(0.1)


def runs(pid: int, mark: str) -> bool:
    if sys.platform == "linux":
        try:
            return mark.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
    listing = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return mark in listing.stdout


def last_line(log: Path | None) -> str:
    """The last thing a server said that reads like a reason."""
    if log is None or not log.exists():
        return "it said nothing."
    lines = log.read_text(errors="replace").strip().splitlines()[-40:]
    reasons = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "ERROR", "error", "# "))]
    return f"{(reasons or lines or ['it said nothing.'])[-1].strip()} (see {log})"
