"""The pages of the releases, their files, and what the API says of them."""

import re

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.catalogue import services
from apps.catalogue.models import Release
from tests.factories.catalogue import VEGFA, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("releases_root")]


@pytest.fixture
def release():
    published()
    published(target=VEGFA)
    services.cut_release(actor=None, note="For the paper.")
    return services.write_release()


def file_of(release, path="data/CITATION.txt"):
    return f"/releases/{release.name}/files/{path}"


def test_the_list_leads_to_each_release_and_each_of_its_files(client, release):
    html = client.get("/releases/").content.decode()
    assert f'href="/releases/{release.name}/"' in html
    html = client.get(f"/releases/{release.name}/").content.decode()
    told = orjson.loads(release.document)
    assert told["citation"] in html
    for one in told["files"]:
        assert one["sha256"] in html
    links = set(re.findall(r'href="(/releases/[^"]*/files/[^"]*)"', html))
    assert len(links) == len(told["files"])
    for link in links:
        assert client.get(link).status_code == 200, link


def test_a_release_that_is_being_written_is_not_there_yet(client):
    published()
    release = services.cut_release(actor=None)
    assert "is being written" in client.get("/releases/").content.decode()
    assert client.get(f"/releases/{release.name}/").status_code == 404
    assert client.get(f"/api/v1/releases/{release.name}/").status_code == 404
    assert client.get("/api/v1/releases/").json()["results"] == []
    assert client.get(f"/api/v1/entries/?release={release.name}").status_code == 400


def test_a_file_comes_whole_in_part_or_not_again(client, release):
    whole = client.get(file_of(release))
    content = b"".join(whole.streaming_content)
    size = len(content)
    assert (whole["Accept-Ranges"], whole["Content-Length"]) == ("bytes", str(size))
    assert client.get(file_of(release), HTTP_IF_NONE_MATCH=whole["ETag"]).status_code == 304

    for asked, expected in (
        ("bytes=0-3", content[:4]),
        ("bytes=5-", content[5:]),
        ("bytes=-7", content[-7:]),
        (f"bytes=2-{size + 99}", content[2:]),
    ):
        part = client.get(file_of(release), HTTP_RANGE=asked)
        assert part.status_code == 206
        assert b"".join(part.streaming_content) == expected
        assert part["Content-Length"] == str(len(expected))
        assert part["Content-Range"].endswith(f"/{size}")

    for asked in (f"bytes={size}-", "bytes=-0", "bytes=9-2"):
        none = client.get(file_of(release), HTTP_RANGE=asked)
        assert (none.status_code, none["Content-Range"]) == (416, f"bytes */{size}")
    # Several ranges, none that makes sense, or of another version of the file: the whole.
    for headers in (
        {"HTTP_RANGE": "bytes=0-1,4-5"},
        {"HTTP_RANGE": "lines=1-2"},
        {"HTTP_RANGE": "bytes=-"},
        {"HTTP_RANGE": "bytes=0-3", "HTTP_IF_RANGE": '"another"'},
    ):
        assert client.get(file_of(release), **headers).status_code == 200
    assert client.get(file_of(release), HTTP_RANGE="bytes=0-3", HTTP_IF_RANGE=whole["ETag"]).status_code == 206


@pytest.mark.parametrize("path", ["data/none.txt", "../2026-11/bagit.txt", "data/../../../secret_key", "bagit.txt/"])
def test_what_is_not_listed_is_no_file(client, release, path):
    assert client.get(file_of(release, path)).status_code == 404


def test_a_lost_file_is_not_found(client, release, settings):
    (settings.RELEASES_ROOT / release.name / "data" / "CITATION.txt").unlink()
    assert client.get(file_of(release)).status_code == 404


def test_the_api_tells_all_of_it(client, release):
    one = client.get(f"/api/v1/releases/{release.name}/")
    assert one.content.decode() == release.document
    assert client.get(f"/api/v1/releases/{release.name}/", HTTP_IF_NONE_MATCH=one["ETag"]).status_code == 304
    (listed,) = client.get("/api/v1/releases/").json()["results"]
    assert listed == one.json()
    for file in listed["files"]:
        assert client.get(file["url"].partition("//")[2].partition("/")[2].join(["/", ""])).status_code == 200
    assert client.get("/api/v1/releases/2020-01/").status_code == 404


def test_a_new_release_changes_the_tag_of_the_list(client, release):
    first = client.get("/api/v1/releases/")
    published()
    services.cut_release(actor=None)
    tag = client.get("/api/v1/releases/")["ETag"]
    services.write_release()
    assert len({first["ETag"], tag, client.get("/api/v1/releases/")["ETag"]}) == 3


def test_a_release_is_asked_like_the_catalogue_and_answers_as_it_was(client, release):
    published(accession="TMEE:0000001", evidence__level="B")
    services.retract(accession="TMEE:0000002", reason="Made up.")
    published()

    def found(query):
        rows = client.get(f"/api/v1/entries/?{query}").json()["results"]
        return [(row["accession"], row["version"]) for row in rows]

    inside = f"release={release.name}"
    assert found(inside) == [("TMEE:0000001", 1), ("TMEE:0000002", 1)]
    assert found(f"{inside}&level=A&target=HGNC:12680") == [("TMEE:0000002", 1)]
    assert found(f"{inside}&level=B") == []
    assert found(f"{inside}&q=melanoma&ordering=-accession") == [("TMEE:0000002", 1), ("TMEE:0000001", 1)]
    assert client.get(f"/api/v1/facets/?{inside}").json()["count"] == 2
    lines = b"".join(client.get(f"/api/v1/download/?format=ndjson&{inside}").streaming_content).splitlines()
    assert [orjson.loads(line)["version"] for line in lines] == [1, 1]
    assert "TMEE:0000002" in client.get(f"/entries/?{inside}").content.decode()
    page = client.get(f"/api/v1/entries/?{inside}&page_size=1").json()
    assert client.get(page["next"]).json()["results"][0]["accession"] == "TMEE:0000002"

    for wrong in ("release=2020-01", f"{inside},{inside}", "release=%00"):
        answer = client.get(f"/api/v1/entries/?{wrong}")
        assert [error["field"] for error in answer.json()["errors"]] == ["release"], wrong


def test_an_editor_cuts_one_and_a_curator_cannot(client, curator, editor):
    published()
    client.force_login(curator, backend="django.contrib.auth.backends.ModelBackend")
    assert "Cut the release" not in client.get("/releases/").content.decode()
    assert client.post("/releases/cut/").status_code == 403
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert "Cut the release" in client.get("/releases/").content.decode()
    assert client.post("/releases/cut/", {"note": "For the paper."}).status_code == 302
    assert Release.objects.get().note == "For the paper."


def test_what_was_typed_survives_a_refusal(client, editor):
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/releases/cut/", {"note": "Kept for me."})
    assert answer.status_code == 409
    assert "Kept for me." in answer.content.decode()
    assert "nothing to release" in answer.content.decode()
    assert client.post("/releases/cut/", {"note": "x" * 2001}).status_code == 422


@pytest.mark.parametrize("path", ["/releases/", "/api/v1/releases/"])
def test_queries_do_not_grow_with_the_releases(client, release, path):
    def count():
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    with_one = count()
    for _ in range(2):
        published()
        services.cut_release(actor=None)
        services.write_release()
    assert count() == with_one
