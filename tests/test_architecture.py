"""The shape of the code: what may see what, and what no file may hold."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {"core": 1, "accounts": 2, "vocabularies": 3, "literature": 4, "catalogue": 4, "curation": 5, "api": 5}
OURS = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in FLOORS]
LONGEST_MODULE = 400


def tracked(*patterns: str) -> list[Path]:
    """The files of the project that match, as git knows them (or, outside a clone, as they lie there)."""
    listing = subprocess.run(["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        return [path for pattern in patterns for path in ROOT.glob(f"**/{pattern}") if "node_modules" not in path.parts]
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).exists()]


def test_every_app_has_its_floor():
    assert {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")} >= FLOORS.keys()


def test_import_contracts_hold():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_foreign_key_points_upward_or_sideways(model):
    """A string such as "curation.Submission" is a dependency that no import shows."""
    floor = FLOORS[model._meta.app_label]
    for field in model._meta.get_fields():
        if not isinstance(field, (models.ForeignKey, models.ManyToManyField)):
            continue
        other = field.related_model._meta.app_label
        if other in FLOORS and other != model._meta.app_label:
            assert FLOORS[other] < floor, f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"


def test_catalogue_holds_no_key_to_people_or_drafts():
    for model in OURS:
        if model._meta.app_label == "catalogue":
            related = {field.related_model._meta.app_label for field in model._meta.get_fields() if field.related_model}
            assert related <= {"catalogue"}, model


def test_modules_stay_short():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("apps/*.py", "tmeportal/*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def test_no_two_locks_of_the_database_have_one_number():
    found = [
        number
        for path in tracked("apps/*.py")
        for number in re.findall(r"^LOCK = (0x746D65_\d\d)\b", path.read_text(), re.MULTILINE)
    ]
    assert len(found) >= 6
    assert len(found) == len(set(found)), sorted(found)


def test_lock_files_name_no_host():
    for path in tracked("requirements/*", "package-lock.json", "pyproject.toml", "Makefile", ".ci/*", ".npmrc"):
        text = path.read_text()
        assert not re.search(r'"resolved"|--(extra-)?index-url|--find-links', text), path
        hosts = re.findall(r"https?://([^/\s\"']+)", text)
        assert set(hosts) <= {"opencollective.com", "github.com", "127.0.0.1:8000"}, path


def test_templates_hold_nothing_inline():
    """The content security policy would block it, and the page would look broken to the reader alone."""
    inline = re.compile(
        r"<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:|<script(?![^>]*\b(?:src|nonce|type=\"application/json\"))",
        re.I,
    )
    for path in tracked("templates/*.html"):
        text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", path.read_text(), flags=re.S)
        assert not inline.search(text), path


def test_no_signal_handler_of_ours_watches_models():
    """No domain signals: what happens is written where it happens."""
    for path in tracked("apps/*.py"):
        assert not re.search(r"\b(post|pre)_(save|delete)\b|m2m_changed", path.read_text()), path
