"""Each format read by a parser that is not ours."""

import io
import json
import threading
from datetime import UTC, datetime

import orjson
import pyarrow.parquet
import pytest
import rdflib
from rdflib.namespace import RDFS

from apps.catalogue.document import SincePublication, TermRef, as_served
from apps.catalogue.formats import STREAMS, iris, jsonld, parquet
from tests.factories.catalogue import CD8_T_CELL, MACROPHAGE, MELANOMA, VEGFA, document, reference

SITE = "https://tme.example"
AWKWARD = 'A "quote", a \\ backslash, a tab\tand\na line, <angle>, ü, \u2028 and \x07.'
NP = rdflib.Namespace("http://www.nanopub.org/nschema#")
SCHEMA = rdflib.Namespace("https://schema.org/")
OURS = rdflib.Namespace(f"{SITE}/api/v1/context/#")
FIRST, SECOND, THIRD = (f"{SITE}/entries/TMEE:000000{n}/versions/1/" for n in (1, 2, 3))


def texts():
    since = SincePublication("retracted", datetime(2026, 5, 1, tzinfo=UTC), AWKWARD, None, "", ("outdated",))
    sparse = document(
        accession="TMEE:0000003",
        target=VEGFA,
        therapies=(),
        cancers=(),
        cell_types=(),
        study__species=None,
        study__reference=reference(3, doi=None, pmid=None, year=None),
        outcome__effect_value=None,
        outcome__sample_size=None,
        evidence__level="",
        curated_by=(),
    )
    return [
        document().as_json(),
        as_served(
            document(
                accession="TMEE:0000002",
                statement=AWKWARD,
                study__reference=reference(2, title=AWKWARD, doi="10.1000/<odd>(2)"),
                cell_types=(CD8_T_CELL, MACROPHAGE),
                cell_states=(TermRef("TMECS:0000001", "exhausted"),),
                evidence__direction="contradicts",
                evidence__methods=(TermRef("ECO:0000006", "experimental evidence"),),
            ).as_json(),
            since,
        ),
        sparse.as_json(),
    ]


def written(name, blocks=None):
    blocks = [f"{text}\n".encode() for text in texts()] if blocks is None else blocks
    return b"".join(STREAMS[name].write(iter(blocks), SITE))


def objects(name):
    return [json.loads(line) for line in written(name).decode().split("\n") if line]


@pytest.mark.parametrize("name", STREAMS)
def test_how_a_stream_is_cut_makes_no_difference(name):
    whole = "".join(f"{text}\n" for text in texts()).encode()
    if name == "parquet":
        tables = [pyarrow.parquet.read_table(io.BytesIO(written(name, blocks))) for blocks in (None, [whole])]
        assert tables[0].equals(tables[1])
    else:
        assert written(name) == written(name, [whole])


@pytest.mark.parametrize("name", STREAMS)
def test_nothing_is_a_whole_file_too(name):
    assert isinstance(written(name, []), bytes)


# --- Parquet ----------------------------------------------------------------------------------


def test_parquet_has_the_columns_of_the_table_with_types():
    table = pyarrow.parquet.read_table(io.BytesIO(written("parquet")))
    heading = written("tsv").decode().split("\n")[0].split("\t")
    assert table.column_names == heading
    first, second, third = table.to_pylist()
    assert first["accession"] == "TMEE:0000001"
    assert first["published_at"] == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert (first["effect_value"], first["sample_size"], first["pmid"]) == (4.06, 418, 22_000_001)
    assert first["cell_types"] == ["CL:0000625"]
    assert first["target_classes"] == ["immune_checkpoint"]
    assert first["under_review_since"] is None
    assert second["statement"] == AWKWARD
    assert second["cell_types"] == ["CL:0000625", "CL:0000235"]
    assert second["under_review_since"] == datetime(2026, 5, 1, tzinfo=UTC)
    assert (third["effect_value"], third["sample_size"], third["species"], third["cell_types"]) == (
        None,
        None,
        None,
        [],
    )


def test_parquet_without_rows_has_its_columns():
    table = pyarrow.parquet.read_table(io.BytesIO(written("parquet", [])))
    assert table.num_rows == 0
    assert table.schema.equals(parquet.table_schema())


def test_parquet_is_written_group_by_group(monkeypatch):
    monkeypatch.setattr(parquet, "_PIECE_BYTES", 1)
    monkeypatch.setattr(parquet, "_GROUP_ROWS", 1)
    file = pyarrow.parquet.ParquetFile(io.BytesIO(written("parquet")))
    assert file.num_row_groups == 3
    assert file.read().column("accession").to_pylist() == ["TMEE:0000001", "TMEE:0000002", "TMEE:0000003"]


def test_parquet_that_breaks_off_raises_and_whoever_stops_listening_leaves_no_thread(monkeypatch):
    monkeypatch.setattr(parquet, "_PIECE_BYTES", 1)
    monkeypatch.setattr(parquet, "_GROUP_ROWS", 1)
    blocks = [f"{text}\n".encode() for text in texts()]

    def breaking():
        yield from blocks
        raise ConnectionError("The database went away.")

    with pytest.raises(ConnectionError):
        list(parquet.write(breaking(), SITE))
    with pytest.raises(pyarrow.ArrowInvalid):
        list(parquet.write([*blocks, b'{"accession":\n', *blocks], SITE))
    stopped = parquet.write(iter(blocks * 10), SITE)
    assert next(stopped)
    stopped.close()
    assert [one.name for one in threading.enumerate() if one.name.startswith("parquet")] == []


# --- JSON-LD ----------------------------------------------------------------------------------


def linked(text):
    """Read by rdflib, with the context that the portal serves in place of its address."""
    said = json.loads(text)
    said["@context"] = jsonld.context(SITE)["@context"]
    graph = rdflib.Graph()
    graph.parse(data=json.dumps(said), format="json-ld")
    return graph


def test_json_ld_is_the_document_with_a_context_in_front():
    for text, line in zip(texts(), objects("jsonld"), strict=True):
        assert line.pop("@context") == f"{SITE}/api/v1/context/"
        assert line.pop("@type") == "Entry"
        assert line.pop("@id").startswith(f"{SITE}/entries/")
        assert line == json.loads(text)


def test_json_ld_says_what_it_means():
    first, second, third = (linked(json.dumps(line)) for line in objects("jsonld"))
    entry = rdflib.URIRef(FIRST)
    assert (entry, rdflib.RDF.type, OURS.Entry) in first
    assert first.value(entry, SCHEMA.about) == rdflib.URIRef("https://identifiers.org/hgnc:8760")
    assert first.value(entry, SCHEMA.datePublished).toPython() == datetime(2026, 3, 2, 10, tzinfo=UTC)
    cancer = first.value(entry, OURS.cancers)
    assert cancer == rdflib.URIRef("http://purl.obolibrary.org/obo/MONDO_0005105")
    assert str(first.value(cancer, RDFS.label)) == MELANOMA.label
    assert str(first.value(first.value(first.value(entry, OURS.study), SCHEMA.citation), SCHEMA.name)) == (
        "Example reference 1"
    )
    assert rdflib.URIRef(f"{SITE}/api/v1/terms/TMECS:0000001") in set(second.objects())
    assert str(second.value(rdflib.URIRef(SECOND), SCHEMA.text)) == AWKWARD
    assert (rdflib.URIRef(THIRD), OURS.cancers, None) not in third


def test_a_page_of_json_ld_is_a_collection():
    page = jsonld.page(
        "entry", texts(), SITE, address=f"{SITE}/api/v1/entries/", following=f"{SITE}/next", previous=None
    )
    graph = linked(page)
    members = set(graph.objects(None, rdflib.URIRef("http://www.w3.org/ns/hydra/core#member")))
    assert members == {rdflib.URIRef(one) for one in (FIRST, SECOND, THIRD)}


@pytest.mark.parametrize(
    ("curie", "expected"),
    [
        ("CL:0000235", "http://purl.obolibrary.org/obo/CL_0000235"),
        ("CHEMBL:2108738", "https://identifiers.org/chembl.compound:CHEMBL2108738"),
        ("CHEMBL:CHEMBL25", "https://identifiers.org/chembl.compound:CHEMBL25"),
        ("TMET:0100001", f"{SITE}/targets/TMET:0100001"),
        ("ONCOTREE:MEL", f"{SITE}/api/v1/terms/ONCOTREE:MEL"),
    ],
)
def test_an_id_has_one_address(curie, expected):
    assert iris.iri(curie, SITE) == expected


# --- VA-Spec, KGX, nanopublications -------------------------------------------------------------


def test_statements_say_who_claims_what_and_why():
    first, second, third = objects("va")
    assert (first["id"], first["type"], first["direction"]) == (FIRST, "Statement", "supports")
    assert first["proposition"]["subject"]["id"] == "HGNC:8760"
    assert first["proposition"]["conditionQualifier"][0]["primaryCoding"]["iris"] == [
        "http://purl.obolibrary.org/obo/MONDO_0005105"
    ]
    assert first["strength"]["primaryCoding"]["code"] == "A"
    assert first["reportedIn"][0]["id"] == "https://doi.org/10.1000/example.1"
    assert [one["activityType"] for one in first["contributions"]] == ["curation", "review"]
    result = first["hasEvidenceLines"][0]["hasEvidenceItems"][0]
    assert result["ancillaryResults"]["effect_value"] == 4.06
    assert second["direction"] == "disputes"
    assert {"name": "version", "value": 1} in second["extensions"]
    assert any(one["name"] == "sincePublication" for one in second["extensions"])
    assert third["strength"] is None
    assert third["reportedIn"][0]["id"] == f"{SITE}/references/3/"


def test_every_edge_of_the_graph_ends_in_nodes_and_every_node_is_there_once():
    nodes, edges = objects("kgx-nodes"), objects("kgx-edges")
    ids = [node["id"] for node in nodes]
    assert len(ids) == len(set(ids))
    for edge in edges:
        assert {edge["subject"], edge["object"]} <= set(ids)
        assert edge["predicate"].startswith("biolink:")
        assert edge["publications"]
        assert (edge["knowledge_level"], edge["agent_type"]) == ("knowledge_assertion", "manual_agent")
    assert len({edge["id"] for edge in edges}) == len(edges)
    found = {(edge["subject"], edge["predicate"], edge["object"]): edge for edge in edges}
    affects = found["CHEMBL:2108738", "biolink:affects", "HGNC:8760"]
    assert affects["object_direction_qualifier"] == "decreased"
    assert ("CHEMBL:2108738", "biolink:applied_to_treat", "MONDO:0005105") in found
    negated = {edge["id"].partition(".")[0] for edge in edges if edge["negated"]}
    assert negated == {"TMEE:0000002"}
    assert {node["id"]: node["category"] for node in nodes}["HGNC:8760"] == ["biolink:Gene"]


def test_nanopublications_are_whole_and_say_where_they_come_from():
    dataset = rdflib.Dataset()
    dataset.parse(data=written("trig").decode(), format="trig")
    nanopubs = {s for s, _, _, _ in dataset.quads((None, rdflib.RDF.type, NP.Nanopublication, None))}
    assert nanopubs == {rdflib.URIRef(f"{one}#nanopub") for one in (FIRST, SECOND, THIRD)}
    for nanopub in nanopubs:
        for part in (NP.hasAssertion, NP.hasProvenance, NP.hasPublicationInfo):
            ((_, _, graph, _),) = dataset.quads((nanopub, part, None, None))
            assert len(dataset.graph(graph)), (nanopub, part)
    labels = {str(o) for _, _, o, _ in dataset.quads((rdflib.URIRef(f"{SECOND}#claim"), RDFS.label, None, None))}
    assert labels == {AWKWARD}
    derived = {str(o) for _, _, o, _ in dataset.quads((None, rdflib.PROV.wasDerivedFrom, None, None))}
    assert derived == {
        "https://doi.org/10.1000/example.1",
        "https://doi.org/10.1000/%3Codd%3E(2)",
        f"{SITE}/references/3/",
    }


def test_tables_and_lines_are_read_as_they_were_written():
    assert [orjson.loads(line) for line in written("ndjson").splitlines()] == [json.loads(text) for text in texts()]
