"""Pinned queries: what a query of a release found, kept for good."""

from hashlib import sha256

import orjson
import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from apps.catalogue import services
from apps.catalogue.models import PinnedQuery, ReleasedEntry
from tests.factories.catalogue import VEGFA, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("releases_root")]


@pytest.fixture
def release():
    published()
    published(target=VEGFA)
    published(evidence__level="B")
    services.cut_release(actor=None)
    return services.write_release()


@pytest.fixture
def signed_in(client, visitor):
    client.force_login(visitor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pin(client, query):
    return client.post("/pins/new/", {"query": query})


def test_it_keeps_what_was_found_whatever_becomes_of_it(signed_in, release):
    answer = pin(signed_in, f"release={release.name}&target=HGNC:8760&page_size=1&ordering=-target")
    (kept,) = PinnedQuery.objects.all()
    assert answer["Location"] == f"/pins/{kept.key}/"
    assert kept.numbers == [1, 3]

    published(accession="TMEE:0000001", target=VEGFA)
    services.retract(accession="TMEE:0000003", reason="Made up.")
    services.cut_release(actor=None)
    services.write_release()

    text = b"".join(
        signed_in.get(f"/api/v1/download/?pin={kept.key}&ordering=accession&format=ndjson").streaming_content
    )
    assert sha256(text).hexdigest() == kept.sha256
    found = [orjson.loads(line) for line in text.splitlines()]
    assert [(one["accession"], one["version"], one["target"]["id"]) for one in found] == [
        ("TMEE:0000001", 1, "HGNC:8760"),
        ("TMEE:0000003", 1, "HGNC:8760"),
    ]
    assert len(signed_in.get(f"/api/v1/entries/?pin={kept.key}").json()["results"]) == 2
    assert len(signed_in.get(f"/api/v1/entries/?pin={kept.key}&level=B").json()["results"]) == 1
    page = signed_in.get(f"/pins/{kept.key}/").content.decode()
    assert kept.sha256 in page
    assert "HGNC:8760" in page
    assert "TMEE:0000003" in signed_in.get(f"/entries/?pin={kept.key}").content.decode()


def test_the_same_query_has_one_address(signed_in, release):
    for query in ("level=A&target=VEGFA", "target=VEGFA&level=A&ordering=accession", "level=A&target=VEGFA&cursor="):
        pin(signed_in, f"release={release.name}&{query}")
    assert PinnedQuery.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "Name a release"), ("release={}&level=E", "finds no entry"), ("release={}&level=Z", "is not a known level")],
)
def test_what_cannot_be_kept_is_said(signed_in, release, query, said):
    answer = signed_in.post("/pins/new/", {"query": query.format(release.name)}, follow=True)
    assert said in answer.content.decode()
    assert not PinnedQuery.objects.exists()


def test_too_many_are_the_release_itself(signed_in, release, monkeypatch):
    monkeypatch.setattr("apps.catalogue.services.pinning.MOST_PINNED", 2)
    answer = signed_in.post("/pins/new/", {"query": f"release={release.name}"}, follow=True)
    assert "cite the release itself" in answer.content.decode()


def test_it_never_changes(signed_in, release):
    pin(signed_in, f"release={release.name}")
    for attempt in (
        lambda: PinnedQuery.objects.update(numbers=[]),
        lambda: PinnedQuery.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
            attempt()


def test_a_list_of_a_release_offers_it(client, signed_in, release):
    assert "Pin this query" in signed_in.get(f"/entries/?release={release.name}").content.decode()
    assert "Pin this query" not in signed_in.get("/entries/").content.decode()
    assert client.get("/pins/0123456789abcdef/").status_code == 404
    assert client.get("/api/v1/entries/?pin=0123456789abcdef").status_code == 400
    assert client.get("/api/v1/entries/?pin=x%00").status_code == 400


def test_who_is_not_signed_in_is_asked_to(client, release):
    assert pin(client, f"release={release.name}")["Location"].startswith("/accounts/login/")
    assert ReleasedEntry.objects.exists()
