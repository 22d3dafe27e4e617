"""Releases: frozen, complete, checksummed, and never changed again."""

import gzip
import json
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO

import bagit
import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from apps.accounts.models import Event
from apps.catalogue import services, tasks
from apps.catalogue.formats import STREAMS
from apps.catalogue.models import Entry, Release, ReleasedEntry
from apps.catalogue.services.release_files import draft_of, folder_of
from apps.core.exceptions import Refused
from tests.factories.catalogue import VEGFA, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("releases_root")]

NOVEMBER, DECEMBER = datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 12, 1, 4, tzinfo=UTC)


def released(at=NOVEMBER, **options):
    release = services.cut_release(actor=None, at=at, **options)
    assert services.write_release() == release
    release.refresh_from_db()
    return release


def frozen(release):
    rows = ReleasedEntry.objects.in_release(release.number).order_by("number")
    return [(row.accession, row.version) for row in rows]


def lines(release, name):
    path = folder_of(release) / "data" / name
    text = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    return [orjson.loads(line) for line in text.splitlines()]


def test_it_holds_every_entry_in_force_in_every_format_with_true_digests():
    entries = [published(), published(target=VEGFA)]
    services.retract(accession=published().accession, reason="Made up.")
    release = released(note=" The first. ")

    assert (release.name, release.state, release.entry_count, release.note) == ("2026-11", "published", 2, "The first.")
    assert lines(release, "entries.ndjson.gz") == [orjson.loads(entry.document) for entry in entries]
    told = orjson.loads(release.document)
    assert {one["format"] for one in told["files"]} >= {*STREAMS, "json", "md", "txt", "jsonld"}
    for one in told["files"]:
        content = (folder_of(release) / one["path"]).read_bytes()
        assert (len(content), sha256(content).hexdigest()) == (one["bytes"], one["sha256"])
    assert not draft_of(release).exists()


def test_the_folder_is_a_valid_bag(releases_root):
    published()
    bag = bagit.Bag(str(folder_of(released())))
    bag.validate()
    assert bag.info["External-Description"] == "Release 2026-11: 1 entries"
    (releases_root / "2026-11" / "data" / "entries.tsv.gz").write_bytes(b"else")
    with pytest.raises(bagit.BagValidationError):
        bag.validate()


def test_the_next_one_keeps_what_did_not_change_and_tells_what_did():
    same, revised, retracted, merged, reviewed = (published() for _ in range(5))
    first = released()
    published(accession=revised.accession, evidence__level="B")
    services.retract(accession=retracted.accession, reason="Made up.")
    services.merge(accession=merged.accession, successor=same.accession, reason="The same trial.")
    services.put_under_review(accession=reviewed.accession, reason="Asked for.", at=timezone.now())
    new = published()
    second = released(at=DECEMBER)

    assert frozen(first) == [(one.accession, 1) for one in (same, revised, retracted, merged, reviewed)]
    assert frozen(second) == [(same.accession, 1), (revised.accession, 2), (reviewed.accession, 1), (new.accession, 1)]
    assert ReleasedEntry.objects.filter(accession=same.accession).count() == 1
    assert lines(second, "changes.ndjson") == [
        {"change": "revised", "accession": revised.accession, "from": 1, "to": 2},
        {"change": "updated", "accession": reviewed.accession, "from": 1, "to": 1},
        {"change": "added", "accession": new.accession, "from": None, "to": 1},
        {
            "change": "retracted",
            "accession": retracted.accession,
            "from": 1,
            "to": None,
            "reason": "Made up.",
            "successor": None,
        },
        {
            "change": "merged",
            "accession": merged.accession,
            "from": 1,
            "to": None,
            "reason": "The same trial.",
            "successor": same.accession,
        },
    ]
    told = orjson.loads(second.document)
    assert told["changes"] == {"added": 1, "revised": 1, "updated": 1, "retracted": 1, "merged": 1}
    assert told["previous"] == "2026-11"
    changelog = (folder_of(second) / "data" / "CHANGELOG.md").read_text()
    assert "* 1 in a new version" in changelog
    datacite = json.loads((folder_of(second) / "data" / "datacite.json").read_text())
    assert datacite["relatedIdentifiers"][0]["relatedIdentifier"].endswith("/releases/2026-11/")
    assert (datacite["publicationYear"], datacite["version"]) == (2026, "2026-12")
    assert "2026-12" in (folder_of(second) / "data" / "CITATION.txt").read_text()


def test_an_ontology_that_moved_is_frozen_anew_and_is_no_change_of_the_entry():
    published()
    published()
    first = released()
    Entry.objects.filter(number=1).update(cancers_within=["MONDO:0005105", "MONDO:0000001"])
    second = released(at=DECEMBER)
    assert lines(second, "changes.ndjson") == []
    within = ReleasedEntry.objects.filter(cancers_within__contains=["MONDO:0000001"])
    assert within.in_release(first.number).count() == 0
    assert within.in_release(second.number).count() == 1
    assert frozen(first) == frozen(second)


def test_where_nothing_has_changed_there_is_nothing_to_release():
    with pytest.raises(Refused, match="Nothing was published yet"):
        services.cut_release(actor=None)
    published()
    released()
    with pytest.raises(Refused, match="No entry has changed since the release 2026-11"):
        services.cut_release(actor=None)
    assert Release.objects.count() == 1


def test_names_go_by_the_month():
    names = []
    for at in (NOVEMBER, NOVEMBER, NOVEMBER, DECEMBER):
        published()
        names.append(released(at=at).name)
    assert names == ["2026-11", "2026-11.2", "2026-11.3", "2026-12"]


def test_one_at_a_time_and_what_broke_off_is_begun_anew(monkeypatch):
    published()
    release = services.cut_release(actor=None, at=NOVEMBER)
    with pytest.raises(Refused, match="is still being written"):
        services.cut_release(actor=None)

    def full(*arguments):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("apps.catalogue.formats.packing.gzipped", full)
        with pytest.raises(OSError, match="No space left"):
            services.write_release()
    assert not Release.objects.published().exists()
    assert not draft_of(release).exists()

    # What is published meanwhile is not in it: it was frozen when it was cut.
    published()
    assert services.write_release() == release
    assert len(lines(release, "entries.ndjson.gz")) == 1
    assert services.write_release() is None


def test_what_is_published_never_changes():
    published()
    release = released()
    row = ReleasedEntry.objects.get()
    attempts = (
        lambda: Release.objects.filter(pk=release.pk).update(note="Another note."),
        lambda: Release.objects.filter(pk=release.pk)._raw_delete("default"),
        lambda: ReleasedEntry.objects.filter(pk=row.pk).update(document="{}"),
        lambda: ReleasedEntry.objects.filter(pk=row.pk)._raw_delete("default"),
    )
    for attempt in attempts:
        with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
            attempt()
    services.retract(accession=row.accession, reason="Made up.")
    released(at=DECEMBER)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        ReleasedEntry.objects.filter(pk=row.pk).update(last=None)


def test_editors_cut_them_and_history_tells_so(curator, editor):
    published()
    with pytest.raises(Refused, match="needs the role of editor"):
        services.cut_release(actor=curator)
    services.cut_release(actor=editor, note="For the paper.")
    services.write_release()
    events = Event.objects.filter(object_type="release").order_by("pk")
    assert [(one.verb, one.actor, one.reason) for one in events] == [
        ("cut", editor, "For the paper."),
        ("publish", None, ""),
    ]


def test_once_a_month_by_itself():
    tasks.cut_monthly_release()
    assert not Release.objects.exists()
    published()
    tasks.cut_monthly_release()
    tasks.write_release()
    published()
    tasks.cut_monthly_release()
    (release,) = Release.objects.all()
    assert release.state == "published"
    assert release.name == f"{timezone.now():%Y-%m}"


def test_the_command_cuts_writes_and_tells():
    out = StringIO()
    with pytest.raises(CommandError, match="Nothing was published yet"):
        call_command("cut_release")
    published()
    call_command("cut_release", "--json", "--note", "By hand.", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["entry_count"], told["note"]) == (1, "By hand.")
    with pytest.raises(CommandError, match="There is no user nobody"):
        call_command("cut_release", "--user", "nobody")


def test_to_cut_a_second_one_writes_only_what_changed():
    for _ in range(5):
        published()
    released()
    published()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalogue_releasedentry")
        before = cursor.fetchone()[0]
    released(at=DECEMBER)
    assert ReleasedEntry.objects.count() == before + 1
