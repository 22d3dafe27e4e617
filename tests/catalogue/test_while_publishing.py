"""Who walks the pages and who follows the changes while much is published both end with exactly what is published."""

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from apps.catalogue import services
from apps.catalogue.models import Entry
from tests.factories.catalogue import published

pytestmark = pytest.mark.django_db(transaction=True)


def walk(client, path, note):
    """Every page from one address on; the address at which the walk can go on later."""
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        for row in page["results"]:
            note(row)
        last, path = path, page["next"]
    return last


def walk_pages(is_over):
    """The entries that a client has that walks on and on, with the versions in force."""
    client, has = Client(), {}
    path = "/api/v1/entries/?page_size=7&ordering=changed"
    while True:
        ends = is_over.is_set()  # seen before the last walk begins
        # The last page is asked for again: what was revised stands at the end again.
        path = walk(client, path, lambda row: has.update({row["accession"]: row["version"]}))
        if ends:
            return has


def follow_changes(is_over):
    """The same of a client that asks what came after the last change that it knows."""
    client, has, known = Client(), {}, 0

    def note(row):
        nonlocal known
        assert row["sequence"] > known or has.get(row["accession"]) == row["version"]
        known = max(known, row["sequence"])
        if row["change"] in {"retracted", "merged"}:
            has.pop(row["accession"], None)
        else:
            has[row["accession"]] = row["version"]

    while True:
        ends = is_over.is_set()
        walk(client, f"/api/v1/changes/?page_size=7&after={known}", note)
        if ends:
            return has


@contextmanager
def meanwhile(*works):
    """Each work in a thread of its own, told when it is over; yields where their results will be."""
    is_over, results, faults = threading.Event(), {}, []

    def run(work):
        try:
            results[work.__name__] = work(is_over)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield results
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    if faults:
        raise faults[0]


def publish(count, per_second):
    """So many publications at that pace, every fifth a new version; every tenth is followed by a retraction."""
    begun = time.monotonic()
    for number in range(count):
        if number % 5 == 4:
            published(accession=Entry.objects.current().earliest("sequence").accession)
        else:
            entry = published()
            if number % 10 == 3:
                services.retract(accession=entry.accession, reason="Wrong.")
        time.sleep(max(0.0, begun + (number + 1) / per_second - time.monotonic()))


def check(count, per_second):
    with meanwhile(walk_pages, follow_changes) as found:
        publish(count, per_second)
    in_force = dict(Entry.objects.current().values_list("accession", "version"))
    assert found["follow_changes"] == in_force
    # A tombstone leaves no trace on the pages: who walks them learns of it from the changes or a 410.
    gone = set(Entry.objects.tombstones().values_list("accession", flat=True))
    pages = {accession: version for accession, version in found["walk_pages"].items() if accession not in gone}
    assert pages == in_force


def test_both_end_with_exactly_what_is_published():
    check(40, per_second=1000)


@pytest.mark.soak
def test_at_a_hundred_a_second_for_long():
    check(3000, per_second=100)
