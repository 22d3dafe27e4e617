"""What happened to an entry since its publication, beside its document in every answer and on every page."""

from datetime import UTC, datetime

import orjson
import pytest

from apps.catalogue import services
from tests.factories.catalogue import published

pytestmark = pytest.mark.django_db

AT = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
WHY = "The publication was <retracted> on 3 May 2026."


def under_review(entry):
    services.note_retraction(accession=entry.accession, state="retracted")
    return services.put_under_review(accession=entry.accession, reason=WHY, at=AT)


def test_it_is_the_last_member_of_an_otherwise_unaltered_document(client):
    entry, other = under_review(published()), published()
    answer = client.get(f"/api/v1/entries/{entry.accession}/")
    assert answer.content.decode().startswith(entry.document[:-1] + ',"since_publication":{')
    assert answer.json()["since_publication"] == {
        "retraction_state": "retracted",
        "under_review_since": "2026-05-04T10:00:00Z",
        "review_reason": WHY,
        "upheld_at": None,
        "upheld_reason": "",
    }
    listed = client.get("/api/v1/entries/").json()["results"]
    assert [one.get("since_publication") for one in listed] == [answer.json()["since_publication"], None]
    assert listed[1] == orjson.loads(other.document)


def test_versions_never_change(client):
    entry = under_review(published())
    answer = client.get(f"/api/v1/entries/{entry.accession}/versions/1/")
    assert answer.content.decode() == entry.document


def test_whoever_has_the_entry_learns_of_it(client):
    entry = published()
    path = f"/api/v1/entries/{entry.accession}/"
    tag = client.get(path)["ETag"]
    under_review(entry)
    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "since_publication" in answer.json()
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_feed_tells_what_became_of_it_last(client):
    entry, corrected = published(), published()
    start = corrected.sequence

    def told():
        changes = client.get(f"/api/v1/changes/?after={start}").json()["results"]
        return [(one["accession"], one["change"], one["reason"]) for one in changes]

    under_review(entry)
    assert told() == [(entry.accession, "under_review", WHY)]
    services.note_retraction(accession=corrected.accession, state="corrected")
    services.uphold(accession=entry.accession, reason="Not affected.", at=AT)
    assert told() == [
        (corrected.accession, "reference_corrected", ""),
        (entry.accession, "upheld", "Not affected."),
    ]


def test_tables_have_columns_for_it(client):
    under_review(published())
    published()
    head, *rows = client.get("/api/v1/entries/?format=tsv").content.decode().splitlines()
    columns = head.split("\t")
    read = [dict(zip(columns, row.split("\t"), strict=True)) for row in rows]
    assert [row["retraction_state_since"] for row in read] == ["retracted", ""]
    assert read[0]["under_review_since"].startswith("2026-05-04T10:00:00")


def test_pages_say_so_wherever_the_entry_is_shown(client):
    entry = under_review(published())
    page = client.get(f"/entries/{entry.accession}/").content.decode()
    assert "Under re-review since 4 May 2026" in page
    assert "The publication was &lt;retracted&gt; on 3 May 2026." in page
    assert "It adds nothing to the score." in page
    number = orjson.loads(entry.document)["study"]["reference"]["id"]
    for path in ("/", "/entries/", f"/targets/{entry.target}/", f"/references/{number}/"):
        assert "Under re-review" in client.get(path).content.decode(), path

    services.uphold(accession=entry.accession, reason="The figure <b>stands</b>.", at=AT)

    page = client.get(f"/entries/{entry.accession}/").content.decode()
    assert "Re-reviewed and upheld on 4 May 2026" in page
    assert "The figure &lt;b&gt;stands&lt;/b&gt;." in page
    for path in ("/", "/entries/", f"/targets/{entry.target}/"):
        assert "Under re-review" not in client.get(path).content.decode(), path


def test_a_former_version_is_shown_as_it_was(client):
    entry = published()
    published(accession=entry.accession)
    under_review(entry)
    former = client.get(f"/entries/{entry.accession}/versions/1/").content.decode()
    current = client.get(f"/entries/{entry.accession}/versions/2/").content.decode()
    assert "Under re-review" not in former
    assert "Retracted" not in former
    assert "Under re-review" in current
