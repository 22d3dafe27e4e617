"""Backups: everything there and back, and nothing overwritten by mistake."""

import json

import pytest

from tests.core.portal import manage

# One process for many steps: to start Django takes longer than any of them.
PRELUDE = """
import json
from pathlib import Path
from django.conf import settings
from django.core.management import CommandError, call_command
from apps.accounts.models import User
from apps.accounts.services import create_person, seal_events, verify_events

copy = Path({copy!r})
said = {{}}

def make(name):
    create_person(username=name, email=f"{{name}}@lab.example", password="correct horse battery")

def refusal(*command):
    try:
        call_command(*command)
    except CommandError as error:
        return str(error)
    return "not refused"

def people():
    return sorted(User.objects.values_list("username", flat=True))
"""


def steps(data, copy, code):
    """What the steps put into ``said``."""
    script = PRELUDE.format(copy=str(copy)) + code + "\nprint(json.dumps(said))"
    answer = manage("shell", "-v0", "-c", script, PORTAL_DATA=str(data))
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout.splitlines()[-1])


@pytest.fixture
def data(tmp_path):
    for one in (tmp_path, *tmp_path.parents[:3]):
        if str(one).startswith("/tmp/pytest"):
            one.chmod(0o755)  # root's servers run as nobody and must get in
    return tmp_path / "data"


def test_everything_comes_back_and_nothing_is_overwritten_by_mistake(data, tmp_path):
    copy, other = tmp_path / "copy", tmp_path / "other"
    said = steps(
        data,
        copy,
        """
make("ada")
seal_events()
(settings.MEDIA_ROOT / "imports").mkdir(parents=True)
(settings.MEDIA_ROOT / "imports" / "file.xml").write_bytes(b"<x/>")
(settings.RELEASES_ROOT / "2026-11" / "data").mkdir(parents=True)
(settings.RELEASES_ROOT / "2026-11" / "data" / "entries.tsv.gz").write_bytes(b"table")
(settings.RELEASES_ROOT / ".2026-12").mkdir()
call_command("backup", copy)
said["over a backup"] = refusal("backup", copy)
make("eve")
(settings.MEDIA_ROOT / "imports" / "later.xml").write_bytes(b"<y/>")
said["over people"] = refusal("restore", copy)
said["people kept"] = people()
call_command("restore", copy, "--force")
said["people restored"] = people()
said["files restored"] = [path.name for path in (settings.MEDIA_ROOT / "imports").iterdir()]
said["releases restored"] = sorted(
    str(path.relative_to(settings.RELEASES_ROOT)) for path in settings.RELEASES_ROOT.rglob("*")
)
""",
    )
    assert said.pop("over people").startswith("The database is not empty (")
    assert said == {
        "over a backup": f"{copy} is not empty: name a new folder.",
        "people kept": ["ada", "eve"],
        "people restored": ["ada"],
        "files restored": ["file.xml"],
        "releases restored": ["2026-11", "2026-11/data", "2026-11/data/entries.tsv.gz"],
    }
    assert copy.stat().st_mode & 0o777 == 0o700

    restored = manage("restore", str(copy), PORTAL_DATA=str(other))
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.startswith("Restored the backup of ")
    assert (other / "secret_key").read_text() == (data / "secret_key").read_text()
    said = steps(
        other,
        copy,
        """
said["people"] = people()
head, broken = verify_events()
said["history"] = [head.place > 0, broken]
(copy / "uploads" / "imports" / "file.xml").write_bytes(b"<z/>")
said["damaged"] = refusal("restore", copy, "--force")
said["no backup"] = refusal("restore", copy.parent, "--force")
""",
    )
    assert said == {
        "people": ["ada"],
        "history": [True, None],
        "damaged": "The backup is damaged: uploads/imports/file.xml differ from the manifest.",
        "no backup": f"{tmp_path} is not a backup: manifest.json cannot be read.",
    }
