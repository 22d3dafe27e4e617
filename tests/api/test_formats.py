"""Formats by ``?format=`` or ``Accept``: the same documents, dressed differently."""

import json

import pytest
import rdflib

from apps.catalogue import services
from tests.factories.catalogue import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("releases_root")]

PLACES = (
    "entries/TMEE:0000001/",
    "entries/TMEE:0000001/versions/1/",
    "entries/TMEE:0000001/versions/",
    "entries/",
    "targets/",
    "targets/HGNC:8760/",
    "references/",
    "references/1/",
    "terms/",
    "terms/CL:0000625/",
    "changes/",
    "releases/",
)


@pytest.fixture(autouse=True)
def catalogue(releases_root):
    published()
    services.cut_release(actor=None)
    services.write_release()


def linked(client, text):
    """The graph of a document, read with the context that its ``@context`` names."""
    said = json.loads(text)
    address = said["@context"]
    said["@context"] = client.get(address[address.index("/api/") :]).json()["@context"]
    graph = rdflib.Graph()
    graph.parse(data=json.dumps(said), format="json-ld")
    return graph


@pytest.mark.parametrize("place", PLACES)
def test_everything_is_served_as_json_ld_too(client, place):
    plain = client.get(f"/api/v1/{place}")
    answer = client.get(f"/api/v1/{place}", HTTP_ACCEPT="application/ld+json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/ld+json; charset=utf-8"
    assert answer["ETag"] != plain["ETag"]
    said = answer.json()
    for one in [said, *said.get("results", [])]:
        for member in ("@context", "@id", "@type"):
            one.pop(member, None)
    assert said == plain.json()
    assert len(linked(client, answer.content)) > 2
    assert client.get(f"/api/v1/{place}?format=jsonld").content.decode().replace("?format=jsonld", "") == (
        answer.content.decode()
    )


def test_the_context_stays_where_it_is(client):
    answer = client.get("/api/v1/context/")
    assert answer["Content-Type"] == "application/ld+json; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/context/", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


@pytest.mark.parametrize("place", PLACES[:2])
def test_an_entry_is_a_statement_and_a_nanopublication(client, place):
    statement = json.loads(client.get(f"/api/v1/{place}?format=va").content)
    assert statement["id"].endswith("/entries/TMEE:0000001/versions/1/")
    answer = client.get(f"/api/v1/{place}", HTTP_ACCEPT="application/trig")
    assert answer["Content-Type"] == "application/trig; charset=utf-8"
    dataset = rdflib.Dataset()
    dataset.parse(data=answer.content.decode(), format="trig")
    assert len(list(dataset.graphs())) >= 4


def test_a_list_has_no_statements(client):
    assert client.get("/api/v1/entries/?format=va").status_code == 406
