"""Files made to hurt cost little: whatever their size, memory stays small, and time grows with the size alone."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from tests.literature.fuzzing import NAMES

MEGABYTES = 300
#: Of the processor, for one file.
SECONDS = 90
#: Twice the size may take twice the time, and some more, since caches are small; four times would be a square.
GROWTH = 3.2
MEASURABLE = 2.0
#: Just below the size from which on a record is refused: the worst that is parsed at all.
LARGEST = {"pubmed_xml": 15.9, "endnote_xml": 15.9, "csl_json": 7.9, "crossref_json": 7.9, "europepmc_json": 7.9}
OF_TEXT = 3.9


def read(*arguments: object) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "tests.literature.hostile", *map(str, arguments)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, done.stderr[-3000:]
    *files, last = map(json.loads, done.stdout.splitlines())
    for file in files:
        assert file["citations"] or file["said"], file
        assert file["seconds"] < SECONDS, file
    assert last["peak"] < MEGABYTES, files
    return files


@pytest.mark.parametrize("format", NAMES)
def test_a_field_of_100_megabytes_is_told(format):
    files = read("fields", format, 100)
    assert any(file["problems"] for file in files)


def test_bombs_are_told():
    files = read("archives", "auto", 20)
    assert ["of its size" in file["said"] or "times its size" in file["said"] for file in files] == [True, False, True]
    assert "compressed twice" in files[1]["said"]


@pytest.mark.soak
@pytest.mark.parametrize("format", NAMES)
def test_a_record_of_anything_costs_time_by_its_size_alone(format):
    largest = LARGEST.get(format, OF_TEXT)
    files = read("parts", format, largest / 2, largest)
    half = len(files) // 2
    for less, more in zip(files[:half], files[half:], strict=True):
        assert less["case"] == more["case"]
        assert more["seconds"] < MEASURABLE or more["seconds"] < GROWTH * less["seconds"], (less, more)


@pytest.mark.soak
@pytest.mark.parametrize("format", NAMES)
def test_a_million_records_are_read_in_flat_memory(format):
    (file,) = read("records", format, 1_000_000)
    assert file["citations"] + file["problems"] >= 1_000_000
