"""PostgreSQL and Redis stopped in the middle of an import, in any way: the same worker goes on when they are back."""

import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings

from apps.core.embedded.addresses import database_url, redis_url
from apps.core.embedded.child import Child, Program
from apps.core.embedded.data_folder import DataFolder
from apps.core.embedded.servers import EmbeddedServers
from apps.core.supervisor import WORKER_OPTIONS
from apps.literature import services
from tests.factories.literature import make_run
from tests.literature.everything import CHUNK, a_file, assert_same, everything, known_before

HEADER = "import django; django.setup()\n"
PREPARE = f"""{HEADER}
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.literature.everything import a_file, known_before
from tests.factories.literature import make_run
known_before()
make_run(a_file())
"""
# A worker that takes its time, so that a server can stop in the middle however fast the machine is.
WORKER = f"""{HEADER}
import sys, time
from tmeportal.celery import app
from apps.literature.services import running
running.CHUNK = {CHUNK}
store = running.store
def slowly(*args, **kwargs):
    time.sleep(0.1)
    return store(*args, **kwargs)
running.store = slowly
app.worker_main(sys.argv[1:])
"""
# Beat in a hurry: what it rings for is the same.
BEAT = f"""{HEADER}
import time
from apps.literature.tasks import resume_imports
while True:
    try:
        resume_imports.delay()
    except Exception as away:
        print("not rung:", away)
    time.sleep(0.5)
"""
TELL = f"""{HEADER}
import pickle, sys
from tests.literature.everything import everything
sys.stdout.buffer.write(pickle.dumps(everything()))
"""
OUTAGES = {
    "PostgreSQL stops fast": ("PostgreSQL", signal.SIGINT),
    "PostgreSQL stops at once": ("PostgreSQL", signal.SIGQUIT),
    "PostgreSQL is killed": ("PostgreSQL", signal.SIGKILL),
    "Redis stops": ("Redis", signal.SIGTERM),
    "Redis is killed": ("Redis", signal.SIGKILL),
}


class Portal:
    """Servers of its own, a worker, and one that rings for it."""

    def __init__(self, data: Path) -> None:
        self.folder = DataFolder(data.resolve())
        self.servers = EmbeddedServers(self.folder, say=lambda line: None)
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tmeportal.settings",
            "PORTAL_DATA": str(self.folder.path),
            "DATABASE_URL": database_url(self.folder.path),
            "REDIS_URL": redis_url(self.folder.path),
            "IMPORT_LEASE_SECONDS": "2",
            "PYTHONPATH": str(settings.BASE_DIR),
        }
        self.children: list[Child] = []

    def start(self) -> None:
        self.folder.lock("the test of outages")
        self.servers.start()
        self.run(PREPARE)
        self.worker = self.keep("worker", WORKER, "worker", "--concurrency", "1", "--loglevel", "INFO", *WORKER_OPTIONS)
        self.keep("beat", BEAT)

    def stop(self) -> None:
        for child in self.children:
            child.process.kill()
            child.process.wait()
        self.servers.stop()
        self.folder.unlock()

    def run(self, script: str) -> bytes:
        """A script to its end, and what it wrote."""
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=self.environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        return done.stdout

    def keep(self, name: str, script: str, *arguments: str) -> Child:
        argv = [sys.executable, "-c", script, *arguments]
        child = Child(Program(name, argv, env=self.environment, log=self.folder.path / f"{name}.log"))
        self.children.append(child)
        return child

    def said(self, name: str) -> str:
        return (self.folder.path / f"{name}.log").read_text()

    def stored(self) -> tuple[int, str]:
        """How many records are dealt with, and the state of the run."""
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as connection:
            row = connection.execute("SELECT checkpoint, state FROM literature_importrun").fetchone()
        return row or (0, "")

    def wait_for(self, records: int) -> bool:
        """Until so many records are dealt with; whether the run is not over by then."""
        return self._wait(lambda stored, state: stored >= records or state == "finished")[1] == "running"

    def wait_until_finished(self) -> None:
        self._wait(lambda stored, state: state == "finished")

    def _wait(self, reached: Callable[[int, str], bool]) -> tuple[int, str]:
        deadline = time.monotonic() + 240
        while not reached(*self.stored()):
            assert self.worker.alive, self.said("worker")[-3000:]
            assert time.monotonic() < deadline, self.said("worker")[-3000:]
            time.sleep(0.05)
        return self.stored()

    def interrupt(self, outage: str, pause: float) -> None:
        """Stop a server, and start it again after a while; Redis comes back with nothing in it."""
        name, signum = OUTAGES[outage]
        child = next(each for each in self.servers.children if each.program.name == name)
        if name == "Redis":
            redis.Redis.from_url(self.environment["REDIS_URL"]).flushall()
        child.process.send_signal(signum)
        child.process.wait()
        time.sleep(pause)
        deadline = time.monotonic() + 60
        child = self.servers.replace(child)
        while not self.servers.answer():
            assert time.monotonic() < deadline
            if not child.alive:  # its predecessor's last processes are still about
                child = self.servers.replace(child)
            time.sleep(0.1)


@pytest.fixture
def portal(db) -> Iterator[Portal]:
    data = Path(tempfile.mkdtemp(prefix="tme-outage-"))
    data.chmod(0o755)  # root's servers run as nobody and must get in
    portal = Portal(data)
    try:
        portal.start()
        yield portal
    finally:
        portal.stop()
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def undisturbed(db, monkeypatch):
    monkeypatch.setattr("apps.literature.services.running.CHUNK", CHUNK)
    known_before()
    services.run_import(make_run(a_file()).pk)
    return everything()


def assert_nothing_is_lost(portal: Portal, undisturbed: dict) -> None:
    portal.wait_until_finished()
    assert portal.worker.alive
    assert "Traceback" not in portal.said("worker")
    assert_same(pickle.loads(portal.run(TELL)), undisturbed)


def test_servers_that_stop_in_the_middle_cost_nothing_but_time(portal, undisturbed):
    # Redis last: an import goes on without it.
    outages = ["PostgreSQL stops fast", "PostgreSQL stops at once", "PostgreSQL is killed", "Redis is killed"]
    for number, outage in enumerate(outages, 1):
        assert portal.wait_for(300 * number), "it was over before anything stopped"
        portal.interrupt(outage, 0.5)
    assert_nothing_is_lost(portal, undisturbed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
def test_ten_outages_at_random_moments_cost_nothing_but_time(seed, portal, undisturbed):
    chance = random.Random(seed)
    hits: Counter = Counter()
    for number in range(10):
        if portal.wait_for(120 * number + chance.randrange(120)):
            time.sleep(chance.uniform(0, 0.1))
            outage = chance.choice(sorted(OUTAGES))
            hits[outage] += 1
            portal.interrupt(outage, chance.uniform(0, 3))
    print(f"seed {seed}: {hits}")
    assert_nothing_is_lost(portal, undisturbed)
