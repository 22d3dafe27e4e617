"""A whole portal of its own for a test: its data folder, its port, its processes."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = {
    "DATABASE_URL",
    "REDIS_URL",
    "REDIS_PREFIX",
    "PORTAL_DATA",
    "DEMO",
    "DEMO_PASSWORD",
    "PORT",
    "HOST",
    "DEBUG",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
}


def environment(**values: str) -> dict[str, str]:
    """The surroundings as they are outside the tests, with these values on top."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | values


def manage(*arguments: str, timeout: float = 240, **values: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment(**values),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def descendants(pid: int) -> dict[int, str]:
    """Every process below this one, with its start time: a number alone may be given to another."""
    parents, starts = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(folder.name)], starts[int(folder.name)] = int(fields[1]), fields[19]
    found: dict[int, str] = {}
    queue = [pid]
    while queue:
        parent = queue.pop()
        for child, its_parent in parents.items():
            if its_parent == parent:
                found[child] = starts[child]
                queue.append(child)
    return found


def still_running(processes: dict[int, str]) -> list[int]:
    running = []
    for pid, start in processes.items():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z" and fields[19] == start:
            running.append(pid)
    return running


class Portal:
    """``make run`` without make, on a free port."""

    def __init__(self, data: Path, **values: str) -> None:
        self.data, self.values = data, {"PORTAL_DATA": str(data), "PORT": "0"} | values
        self.said = ""

    def start(self, timeout: float = 300) -> float:
        """Wait until it says that it is ready; how many seconds that took."""
        began = time.monotonic()
        self.log = (self.data.parent / f"{self.data.name}.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "run"],
            env=environment(**self.values),
            cwd=ROOT,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        while not (ready := re.search(r"is ready after .*: (http://\S+)/\n", self.output())):
            assert self.process.poll() is None, f"it ended: {self.said}"
            assert time.monotonic() - began < timeout, f"not ready: {self.said}"
            time.sleep(0.1)
        self.address = ready[1]
        return time.monotonic() - began

    def output(self) -> str:
        self.said = Path(self.log.name).read_text()
        return self.said

    def processes(self) -> dict[int, str]:
        return descendants(self.process.pid)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def end(self, signum: int = signal.SIGTERM, timeout: float = 30) -> int:
        """Send the signal and wait; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signum)
        code = self.process.wait(timeout)
        self.output()
        self.log.close()
        return code


def wait_until_gone(processes: dict[int, str], timeout: float = 15) -> list[int]:
    """The processes that are still there in the end."""
    deadline = time.monotonic() + timeout
    while (running := still_running(processes)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return running
