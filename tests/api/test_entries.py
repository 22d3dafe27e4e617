from datetime import timedelta
from itertools import chain

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import http_date

from apps.catalogue import services
from apps.catalogue.document import TermRef
from apps.catalogue.models import Entry
from apps.vocabularies.models import Term
from tests.factories.catalogue import CD8_T_CELL, MACROPHAGE, MELANOMA, VEGFA, published, reference

pytestmark = pytest.mark.django_db

ENTRIES = "/api/v1/entries/"


def accessions(answer):
    assert answer.status_code == 200, answer.content
    return [entry["accession"] for entry in answer.json()["results"]]


def test_an_approved_entry_is_served_exactly_as_published(client):
    entry = published()
    answer = client.get(f"{ENTRIES}{entry.accession}/")
    assert answer.content.decode() == entry.document
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["ETag"] == f'"{entry.accession}.1"'
    assert answer["Cache-Control"] == "public, no-cache"
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_list_joins_the_stored_documents(client):
    first, second = published(), published()
    body = client.get(ENTRIES).json()
    assert body == {"next": None, "previous": None, "results": [orjson.loads(e.document) for e in (first, second)]}


def test_an_empty_catalogue_is_an_empty_list(client):
    assert client.get(ENTRIES).json() == {"next": None, "previous": None, "results": []}
    assert client.get("/api/v1/").json()["entry_count"] == 0


def test_an_unknown_accession_is_a_problem(client):
    for path in ("TMEE:0000009/", "nonsense/", "%00/", "TMEE:0000009/versions/", "TMEE:0000009/versions/1/"):
        answer = client.get(ENTRIES + path)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


# --- versions and tombstones --------------------------------------------------------------------


def test_every_version_stays_readable_for_good(client):
    first = published(statement="As first read.")
    published(accession=first.accession, statement="As read again.")

    versions = client.get(f"{ENTRIES}{first.accession}/versions/").json()["results"]
    assert [(one["version"], one["current"]) for one in versions] == [(1, False), (2, True)]
    answer = client.get(f"{ENTRIES}{first.accession}/versions/1/")
    assert answer.json()["statement"] == "As first read."
    assert "immutable" in answer["Cache-Control"]
    assert client.get(f"{ENTRIES}{first.accession}/").json()["statement"] == "As read again."
    assert client.get(f"{ENTRIES}{first.accession}/versions/3/").status_code == 404


def test_a_retracted_entry_is_gone_with_its_reason_and_its_versions_stay(client):
    entry = published()
    services.retract(accession=entry.accession, reason="The trial was fabricated.")

    answer = client.get(f"{ENTRIES}{entry.accession}/")
    assert answer.status_code == 410
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["change"], body["reason"], body["successor"]) == ("retracted", "The trial was fabricated.", None)
    assert accessions(client.get(ENTRIES)) == []
    assert client.get(f"{ENTRIES}{entry.accession}/versions/1/").status_code == 200


def test_a_merged_entry_names_its_successor(client):
    one, other = published(), published()
    services.merge(accession=one.accession, successor=other.accession, reason="The same trial.")
    answer = client.get(f"{ENTRIES}{one.accession}/", headers={"If-None-Match": f'"{one.etag}"'})
    assert answer.status_code == 410
    assert answer.json()["successor"] == other.accession


# --- filters ------------------------------------------------------------------------------------


@pytest.fixture
def two():
    """One PD-1 entry in T cells and melanoma; one VEGFA entry that differs in everything."""
    pd1 = published(study__reference=reference(1, pmid=22658127, doi="10.1056/nejmoa1200690"))
    vegfa = published(
        statement="Bevacizumab normalises vessels in colorectal cancer.",
        target=VEGFA,
        compartment="vasculature",
        component="blood_vessels",
        cell_types=(MACROPHAGE,),
        cancers=(TermRef("MONDO:0005575", "colorectal cancer"),),
        therapies=(TermRef("CHEMBL:1201583", "bevacizumab"),),
        mechanisms=("vasculature",),
        intervention="normalise",
        outcome__type="perfusion_permeability",
        evidence__type="mechanistic",
        evidence__direction="contradicts",
        evidence__level="D1",
        study__stage="preclinical",
        text__summary="Vessels became leakier.",
    )
    return pd1, vegfa


@pytest.mark.parametrize(
    ("pd1", "vegfa"),
    [
        ("target=HGNC:8760", "target=HGNC:12680"),
        ("target=PDCD1", "target=vegfa"),
        ("target_class=immune_checkpoint", "target_class=vasculature"),
        ("compartment=tumour_core", "compartment=vasculature"),
        ("component=immune_cells", "component=blood_vessels"),
        ("cell_type=CL:0000625", "cell_type=CL:0000235"),
        ("cancer=MONDO:0005105", "cancer=MONDO:0005575"),
        ("therapy=CHEMBL:2108738", "therapy=CHEMBL:1201583"),
        ("mechanism=immune_checkpoint", "mechanism=vasculature"),
        ("intervention=inhibit", "intervention=normalise"),
        ("outcome=response_rate", "outcome=perfusion_permeability"),
        ("evidence_type=therapeutic", "evidence_type=mechanistic"),
        ("direction=supports", "direction=contradicts"),
        ("level=A", "level=D1"),
        ("stage=phase_3", "stage=preclinical"),
        ("reference=22658127", "reference=10.1000/EXAMPLE.2"),
        ("reference=https://doi.org/10.1056/NEJMoa1200690", "reference=PMID:22000002"),
        ("q=melanoma", "q=leakier vessel"),
        ('q="objective response" PDCD1', "q=bevacizumab -melanoma"),
    ],
)
def test_each_filter_leaves_the_rows_it_names(client, two, pd1, vegfa):
    assert accessions(client.get(f"{ENTRIES}?{pd1}")) == [two[0].accession]
    assert accessions(client.get(f"{ENTRIES}?{vegfa}")) == [two[1].accession]


@pytest.mark.parametrize(
    "both",
    [
        "level=A&level=D1",
        "level=A,D1",
        "level=A, D1",
        "reference=22658127,10.1000/example.2",
        "target=PDCD1,HGNC:12680",
    ],
)
def test_several_values_are_alternatives(client, two, both):
    assert accessions(client.get(f"{ENTRIES}?{both}")) == [two[0].accession, two[1].accession]


def test_different_filters_must_all_hold(client, two):
    assert accessions(client.get(f"{ENTRIES}?level=A&target=VEGFA")) == []


def test_cell_types_and_cancers_include_everything_below(client):
    lymphocyte = Term.objects.create(curie="CL:0000542", vocabulary="cell_type", label="lymphocyte")
    t_cell = Term.objects.create(curie="CL:0000084", vocabulary="cell_type", label="T cell")
    cd8 = Term.objects.create(curie=CD8_T_CELL.id, vocabulary="cell_type", label=CD8_T_CELL.label)
    exhausted = Term.objects.create(curie="TMECS:0000001", vocabulary="cell_state", label="exhausted T cell")
    Term.objects.create(curie="CL:0000236", vocabulary="cell_type", label="B cell").parents.add(lymphocyte)
    t_cell.parents.add(lymphocyte)
    cd8.parents.add(t_cell)
    exhausted.parents.add(t_cell)
    by_type = published()
    by_state = published(cell_types=(), cell_states=(TermRef("TMECS:0000001", "exhausted T cell"),))

    assert accessions(client.get(f"{ENTRIES}?cell_type=CL:0000542")) == [by_type.accession, by_state.accession]
    assert accessions(client.get(f"{ENTRIES}?cell_type=CL:0000625")) == [by_type.accession]
    assert accessions(client.get(f"{ENTRIES}?cell_type=TMECS:0000001")) == [by_state.accession]
    assert accessions(client.get(f"{ENTRIES}?cell_type=CL:0000236")) == []
    counts = {one["id"]: one["entry_count"] for one in client.get("/api/v1/terms/").json()["results"]}
    assert counts["CL:0000542"] == 2
    assert counts["CL:0000625"] == 1
    assert accessions(client.get(f"{ENTRIES}?q=lymphocyte")) == [by_type.accession, by_state.accession]


def test_changed_since_takes_dates_and_moments(client):
    old, new = published(), published()
    Entry.objects.filter(pk=old.pk).update(changed_at=timezone.now() - timedelta(days=3))
    yesterday = timezone.now() - timedelta(days=1)
    for moment in (yesterday.date().isoformat(), yesterday.isoformat(), f"{yesterday:%Y-%m-%dT%H:%M:%SZ}"):
        assert accessions(client.get(f"{ENTRIES}?changed_since={moment}")) == [new.accession]
    assert len(accessions(client.get(f"{ENTRIES}?changed_since=2020-01-01T00:00:00+01:00"))) == 2


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("levle=A", "levle", "Did you mean “level”?"),
        ("level=Z", "level", "“Z”"),
        ("level=A,Z", "level", "“Z”"),
        ("target=NOPE1", "target", "“NOPE1”"),
        ("cell_type=CL:9999999", "cell_type", "CL:9999999"),
        ("cell_type=MONDO:0005105", "cell_type", "MONDO:0005105"),
        ("reference=abc", "reference", "PMID or DOI"),
        ("changed_since=yesterday", "changed_since", "yesterday"),
        ("ordering=size", "ordering", "size"),
        ("page_size=0", "page_size", "1000"),
        ("page_size=1001", "page_size", "1000"),
        ("page_size=²", "page_size", "1000"),
        ("cursor=zzz", "cursor", "not a cursor"),
        ("cursor=WyJhY2Nlc3Npb24iLDAsMV0", "cursor", "not a cursor"),
        ("q=%00", "q", "character"),
        ("level=%00", "level", "character"),
        ("release=2026-01", "release", "not a known release"),
    ],
)
def test_what_is_not_known_is_refused_by_name(client, query, name, words):
    published()
    answer = client.get(f"{ENTRIES}?{query}")
    assert answer.status_code == 400, answer.content
    (error,) = answer.json()["errors"]
    assert error["field"] == name
    assert words in error["message"]


def test_addresses_without_parameters_refuse_them(client):
    entry = published()
    assert client.get(f"{ENTRIES}{entry.accession}/?fields=x").status_code == 400
    assert client.get("/api/v1/?x=1").status_code == 400


# --- cursors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("ordering", ["changed", "-changed", "accession", "-accession", "target", "-target"])
def test_a_walk_by_cursor_sees_every_row_once_and_back_again(client, ordering):
    for number in range(7):
        published(**({"target": VEGFA} if number % 2 else {}))
    everything = accessions(client.get(f"{ENTRIES}?ordering={ordering}"))

    pages, url = [], f"{ENTRIES}?ordering={ordering}&page_size=3"
    while url:
        answer = client.get(url)
        pages.append(accessions(answer))
        last, url = answer.json(), answer.json()["next"]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert list(chain.from_iterable(pages)) == everything

    back = [pages[-1]]
    while last["previous"]:
        answer = client.get(last["previous"])
        back.insert(0, accessions(answer))
        last = answer.json()
    assert back == pages
    assert len(set(everything)) == 7


def test_a_walker_misses_nothing_that_is_published_or_revised_meanwhile(client):
    first = [published() for _ in range(4)]
    answer = client.get(f"{ENTRIES}?page_size=2")
    seen = set(accessions(answer))
    published(accession=first[3].accession)
    new = published()
    while url := answer.json()["next"]:
        answer = client.get(url)
        seen |= set(accessions(answer))
    assert seen == {entry.accession for entry in [*first, new]}


def test_the_link_header_names_the_neighbours(client):
    published(), published()
    answer = client.get(f"{ENTRIES}?page_size=1&format=ndjson")
    assert 'rel="next"' in answer["Link"]
    assert "format=ndjson" in answer["Link"]


# --- conditional requests -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "",
        "entries/",
        "entries/?level=A",
        "entries/TMEE:0000001/",
        "entries/TMEE:0000001/versions/",
        "entries/TMEE:0000001/versions/1/",
        "targets/",
        "targets/HGNC:8760/",
        "references/",
        "references/1/",
        "terms/",
        "terms/CL:0000625/",
        "changes/",
        "facets/",
        "schema/",
    ],
)
def test_every_answer_has_a_strong_tag_and_is_304_when_asked_again(client, path):
    published()
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    assert answer["ETag"].startswith('"')
    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": f'"other", {answer["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]
    assert client.get(f"/api/v1/{path}", headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(f"/api/v1/{path}")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])
    if path != "schema/":
        later = http_date(timezone.now().timestamp() + 60)
        assert client.get(f"/api/v1/{path}", headers={"If-Modified-Since": later}).status_code == 304
        earlier = http_date(timezone.now().timestamp() - 6000)
        if "versions/1/" not in path:
            assert client.get(f"/api/v1/{path}", headers={"If-Modified-Since": earlier}).status_code == 200


def test_a_change_is_visible_at_once_however_one_asks(client):
    published()
    answer = client.get(ENTRIES)
    published()
    for headers in (
        {"If-None-Match": answer["ETag"]},
        {"If-Modified-Since": answer["Last-Modified"]},
    ):
        assert len(accessions(client.get(ENTRIES, headers=headers))) == 2


def test_each_format_has_a_tag_of_its_own(client):
    published()
    tags = {client.get(f"{ENTRIES}TMEE:0000001/?format={name}")["ETag"] for name in ("json", "tsv", "ndjson")}
    assert len(tags) == 3


# --- formats ------------------------------------------------------------------------------------


def test_lines_and_tables_hold_the_same_rows(client):
    published(text__summary="Two\tlines\nand a tab.")
    published(target=VEGFA, therapies=(), cancers=(MELANOMA, TermRef("MONDO:0005575", "colorectal cancer")))
    documents = client.get(ENTRIES).json()["results"]

    lines = client.get(ENTRIES, headers={"Accept": "application/x-ndjson"})
    assert [orjson.loads(line) for line in lines.content.splitlines()] == documents
    table = client.get(f"{ENTRIES}?format=tsv")
    assert table["Content-Type"] == "text/tab-separated-values; charset=utf-8"
    head, *rows = [line.split("\t") for line in table.content.decode().splitlines()]
    read = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["accession"] for row in read] == [document["accession"] for document in documents]
    assert read[0]["summary"] == "Two lines and a tab."
    assert read[1]["cancers"] == "MONDO:0005105;MONDO:0005575"
    assert read[0]["effect_value"] == "4.06"


@pytest.mark.parametrize("path", ["targets/", "references/", "terms/", "changes/", "entries/TMEE:0000001/versions/"])
def test_every_list_can_be_had_as_a_table(client, path):
    published()
    lines = client.get(f"/api/v1/{path}?format=tsv").content.decode().splitlines()
    assert len(lines) > 1
    assert len({line.count("\t") for line in lines}) == 1


def test_a_format_that_is_not_served_is_406_and_says_what_is(client):
    by_name = client.get(f"{ENTRIES}?format=xml")
    by_header = client.get(ENTRIES, headers={"Accept": "application/xml"})
    for answer in (by_name, by_header):
        assert answer.status_code == 406
        assert answer["Content-Type"] == "application/problem+json"
        assert "ndjson" in answer.json()["detail"]
    assert client.get(ENTRIES, headers={"Accept": "text/html,*/*;q=0.8"}).status_code == 200


# --- read-only, open to all ---------------------------------------------------------------------


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, method):
    answer = getattr(client, method)(ENTRIES)
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


def test_another_site_may_read(client):
    answer = client.options(ENTRIES, headers={"Origin": "https://lab.example", "Access-Control-Request-Method": "GET"})
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer


def test_a_wrong_token_is_401_even_here(client):
    answer = client.get(ENTRIES, headers={"Authorization": "Token wrong"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize(
    "path", ["entries/", "entries/?format=tsv", "targets/", "references/", "terms/", "changes/", "facets/"]
)
def test_a_list_costs_the_same_queries_with_one_row_and_with_three(client, path):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{path}").status_code == 200
        return len(queries)

    published()
    one = cost()
    published(target=VEGFA)
    published(cell_types=(MACROPHAGE,))
    assert cost() == one
    assert one <= 4
