"""Whole selections: the page, the API and the download give the same rows for the same filters."""

import csv
import gzip
import io
import os
import re
import time
from pathlib import Path

import orjson
import psycopg
import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from apps.catalogue import services
from apps.catalogue.formats import STREAMS
from apps.catalogue.models import Entry
from apps.catalogue.querysets import stream
from tests.factories.catalogue import CD8_T_CELL, MACROPHAGE, VEGFA, published

pytestmark = pytest.mark.django_db

DOWNLOAD, ENTRIES, PAGE = "/api/v1/download/", "/api/v1/entries/", "/entries/"


def body(answer):
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def lines(client, query="", **headers):
    return body(client.get(f"{DOWNLOAD}?format=ndjson&{query}", **headers)).decode().splitlines()


@pytest.fixture
def catalogue():
    """Some of everything, one with awkward characters, one with each thing that may happen afterwards."""
    published(text__summary='A "quoted" \\ backslash, a tab\tand\na line, \\N and \\t as text.')
    published(target=VEGFA, evidence__level="B", cell_types=(MACROPHAGE,))
    published(evidence__level="B", evidence__direction="contradicts", cell_types=(CD8_T_CELL, MACROPHAGE))
    published(accession="TMEE:0000002", target=VEGFA, evidence__level="C")
    for number in range(4, 9):
        published(statement=f"Statement {number}")
    services.retract(accession="TMEE:0000004", reason="The data were made up.")
    services.note_retraction(accession="TMEE:0000005", state="expression_of_concern")
    services.put_under_review(accession="TMEE:0000006", reason="A tab\tand \\ in it.", at=timezone.now())
    services.note_flags(accession="TMEE:0000007", reasons=["outdated"])


SELECTIONS = (
    "",
    "level=B",
    "target=VEGFA",
    "direction=contradicts",
    "q=Statement",
    "cell_type=CL:0000235&ordering=-target",
    "level=E",
    "ordering=-accession",
)


@pytest.mark.parametrize("query", SELECTIONS)
def test_page_api_and_download_give_the_same_rows(catalogue, client, query):
    answer = client.get(f"{ENTRIES}?page_size=1000&format=ndjson&{query}")
    assert lines(client, query) == answer.content.decode().splitlines()
    expected = [orjson.loads(line)["accession"] for line in lines(client, query)]

    table = csv.DictReader(io.StringIO(body(client.get(f"{DOWNLOAD}?format=tsv&{query}")).decode()), delimiter="\t")
    assert [row["accession"] for row in table] == expected

    # The page begins with the newest unless an order is asked for.
    same_order = query if "ordering" in query else f"{query}&ordering=changed"
    html = client.get(f"{PAGE}?{same_order}&page_size=1000").content.decode()
    shown = re.findall(r'<h[23] class="record-title"><a href="/entries/(TMEE:\d+)/"', html)
    assert shown == expected


def test_a_table_is_that_of_the_list(catalogue, client):
    assert body(client.get(f"{DOWNLOAD}?format=tsv")) == client.get(f"{ENTRIES}?format=tsv&page_size=1000").content


def test_an_empty_catalogue_is_an_empty_file(client):
    assert lines(client) == []
    assert body(client.get(f"{DOWNLOAD}?format=tsv")).decode().startswith("accession\tversion\t")


def test_packed_on_its_way_or_as_a_file(catalogue, client):
    plain = client.get(f"{DOWNLOAD}?format=ndjson")
    on_its_way = client.get(f"{DOWNLOAD}?format=ndjson", HTTP_ACCEPT_ENCODING="br, gzip;q=0.5")
    file = client.get(f"{DOWNLOAD}?format=ndjson&compression=gzip", HTTP_ACCEPT_ENCODING="gzip")
    expected = body(plain)
    assert gzip.decompress(body(on_its_way)) == gzip.decompress(body(file)) == expected
    assert on_its_way["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in file
    assert file["Content-Type"] == "application/gzip"
    assert file["Content-Disposition"] == 'attachment; filename="entries.ndjson.gz"'
    assert len({plain["ETag"], on_its_way["ETag"], file["ETag"]}) == 3
    refused = client.get(f"{DOWNLOAD}?format=ndjson", HTTP_ACCEPT_ENCODING="gzip;q=0")
    assert "Content-Encoding" not in refused


def test_an_unchanged_download_is_not_sent_again(catalogue, client):
    first = client.get(DOWNLOAD)
    assert client.get(DOWNLOAD, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    published()
    assert client.get(DOWNLOAD, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_a_browser_may_ask_from_elsewhere(client):
    assert client.options(DOWNLOAD).status_code == 200
    assert client.get(DOWNLOAD)["Access-Control-Allow-Origin"] == "*"


def test_head_tells_without_reading_the_entries(catalogue, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        answer = client.head(DOWNLOAD)
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer["ETag"] == client.get(DOWNLOAD)["ETag"]


@pytest.mark.parametrize(
    ("query", "at_fault"),
    [
        ("levle=A", "levle"),
        ("level=Z", "level"),
        ("cursor=x", "cursor"),
        ("compression=zip", "compression"),
        ("q=x&ordering=relevance", "ordering"),
    ],
)
def test_what_is_not_known_is_named(client, query, at_fault):
    answer = client.get(f"{DOWNLOAD}?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [at_fault]


def test_a_download_of_a_search_holds_more_than_the_ranked(catalogue, client, monkeypatch):
    monkeypatch.setattr("apps.catalogue.querysets.reads.MOST_RANKED", 1)
    html = client.get(f"{PAGE}?q=melanoma").content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/api/v1/download/[^"]*)"', html)]
    (as_lines,) = (link for link in links if link.endswith("format=ndjson"))
    assert len(body(client.get(as_lines)).splitlines()) > 1


@pytest.mark.django_db(transaction=True)
def test_who_stops_listening_stops_the_query_and_leaves_a_working_connection(monkeypatch):
    monkeypatch.setattr("apps.catalogue.querysets.streaming._ROWS", 1)
    for _ in range(3):
        published()
    blocks = stream(Entry.objects.current())
    assert next(blocks).count(b"\n") == 1
    blocks.close()
    assert Entry.objects.count() == 3
    assert len(list(stream(Entry.objects.current()))) == 3


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_where_blocks_end_makes_no_difference(monkeypatch, count):
    monkeypatch.setattr("apps.catalogue.querysets.streaming._ROWS", 2)
    expected = [f"{published().document}\n".encode() for _ in range(count)]
    blocks = list(stream(Entry.objects.current().order_by("accession")))
    assert b"".join(blocks).splitlines(keepends=True) == expected
    assert [block.count(b"\n") for block in blocks if block.count(b"\n") > 2] == []


@pytest.mark.django_db(transaction=True)
def test_a_stream_that_breaks_off_raises_and_leaves_a_working_connection(monkeypatch):
    monkeypatch.setattr("apps.catalogue.querysets.streaming._ROWS", 1)
    for _ in range(3):
        published()
    last = Entry.objects.order_by("number").last()
    breaking = Entry.objects.annotate(one=1 / (F("number") - last.number)).order_by("id").filter(one__lte=0)
    received = []
    with pytest.raises(psycopg.errors.DivisionByZero):
        received.extend(stream(breaking))
    assert len(received) < 3
    assert len(list(stream(Entry.objects.current()))) == 3


def test_the_page_links_to_the_download_of_what_it_shows(catalogue, client):
    html = client.get(f"{PAGE}?level=B&ordering=accession&page_size=2").content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/api/v1/download/[^"]*)"', html)]
    assert len(links) == len(STREAMS) + 1  # and the table, once more
    for link in links:
        assert body(client.get(link)), link
    (as_lines,) = (link for link in links if link.endswith("format=ndjson"))
    assert [orjson.loads(line)["accession"] for line in lines(client, "level=B&ordering=accession")] == [
        orjson.loads(line)["accession"] for line in body(client.get(as_lines)).decode().splitlines()
    ]


@pytest.mark.soak
@pytest.mark.parametrize("name", STREAMS)
def test_a_hundred_thousand_entries_take_no_more_memory_than_a_few(client, name):
    """In rows a second and in the highest use of memory; printed with ``-s``."""
    entry = published()
    columns = [field.column for field in Entry._meta.concrete_fields if not field.primary_key]
    own = {"accession": "'TMEE:' || lpad(n::text, 7, '0')", "number": "n", "sequence": "n"}
    values = ", ".join(own.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO catalogue_entry ({', '.join(columns)}) "
            f"SELECT {values} FROM catalogue_entry, generate_series(1000, 101000) AS n WHERE id = %s",
            [entry.pk],
        )
    before, begun, size = memory(), time.monotonic(), 0
    highest = before
    for block in client.get(f"{DOWNLOAD}?format={name}").streaming_content:
        size += len(block)
        highest = max(highest, memory())
    took = time.monotonic() - begun
    more = (highest - before) / 2**20
    print(f"{name}: {100_000 / took:,.0f} entries/s, {size / 2**20:.0f} MB, {more:.0f} MB more memory")
    assert more < 200


def memory():
    """What this process has in memory now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
