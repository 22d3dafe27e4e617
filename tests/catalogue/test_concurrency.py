"""While many publish at once, whoever reads along misses nothing."""

import threading
from contextlib import closing

import pytest
from django.db import connection, transaction

from apps.catalogue import services
from apps.catalogue.models import Entry, Revision
from tests.factories.catalogue import VEGFA, document, published

pytestmark = pytest.mark.django_db(transaction=True)

PUBLISHERS, EACH = 4, 6


def in_threads(*jobs):
    faults = []

    def run(job):
        try:
            with closing(connection):
                job()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not faults, faults
    assert not any(thread.is_alive() for thread in threads)


@pytest.fixture(autouse=True)
def unthrottled(monkeypatch):
    monkeypatch.setattr("apps.core.throttling.FairThrottle.allow_request", lambda *args: True)


def test_a_later_change_waits_for_an_earlier_one_to_commit():
    taken, finish = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            services.publish(document(accession=services.next_accession()))
            taken.set()
            finish.wait(20)

    def quick():
        taken.wait(20)
        threading.Timer(0.3, finish.set).start()
        entry = published()
        # Whoever sees this number can see every smaller one.
        assert sorted(Entry.objects.values_list("sequence", flat=True))[-1] == entry.sequence
        assert Entry.objects.count() == 2

    in_threads(slow, quick)
    assert list(Entry.objects.values_list("accession", flat=True)) == ["TMEE:0000001", "TMEE:0000002"]


def test_who_walks_the_cursor_or_follows_the_changes_ends_with_exactly_what_is_published(client):
    done = threading.Event()
    walked, followed = set(), {}
    remaining = [PUBLISHERS]
    lock = threading.Lock()

    def publisher(number):
        def job():
            mine = []
            for turn in range(EACH):
                if turn % 3 == 2:
                    published(accession=mine[0].accession)
                else:
                    mine.append(published(**({"target": VEGFA} if number % 2 else {})))
            services.retract(accession=mine[-1].accession, reason="Published by mistake.")
            with lock:
                remaining[0] -= 1
                if not remaining[0]:
                    done.set()

        return job

    def get(reader, address):
        answer = reader.get(address)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def walker():
        reader = type(client)()
        address, last = "/api/v1/entries/?page_size=3", False
        while True:
            body = get(reader, address)
            walked.update(entry["accession"] for entry in body["results"])
            if body["next"]:
                address = body["next"]
            elif last:
                break
            else:
                # The end for now: the last page is read again until nobody publishes any more.
                last = done.is_set()

    def follower():
        reader = type(client)()
        after, last = 0, False
        while True:
            results = get(reader, f"/api/v1/changes/?after={after}&page_size=3")["results"]
            for change in results:
                followed[change["accession"]] = (change["change"], change["version"])
                after = change["sequence"]
            if not results:
                if last:
                    break
                last = done.is_set()

    in_threads(*(publisher(number) for number in range(PUBLISHERS)), walker, follower)

    entries = Entry.objects.all()
    assert walked >= {entry.accession for entry in entries.current()}
    assert followed == {
        entry.accession: (
            "retracted" if entry.status == "retracted" else "created" if entry.version == 1 else "revised",
            entry.version,
        )
        for entry in entries
    }
    assert Revision.objects.get().entry_count == entries.current().count() == PUBLISHERS * (EACH // 3 * 2 - 1)
    assert services.rebuild(check_only=True).equal
