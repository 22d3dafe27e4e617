"""The filters go with the ontologies and the targets, and what was published stays as it was."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.catalogue.document import TermRef
from apps.catalogue.models import Entry, EntryVersion, PublishedTerm, TargetDossier
from apps.catalogue.services import follow_vocabularies, rebuild, refresh_target
from apps.catalogue.services.following import Followed
from apps.vocabularies.models import Target, Term
from tests.factories.catalogue import PD1, VEGFA, published
from tests.factories.ontologies import applied, obo
from tests.factories.vocabularies import TargetFactory

pytestmark = pytest.mark.django_db

CELL, LYMPHOCYTE, BLOOD = (
    "id: CL:1\nname: cell",
    "id: CL:2\nname: lymphocyte\nis_a: CL:1",
    "id: CL:3\nname: blood cell\nis_a: CL:1",
)
CD8 = "id: CL:0000625\nname: CD8-positive, alpha-beta T cell\nis_a: CL:2"
MOVED = CD8.replace("CL:2", "CL:3")


@pytest.fixture
def entry() -> Entry:
    applied(obo("2026-01-01", CELL, LYMPHOCYTE, BLOOD, CD8))
    Term.objects.create(curie="MONDO:0005105", vocabulary="cancer", label="melanoma")
    TargetFactory(curie=PD1.id, symbol=PD1.symbol, name=PD1.name)
    return published()


def found_below(client, parameter: str, value: str) -> list[str]:
    """What API and page find, which must agree."""
    rows = client.get("/api/v1/entries/", {parameter: value}).json()["results"]
    accessions = [row["accession"] for row in rows]
    page = client.get("/entries/", {parameter: value}).content.decode()
    assert all(f"/entries/{accession}/" in page for accession in accessions)
    assert ("/entries/TMEE:" in page) == bool(accessions)
    return accessions


def test_a_moved_term_is_found_below_its_new_parent_and_no_longer_below_the_old_one(client, entry):
    applied(obo("2026-02-01", CELL, LYMPHOCYTE, BLOOD, MOVED))
    assert found_below(client, "cell_type", "CL:2") == [entry.accession]
    assert follow_vocabularies().entries == 1
    assert found_below(client, "cell_type", "CL:3") == [entry.accession]
    assert found_below(client, "cell_type", "CL:1") == [entry.accession]
    assert found_below(client, "cell_type", "CL:2") == []
    counts = dict(PublishedTerm.objects.values_list("curie", "entry_count"))
    assert counts["CL:3"] == 1
    assert "CL:2" not in counts


def test_nothing_is_read_through_where_neither_the_catalogue_nor_a_vocabulary_has_changed(entry):
    assert follow_vocabularies().entries == 0
    with CaptureQueriesContext(connection) as queries:
        assert follow_vocabularies() == Followed()
    assert len(queries) == 5
    applied(obo("2026-02-01", CELL, LYMPHOCYTE, BLOOD, MOVED))
    assert follow_vocabularies().entries == 1


def test_what_moves_far_above_moves_what_lies_below(client, entry):
    applied(obo("2026-02-01", CELL, "id: CL:2\nname: lymphocyte\nis_a: CL:3", BLOOD, CD8))
    follow_vocabularies()
    assert found_below(client, "cell_type", "CL:3") == [entry.accession]
    assert found_below(client, "cell_type", "CL:2") == [entry.accession]


def test_an_obsolete_term_and_what_replaced_it_find_the_same(client, entry):
    heir = "id: CL:4\nname: cytotoxic T cell\nis_a: CL:3"
    old = "id: CL:0000625\nname: CD8-positive, alpha-beta T cell\nis_obsolete: true\nreplaced_by: CL:4"
    applied(obo("2026-02-01", CELL, LYMPHOCYTE, BLOOD, heir, old))
    follow_vocabularies()
    newer = published(cell_types=(TermRef("CL:4", "cytotoxic T cell"),))
    for curie in ("CL:0000625", "CL:4", "CL:3"):
        assert sorted(found_below(client, "cell_type", curie)) == [entry.accession, newer.accession]


def test_a_renamed_term_above_is_found_by_its_new_name(client, entry):
    applied(obo("2026-02-01", CELL, "id: CL:2\nname: immunocyte\nis_a: CL:1", BLOOD, CD8))
    assert found_below(client, "q", "immunocyte") == []
    follow_vocabularies()
    assert found_below(client, "q", "immunocyte") == [entry.accession]
    assert client.get("/api/v1/terms/CL:2/").json()["label"] == "immunocyte"


def test_documents_versions_and_their_tags_stay_as_they_were(client, entry):
    before = client.get(f"/api/v1/entries/{entry.accession}/")
    changed_at, versions = Entry.objects.get().changed_at, list(EntryVersion.objects.values())
    applied(obo("2026-02-01", CELL, LYMPHOCYTE, BLOOD, MOVED))
    follow_vocabularies()
    after = client.get(f"/api/v1/entries/{entry.accession}/")
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    # Last-Modified is made of it; the header itself names the second before until the second of the change is over.
    assert Entry.objects.get().changed_at == changed_at
    assert list(EntryVersion.objects.values()) == versions


def test_a_list_is_another_one_for_caches_once_its_filter_followed(client, entry):
    address = "/api/v1/entries/?cell_type=CL:2"
    before = client.get(address)["ETag"]
    applied(obo("2026-02-01", CELL, LYMPHOCYTE, BLOOD, MOVED))
    follow_vocabularies()
    assert client.get(address)["ETag"] != before


def test_following_twice_changes_nothing_and_equals_a_rebuild(entry):
    published(target=VEGFA)
    applied(obo("2026-02-01", CELL, LYMPHOCYTE, BLOOD, MOVED))
    follow_vocabularies()
    again = follow_vocabularies()
    assert (again.entries, again.terms, again.targets) == (0, 0, 0)
    assert rebuild(check_only=True).equal


def test_what_is_published_while_others_are_behind_does_not_hide_that_they_are(client, entry):
    applied(obo("2026-02-01", CELL, LYMPHOCYTE, BLOOD, MOVED))
    newer = published()
    follow_vocabularies()
    assert sorted(found_below(client, "cell_type", "CL:3")) == [entry.accession, newer.accession]


def test_a_renamed_target_renames_its_dossier_and_is_found_by_both_symbols(client, entry):
    Target.objects.filter(curie=PD1.id).update(symbol="PD1X", former_symbols=["PDCD1"])
    assert follow_vocabularies().targets == 1
    assert client.get(f"/api/v1/targets/{PD1.id}/").json()["symbol"] == "PD1X"
    for name in ("PD1X", "pd1x", "PDCD1"):
        assert client.get(f"/targets/{name}/").url == f"/targets/{PD1.id}/"


def test_entries_about_a_merged_target_are_found_under_its_heir(client, entry):
    heir = TargetFactory(curie="HGNC:1", symbol="HEIR")
    Target.objects.filter(curie=PD1.id).update(merged_into=heir)
    follow_vocabularies()
    for target in ("HGNC:1", PD1.id, "HEIR"):
        assert found_below(client, "target", target) == [entry.accession]
    assert client.get(f"/targets/{PD1.id}/").url == "/targets/HGNC:1/"
    moved = client.get(f"/api/v1/targets/{PD1.id}/?format=json")
    assert (moved.status_code, moved["Location"]) == (301, "/api/v1/targets/HGNC:1/?format=json")
    dossier = client.get("/api/v1/targets/HGNC:1/").json()
    assert (dossier["entry_count"], dossier["former_ids"]) == (1, [PD1.id])
    assert client.get(f"/api/v1/entries/{entry.accession}/").json()["target"]["id"] == PD1.id
    assert not TargetDossier.objects.filter(target=PD1.id).exists()
    assert rebuild(check_only=True).equal


def test_a_name_that_several_targets_have_leads_to_a_search_and_no_name_to_nothing(client):
    for symbol in ("ONE", "TWO"):
        refresh_target(TargetFactory(symbol=symbol, former_symbols=["OLD"]))
    assert client.get("/targets/OLD/").url == "/targets/?q=OLD"
    assert client.get("/targets/NEVER/").status_code == 404


def test_looking_whether_all_are_level_costs_no_more_for_more_entries(entry):
    def queries() -> int:
        follow_vocabularies()
        with CaptureQueriesContext(connection) as captured:
            follow_vocabularies()
        return len(captured)

    few = queries()
    published()
    published()
    assert queries() == few


def test_a_pair_leads_to_its_two_targets(client):
    ligand, receptor = TargetFactory(symbol="CD274"), TargetFactory(symbol="PDCD1")
    pair = TargetFactory(curie="TMET:0100001", kind="ligand_receptor", symbol="PD-1 axis")
    pair.members.set([ligand, receptor])
    follow_vocabularies()
    members = client.get("/api/v1/targets/TMET:0100001/").json()["members"]
    assert members == [{"id": ligand.curie, "symbol": "CD274"}, {"id": receptor.curie, "symbol": "PDCD1"}]
    page = client.get("/targets/TMET:0100001/").content.decode()
    assert f'href="/targets/{ligand.curie}/"' in page
    assert f'href="/targets/{receptor.curie}/"' in page
