"""Workers killed, imports paused and cancelled at any moment: in the end all is as an undisturbed run leaves it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection

from apps.literature import services
from apps.literature.models import ImportRun, Reference
from tests.factories.accounts import AdministratorFactory
from tests.factories.literature import make_run
from tests.literature.everything import CHUNK, KNOWN, a_file, assert_same, clear, everything, known_before

pytestmark = pytest.mark.django_db(transaction=True)
State = ImportRun.State

WORKER = f"""
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
django.setup()
from apps.literature.services import run_import, running
running.CHUNK = {CHUNK}
print("ready", flush=True)
run_import(int(sys.argv[1]))
"""
STOPS = {
    "pause": (services.pause_import, services.resume_import),
    "cancel": (services.cancel_import, services.retry_import),
}


def a_run() -> ImportRun:
    known_before()
    run = make_run(a_file())
    ImportRun.objects.filter(pk=run.pk).update(to_triage=True)
    return run


def worker(run: ImportRun) -> subprocess.Popen:
    """A process of its own that runs this import."""
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(run.pk), connection.settings_dict["NAME"]],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tmeportal.settings"},
        stdout=subprocess.PIPE,
    )


def disturb(run: ImportRun, disturbances: list[tuple[str, float]]) -> Counter:
    """Import with a worker that is killed, or a run that is stopped, after each delay; then to the end.

    Told is how many of them came in the middle: after the first chunk and before the last.
    """
    hits: Counter = Counter()
    administrator = AdministratorFactory()
    for what, delay in disturbances:
        process = worker(run)
        assert process.stdout.readline() == b"ready\n"
        time.sleep(delay)
        if what == "kill":
            process.send_signal(signal.SIGKILL)
        elif not ImportRun.objects.get(pk=run.pk).is_over:
            STOPS[what][0](actor=administrator, run=run)
        process.wait()
        process.stdout.close()
        _no_session_left()
        run.refresh_from_db()
        hits[what] += run.checkpoint > 0 and run.state != State.FINISHED
        if run.state in {State.PAUSED, State.CANCELLED}:
            STOPS[what][1](actor=administrator, run=run)
        # Nobody waits for the lease of the dead one here.
        ImportRun.objects.filter(state="running").update(lease_until="2020-01-01T00:00:00Z", attempts=0)
    services.run_import(run.pk)
    return hits


def _no_session_left() -> None:
    """The server may still be busy with the killed one's last statement."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend' AND state <> 'idle'"
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)


@pytest.fixture
def undisturbed(monkeypatch):
    """What is left where nothing happens on the way; the rest of the test begins with empty tables."""
    monkeypatch.setattr("apps.literature.services.running.CHUNK", CHUNK)
    services.run_import(a_run().pk)
    left = everything()
    clear()
    return left


def test_kills_pauses_and_cancels_leave_what_an_undisturbed_run_leaves(undisturbed):
    hits = disturb(a_run(), [("kill", 0.3), ("pause", 0.3), ("kill", 0.2), ("cancel", 0.3), ("kill", 0.3)])
    assert hits["kill"], "no kill came in the middle"
    assert hits["pause"] + hits["cancel"], "nothing was stopped in the middle"
    assert_same(everything(), undisturbed)


def test_the_import_that_is_disturbed_has_all_that_can_be_lost(undisturbed):
    tables = {"Reference", "ReferenceLink", "ReferenceText", "SourceRecord", "ImportOutcomes", "ImportIssue"}
    assert tables | {"Candidate", "Event", "ImportRun"} <= undisturbed.keys()
    run, *_ = undisturbed["ImportRun"]
    assert run["state"] == "finished"
    assert all(run[counter] for counter in ("created", "updated", "unchanged", "failed"))
    assert sum(1 for row in undisturbed["Reference"] if row["merged_into"]) == len(KNOWN)
    assert sum(1 for row in undisturbed["Reference"] if row["retraction_state"] == "retracted") == 38
    assert sum(len(row["positions"]) for row in undisturbed["ImportOutcomes"]) == run["checkpoint"]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_ten_kills_at_random_moments_leave_what_an_undisturbed_run_leaves(seed, undisturbed):
    chance = random.Random(seed)
    hits = disturb(a_run(), [("kill", chance.uniform(0.0, 0.5)) for _ in range(10)])
    print(f"seed {seed}: {hits}")
    assert_same(everything(), undisturbed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_ten_disturbances_of_any_kind_leave_what_an_undisturbed_run_leaves(seed, undisturbed):
    chance = random.Random(seed)
    kinds = ["kill", *STOPS]
    hits = disturb(a_run(), [(chance.choice(kinds), chance.uniform(0.0, 0.5)) for _ in range(10)])
    print(f"seed {seed}: {hits}")
    assert_same(everything(), undisturbed)


def test_two_workers_at_the_same_files_double_nothing():
    runs = [a_run(), make_run(a_file())]
    processes = [worker(run) for run in runs]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    for process in processes:
        process.stdout.close()
    for run in runs:
        run.refresh_from_db()
    assert [run.state for run in runs] == ["finished", "finished"]
    assert sum(run.created for run in runs) == Reference.objects.count() - len(KNOWN)
