"""Work that is done in a process of its own, beside the one that stores what comes of it.

Python computes in one thread at a time; parsing and storing at once takes two processes. The other one
is forked, so it has all that is loaded, and never touches the database.
"""

import os
import signal
import traceback
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from apps.core.embedded.child import die_with_parent

#: So many seconds without a word from the other process, and a sign of life is given.
PATIENCE = 5.0


class Died(RuntimeError):
    """The other process was ended by someone else: nothing that was read is to blame."""


class Apart:
    """``work(pipe)`` in another process; close it, and that process is gone."""

    def __init__(self, work: Callable[[Connection], None]) -> None:
        self._pipe, theirs = Pipe()
        parent = os.getpid()
        # Not ``multiprocessing.Process``: a process of Celery's pool may not have one.
        self._pid = os.fork()
        if not self._pid:
            _live(work, theirs, self._pipe, parent)
        theirs.close()

    def send(self, message: object) -> None:
        try:
            self._pipe.send(message)
        except OSError:
            raise Died from None

    def receive(self, keep_alive: Callable[[], None]) -> Any:
        """The next message; an error of the other process is raised here.

        ``keep_alive`` is called every few seconds that pass in waiting, and may end it by an exception.
        """
        while not self._pipe.poll(PATIENCE):
            keep_alive()
        try:
            message = self._pipe.recv()
        except (EOFError, OSError):
            raise Died from None
        if isinstance(message, Exception):
            raise message
        return message

    def close(self) -> None:
        self._pipe.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _live(work: Callable[[Connection], None], pipe: Connection, theirs: Connection, parent: int) -> NoReturn:
    try:
        die_with_parent(signal.SIGKILL, parent)
        for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever is interrupted ends this one too
        theirs.close()
        work(pipe)
    except (BrokenPipeError, EOFError):
        pass
    except Exception as error:  # every error is the caller's
        error.add_note("".join(traceback.format_exception(error)))
        pipe.send(error)
    finally:
        pipe.close()
        os._exit(0)  # without the farewells of what was loaded: its connections are the caller's
