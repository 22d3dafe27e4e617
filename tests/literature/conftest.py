"""What the tests of literature share: people signed in, rings for workers, the outside services."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from apps.literature import tasks
from apps.literature.sources import http
from tests.literature.services_stub import ServicesStub


@pytest.fixture
def as_(client):
    """The browser of this person."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def rung(monkeypatch):
    """The runs that workers were woken for."""
    runs: list[int] = []
    monkeypatch.setattr(tasks.import_references, "delay", runs.append)
    return runs


@pytest.fixture
def services_stub(settings: Any) -> Iterator[ServicesStub]:
    """PubMed, Europe PMC and Crossref as the portal knows them; as quick as may be."""
    stub = ServicesStub()
    server = stub.serve()
    settings.SOURCES_ENABLED = True
    settings.PUBMED_BASE_URL = f"{server.url}/eutils"
    settings.EUROPEPMC_BASE_URL = f"{server.url}/europepmc"
    settings.CROSSREF_BASE_URL = f"{server.url}/crossref"
    settings.PUBMED_RATE = settings.EUROPEPMC_RATE = settings.CROSSREF_RATE = 2_000
    settings.SOURCES_BACKOFF_SECONDS = 0.002
    settings.REDIS_PREFIX = f"{settings.REDIS_PREFIX}-{uuid.uuid4().hex[:8]}"  # no turn that another test took
    yield stub
    server.close()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the portal would have waited; it does not."""
    seconds: list[float] = []
    monkeypatch.setattr(http, "pause", seconds.append)
    return seconds
