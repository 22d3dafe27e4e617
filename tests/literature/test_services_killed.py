"""A worker process killed with SIGKILL: whoever goes on leaves what an undisturbed run would have left."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from apps.accounts.models import Event
from apps.literature import services
from apps.literature.models import ImportIssue, ImportRun, Reference, SourceRecord
from tests.factories.literature import article, article_set, make_run, many

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
django.setup()
from apps.literature.services import run_import, running
running.CHUNK = 50
print("ready", flush=True)
run_import(int(sys.argv[1]))
"""
COUNTERS = ("state", "checkpoint", "created", "updated", "unchanged", "failed", "error", "bytes_read")


def a_file() -> bytes:
    """New, repeated, later and broken records, so that the order in which they are stored shows."""
    articles = many(1500).decode().split("<PubmedArticleSet>\n")[1].removesuffix("</PubmedArticleSet>\n")
    later = [article(1000 + n, f"Later {n}", doi=f"10.5555/example.{1000 + n}") for n in range(0, 1500, 7)]
    shared = [article(9000 + n, "Shared", doi="10.5555/shared") for n in range(60)]
    broken = [article(f"x{n}", "Without identity") for n in range(30)]
    return article_set(articles, *later, *shared, *broken)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All that an import leaves, row for row; keys and times are of the occasion."""
    fields = [f.name for f in Reference._meta.concrete_fields if f.name not in {"id", "added_at", "changed_at"}]
    references = [
        tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
        for row in Reference.objects.order_by("pk").values_list(*fields)
    ]
    return {
        "references": references,
        "records": list(SourceRecord.objects.order_by("digest").values_list("digest", "reference__pmid")),
        "issues": list(ImportIssue.objects.order_by("position").values_list("position", "identifier", "reason")),
        "events": [data["changed"] for data in _events()],
        "runs": list(ImportRun.objects.values_list(*COUNTERS)),
    }


def _events() -> list[dict]:
    return list(Event.objects.filter(object_type="reference").order_by("pk").values_list("data", flat=True))


def clear() -> None:
    with connection.cursor() as cursor:
        tables = ("importrun", "importissue", "sourcerecord", "reference", "textbacklog", "referencetext")
        cursor.execute(f"TRUNCATE {', '.join(f'literature_{table}' for table in tables)}, accounts_event CASCADE")


def worker(run: ImportRun) -> subprocess.Popen:
    """A process of its own that runs this import."""
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(run.pk), connection.settings_dict["NAME"]],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tmeportal.settings"},
        stdout=subprocess.PIPE,
    )


def run_with_kills(content: bytes, delays: list[float]) -> int:
    """Import with a worker that is killed after each delay, then to the end; how many kills were in the middle."""
    run = make_run(content)
    hits = 0
    for delay in delays:
        process = worker(run)
        assert process.stdout.readline() == b"ready\n"
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        _no_session_left()
        run.refresh_from_db()
        hits += run.state == ImportRun.State.RUNNING
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


def left_by_an_undisturbed_run(content: bytes, monkeypatch: pytest.MonkeyPatch) -> dict[str, list]:
    monkeypatch.setattr("apps.literature.services.running.CHUNK", 50)
    services.run_import(make_run(content).pk)
    left = everything()
    clear()
    return left


def test_three_kills_leave_what_an_undisturbed_run_leaves(monkeypatch):
    content = a_file()
    left = left_by_an_undisturbed_run(content, monkeypatch)
    hits = run_with_kills(content, [0.15, 0.3, 0.2])
    assert hits, "no kill came in the middle"
    assert everything() == left
    assert left["runs"][0][0] == "finished"
    assert len(left["references"]) == 1560


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_ten_kills_at_random_moments_leave_what_an_undisturbed_run_leaves(seed, monkeypatch):
    content = a_file()
    left = left_by_an_undisturbed_run(content, monkeypatch)
    chance = random.Random(seed)
    run_with_kills(content, [chance.uniform(0.0, 0.4) for _ in range(10)])
    assert everything() == left


def test_two_workers_at_the_same_files_double_nothing(monkeypatch):
    content = a_file()
    runs = [make_run(content), make_run(content)]
    processes = [worker(run) for run in runs]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    for process in processes:
        process.stdout.close()
    for run in runs:
        run.refresh_from_db()
    assert [run.state for run in runs] == ["finished", "finished"]
    assert Reference.objects.count() == 1560
    assert sum(run.created for run in runs) == 1560
