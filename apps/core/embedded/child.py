"""Child processes that end with their parent, however the parent ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .failures import CannotStart

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signum: int, parent: int | None = None) -> None:
    """Ask the kernel to send this process ``signum`` when its parent dies (Linux; elsewhere nothing happens).

    A parent that died before the question was asked is noticed where its id is given.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Account:
    """A system user to run a child as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, and how to end it.

    ``stop_signal`` asks it to end; it has ``grace`` seconds until SIGKILL. ``death_signal`` is what the
    kernel sends it when the parent dies without a word.
    """

    name: str
    argv: Sequence[str]
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGKILL
    grace: float = 10.0
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: Account | None = None
    log: Path | None = None
    pass_fds: tuple[int, ...] = ()


class Child:
    """One running program. It has a process group of its own, so that Ctrl-C reaches only the parent.

    Start it from the main thread: the kernel takes the death of the starting *thread* for the parent's.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process = self._spawn()

    def _spawn(self) -> "subprocess.Popen[bytes]":
        program, parent = self.program, os.getpid()
        account = program.account
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(program.log.open("ab")) if program.log else None
            try:
                return subprocess.Popen(
                    list(program.argv),
                    env=dict(program.env),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    pass_fds=program.pass_fds,
                    process_group=0,
                    user=account.uid if account else None,
                    group=account.gid if account else None,
                    extra_groups=[] if account else None,
                    cwd="/" if account else None,
                    preexec_fn=lambda: die_with_parent(program.death_signal, parent),  # noqa: PLW1509 (no threads yet)
                )
            except OSError as error:
                raise CannotStart(f"{program.name} cannot be started ({program.argv[0]}): {error.strerror}.") from error

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        return self.process.poll()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.alive:
            self.process.send_signal(self.program.stop_signal)

    def wait_stopped(self, deadline: float) -> None:
        """Wait until it has ended; at the deadline (of the monotonic clock) kill its whole group."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)  # whatever it left behind, too
        self.process.wait()


def stop_all(children: Sequence[Child]) -> None:
    """Ask all to stop at once, then see each of them out."""
    for child in children:
        child.ask_to_stop()
    start = time.monotonic()
    for child in children:
        child.wait_stopped(start + child.program.grace)
