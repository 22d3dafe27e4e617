"""Kills at random moments: whatever dies, nothing is left over and the next start finds its data."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.core.portal import ROOT, Portal, descendants, environment, wait_until_gone

pytestmark = pytest.mark.soak
ROUNDS = int(os.environ.get("SOAK_ROUNDS", "15"))
SEED = int(os.environ.get("SOAK_SEED", "20261123"))


@pytest.fixture
def data(tmp_path):
    for one in (tmp_path, *tmp_path.parents[:3]):
        if str(one).startswith("/tmp/pytest"):
            one.chmod(0o755)  # root's servers run as nobody and must get in
    return tmp_path / "data"


def test_supervisor_killed_at_any_moment_of_its_start_leaves_nothing(data):
    chance = random.Random(SEED)
    for _ in range(ROUNDS):
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "run"],
            env=environment(PORTAL_DATA=str(data), PORT="0"),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.2, 12))
        started = descendants(process.pid)
        process.kill()
        process.wait()
        assert wait_until_gone(started, timeout=20) == []

    portal = Portal(data)
    portal.start(timeout=120)
    assert portal.get("/readyz")[0] == 200
    assert portal.end(signal.SIGTERM) == 0


def test_any_process_may_be_killed_and_the_portal_recovers(data):
    chance = random.Random(SEED)
    portal = Portal(data)
    portal.start(timeout=120)
    try:
        for _ in range(ROUNDS):
            victim = chance.choice(sorted(portal.processes()))
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            deadline = time.monotonic() + 60
            time.sleep(chance.uniform(0, 2))
            while portal.get("/readyz")[0] != 200:
                assert time.monotonic() < deadline, portal.output()
                time.sleep(0.2)
        everything = portal.processes()
    finally:
        assert portal.end(signal.SIGTERM) == 0
    assert wait_until_gone(everything, timeout=1) == []
