"""The examples of the page “Use the data” run as they stand, against a portal with something in it."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import time
from html import unescape

import pytest

from apps.api.views.examples import FOLDER, NAMES, WRITTEN, examples
from apps.catalogue import services
from apps.webhooks.signing import signature
from tests.factories.catalogue import VEGFA, published


@pytest.fixture
def portal(transactional_db, live_server):
    for _ in range(2):
        published()
    published(target=VEGFA, evidence__level="D1", evidence__direction="contradicts")
    services.retract(accession=published().accession, reason="By mistake.")
    return live_server.url


@pytest.fixture
def run(portal, tmp_path):
    def go(name, *command):
        (example,) = [one for one in examples(portal) if one.name == name]
        assert WRITTEN not in example.code
        file = tmp_path / name
        file.write_text(example.code)
        done = subprocess.run([*command, str(file)], cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return go


curl = pytest.mark.skipif(not shutil.which("curl"), reason="There is no curl here.")
r = pytest.mark.skipif(not shutil.which("Rscript"), reason="There is no R here.")
pandas = pytest.mark.skipif(not importlib.util.find_spec("pandas"), reason="There is no pandas here.")


def test_no_example_is_forgotten():
    assert sorted(NAMES) == sorted(path.name for path in FOLDER.iterdir() if path.is_file())


@curl
def test_page(run):
    answer = json.loads(run("page.sh", "sh"))
    assert [one["accession"] for one in answer["results"]] == ["TMEE:0000001", "TMEE:0000002"]


@curl
def test_table(run, tmp_path):
    run("table.sh", "sh")
    lines = (tmp_path / "entries.tsv").read_text().splitlines()
    assert (len(lines), lines[0].split("\t")[0]) == (3, "accession")


@curl
def test_unchanged(run, tmp_path):
    assert run("unchanged.sh", "sh") == "304\n"
    assert len(json.loads((tmp_path / "entries.json").read_text())["results"]) == 2


def test_everything(run):
    first, second, *_ = run("everything.py", sys.executable).splitlines()
    assert first == "2 entries"
    assert second.startswith("TMEE:0000001 A Inhibiting PDCD1")


@pandas
def test_frame_with_pandas(run):
    said = run("frame.py", sys.executable)
    assert re.search(r"PDCD1\s+2\s+0", said)
    assert re.search(r"VEGFA\s+0\s+1", said)


@r
def test_frame_in_r(run):
    said = run("frame.R", "Rscript")
    assert re.search(r"PDCD1\s+2\s+0", said)


def test_follow(run):
    assert run("follow.py", sys.executable).startswith("3 entries")
    published(accession="TMEE:0000001")
    services.merge(accession="TMEE:0000002", successor="TMEE:0000001", reason="The same.")
    assert run("follow.py", sys.executable).startswith("2 entries")


def test_webhook():
    spec = importlib.util.spec_from_file_location("webhook_example", FOLDER / "webhook.py")
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    body, now = b'{"changes": [{"sequence": 1}]}', int(time.time())

    def headers(timestamp):
        signed = signature("secret", timestamp=timestamp, body=body)
        return {"TME-Timestamp": str(timestamp), "TME-Signature": signed}

    assert example.read("secret", headers(now), body) == [{"sequence": 1}]
    with pytest.raises(ValueError, match="not the portal's"):
        example.read("another", headers(now), body)
    with pytest.raises(ValueError, match="not the portal's"):
        example.read("secret", headers(now), body + b" ")
    with pytest.raises(ValueError, match="old"):
        example.read("secret", headers(now - 3600), body)


@pytest.mark.django_db
def test_the_page_shows_them_with_this_portal_s_address(client):
    page = client.get("/api/v1/docs/examples/").content.decode()
    for one in examples("http://testserver"):
        assert one.title in page
        assert one.code in unescape(page)
    assert WRITTEN not in page
