"""What stands behind ``make run``: the embedded servers, the bootstrap, web, worker and beat, as one.

Everything it starts is its child and ends with it: in good order on Ctrl-C, SIGTERM or SIGHUP, and by
the kernel's hand when the supervisor itself is killed.
"""

import argparse
import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.core.embedded.child import Child, Program, die_with_parent, stop_all
from apps.core.embedded.data_folder import DataFolder
from apps.core.embedded.failures import CannotStart
from apps.core.embedded.servers import EmbeddedServers

TICK_SECONDS = 0.1
READY_SECONDS = 120.0
STEADY_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0
HOPELESS_STARTS = 4
WORKER_OPTIONS = ["--without-gossip", "--without-mingle", "--without-heartbeat"]


class Stopped(Exception):
    """Somebody asked the portal to end."""


@dataclass(slots=True)
class Post:
    """A program that is kept running: started anew, after a pause that grows, whenever it ends."""

    child: Child
    started_at: float
    failures: int = 0
    restart_at: float | None = None


class Supervisor:
    def __init__(self) -> None:
        self.folder = DataFolder(settings.DATA_DIR)
        self.servers: EmbeddedServers | None = None
        self.posts: list[Post] = []
        self.stop_asked = False
        self.ready = False

    def run(self) -> None:
        """Run until told to stop; raise ``CannotStart`` where that is impossible."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signum == signal.SIGHUP and signal.getsignal(signum) == signal.SIG_IGN:
                continue  # started by nohup
            signal.signal(signum, self._on_signal)
        try:
            self._serve()
        except Stopped:
            say("Stopping…")
        finally:
            stop_all([post.child for post in self.posts])
            if self.servers:
                self.servers.stop()
            self.folder.unlock()

    def _on_signal(self, signum: int, frame: object) -> None:
        self.stop_asked = True

    def _pause(self) -> None:
        time.sleep(TICK_SECONDS)
        if self.stop_asked:
            raise Stopped

    # --- starting -----------------------------------------------------------------------------

    def _serve(self) -> None:
        began = time.monotonic()
        self.folder.prepare()
        self.folder.lock("the portal that runs as “make run”")
        with listening_socket(settings.HOST, settings.PORT) as door:
            port = door.getsockname()[1]
            environment = os.environ | {
                "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
                "PORTAL_DATA": str(settings.DATA_DIR),
                "PORT": str(port),
                "DB_POOL": "off",
            }
            self._start_servers()
            self._bootstrap(environment)
            web, worker, beat = programs(environment, door.fileno())
            self._post(web)
            self._post(worker)
            self._await_ready(port)
            self._post(beat)  # last: it has nothing to do yet, and two cores have
            self.ready = True
            welcome(port, time.monotonic() - began)
            # The socket is kept open for as long as the block runs: visitors wait while web restarts.
            while True:
                self._tick()

    def _post(self, program: Program) -> None:
        self.posts.append(Post(Child(program), time.monotonic()))

    def _start_servers(self) -> None:
        if settings.EMBEDDED_DATABASE or settings.EMBEDDED_REDIS:
            self.servers = EmbeddedServers(
                self.folder, database=settings.EMBEDDED_DATABASE, broker=settings.EMBEDDED_REDIS, say=say
            )
            self.servers.start()
        if self.stop_asked:
            raise Stopped

    def _bootstrap(self, environment: dict[str, str]) -> None:
        child = Child(Program("bootstrap", [sys.executable, "-m", "tmeportal.bootstrap"], env=environment))
        try:
            while child.alive:
                self._pause()
        except Stopped:
            stop_all([child])
            raise
        if child.exit_code:
            raise CannotStart("")  # it has said why

    def _await_ready(self, port: int) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not answers_ready(port):
            self._tick()
            if time.monotonic() > deadline:
                raise CannotStart(f"The portal was not ready after {READY_SECONDS:.0f} seconds.")

    # --- keeping ------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._pause()
        if self.servers:
            for child in list(self.servers.children):
                if not child.alive:
                    say(f"{child.program.name} ended (code {child.exit_code}); starting it anew.")
                    self.servers.replace(child)
                    time.sleep(1)
        now = time.monotonic()
        for post in self.posts:
            if post.restart_at is not None:
                if now >= post.restart_at:
                    post.child, post.started_at, post.restart_at = Child(post.child.program), now, None
            elif not post.child.alive:
                self._mourn(post, now)

    def _mourn(self, post: Post, now: float) -> None:
        post.failures = 1 if now - post.started_at > STEADY_SECONDS else post.failures + 1
        name, code = post.child.program.name, post.child.exit_code
        post.child.wait_stopped(now)  # its own children, if any are left
        if not self.ready and post.failures >= HOPELESS_STARTS:
            raise CannotStart(f"{name} ends again and again (code {code}); its messages stand above.")
        pause = min(LONGEST_PAUSE_SECONDS, 2.0 ** (post.failures - 1))
        say(f"{name} ended (code {code}); starting it anew in {pause:.0f} s.")
        post.restart_at = now + pause


def programs(environment: dict[str, str], door: int) -> list[Program]:
    """Web, worker and beat. Only web pools its connections: a forked child would inherit the pool and stall."""
    python, celery = sys.executable, [sys.executable, "-m", "celery", "-A", "tmeportal", "--quiet"]
    figures = settings.DATA_DIR / "run" / "figures"
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(parents=True)
    web = environment | {"DB_POOL": "on", "PROMETHEUS_MULTIPROC_DIR": str(figures)}
    config = str(Path(settings.BASE_DIR) / "tmeportal" / "gunicorn.py")
    return [
        Program("web", [python, "-m", "gunicorn", "-c", config, "--bind", f"fd://{door}"], env=web, pass_fds=(door,)),
        Program(
            "worker",
            [*celery, "worker", "--concurrency", str(settings.WORKER_PROCESSES), *WORKER_OPTIONS],
            stop_signal=signal.SIGQUIT,  # a task in hand gets worker_soft_shutdown_timeout to finish
            env=environment,
        ),
        Program("beat", [*celery, "beat", "--pidfile="], env=environment),
    ]


def listening_socket(host: str, port: int) -> socket.socket:
    """The address taken for good, before anything is started; web is handed it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        door = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotStart(f"HOST={host} is not an address of this machine: {error.strerror}.") from error
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
    except (OSError, OverflowError) as error:
        door.close()
        why = str(getattr(error, "strerror", None) or error)
        raise CannotStart(
            f"Port {port} on {host} cannot be used ({why}). Stop what uses it, or choose another: "
            f"PORT={port + 1 if port < 65535 else 8000} make run"
        ) from error
    return door


def local_host() -> str:
    """Where this machine finds itself: an “any” address is no place to connect to."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(settings.HOST, settings.HOST)  # noqa: S104


def answers_ready(port: int) -> bool:
    named = [host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))]
    connection = http.client.HTTPConnection(local_host(), port, timeout=15)
    try:
        connection.request("GET", "/readyz", headers={"Host": named[0] if named else local_host()})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(port: int, seconds: float) -> None:
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    say(f"\n{settings.SITE_NAME} is ready after {seconds:.0f} s: http://{host}:{port}/")
    if settings.DEMO:
        say(f"Demo logins, all with the password {settings.DEMO_PASSWORD}")
        for name, role in settings.DEMO_PEOPLE.items():
            say(f"  {name:<22}{role}")
    say(f"Data: {settings.DATA_DIR} · Ctrl-C ends everything.\n")


def say(line: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        print(line, flush=True)


def main(arguments: Sequence[str]) -> int:
    """``manage.py run``; the exit code."""
    parser = argparse.ArgumentParser(prog="manage.py run", description="Run the whole portal until Ctrl-C.")
    parser.add_argument("--end-with-parent", action="store_true", help="end when the process that started this ends")
    options = parser.parse_args(arguments)
    if options.end_with_parent:
        die_with_parent(signal.SIGTERM)
    try:
        Supervisor().run()
    except (CannotStart, ImproperlyConfigured) as error:
        if str(error):
            print(f"The portal cannot start. {error}", file=sys.stderr)
        return 1
    except subprocess.SubprocessError as error:
        print(f"The portal cannot start. {error}", file=sys.stderr)
        return 1
    return 0
