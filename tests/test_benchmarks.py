"""What the benchmarks load is what the portal would have published."""

import orjson
import pytest

from apps.catalogue import services
from apps.catalogue.models import Entry
from apps.catalogue.services.columns import columns_of, stand_of, surroundings_of
from benchmarks import entries, tasks

pytestmark = pytest.mark.django_db


def test_invented_entries_are_what_publication_makes_of_them():
    for document in entries.documents(1, 5):
        services.publish(entries.as_document(document))
        entry = Entry.objects.get(accession=document["accession"])
        stored = orjson.loads(entry.document)
        stored.setdefault("change_note", "")
        assert stored == document
        told = columns_of(document, surroundings_of([document])) | stand_of(document)
        assert {name: getattr(entry, name) for name in told} == told
        assert 1_000 < len(entry.document.encode()) < 3_000
    assert services.rebuild(check_only=True).equal


def test_invented_entries_are_the_same_every_time():
    assert list(entries.documents(7, 9)) == list(entries.documents(1, 9))[6:]


def test_publications_are_timed(monkeypatch):
    monkeypatch.setattr(tasks, "_set_up", lambda: None)
    taken = tasks.publish("101", "2")["milliseconds"]
    assert len(taken) == Entry.objects.count() == 2
    assert Entry.objects.filter(accession="TMEE:0000002").exists()
