"""The pages of targets: found, added, changed, merged by editors; asked for by curators."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.vocabularies.models import Target, TargetRequest
from tests.factories.curation import make_draft, make_published
from tests.factories.ontologies import applied, genes
from tests.factories.vocabularies import TargetFactory, target_wish

pytestmark = pytest.mark.django_db

CSF1R = "HGNC:2433,CSF1R,colony stimulating factor 1 receptor,Approved,CD115,FMS,P07333"
ASK = "/vocabularies/target-requests/new/"


def sent(**changes) -> dict:
    values = {"kind": "physical_state", "symbol": "Hypoxia", "classes": ["hypoxia"], "reason": "Many papers."}
    return {name: value for name, value in (values | changes).items() if value is not None}


@pytest.fixture
def as_curator(client, curator):
    client.force_login(curator)
    return client


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def test_a_symbol_or_an_older_name_of_a_gene_fills_the_form_in(as_curator):
    applied(genes(CSF1R))
    for typed in ("CSF1R", "fms", "HGNC:2433"):
        page = as_curator.get(ASK, {"name": typed}).content.decode()
        assert "Filled in from the HGNC table" in page
        for value in ("HGNC:2433", "CSF1R", "colony stimulating factor 1 receptor", "CD115", "FMS"):
            assert f'value="{value}"' in page
        assert "uniprot: P07333" in page


def test_a_name_of_several_genes_offers_each(as_curator):
    applied(genes(CSF1R, "HGNC:1,OTHER,another,Approved,CD115,,"))
    page = as_curator.get(ASK, {"name": "CD115"}).content.decode()
    assert 'href="?name=HGNC%3A2433"' in page
    assert 'href="?name=HGNC%3A1"' in page


def test_without_the_table_the_page_says_so_and_works_by_hand(as_curator, curator):
    assert "The HGNC table is not loaded here yet" in as_curator.get(ASK, {"name": "CSF1R"}).content.decode()
    answer = as_curator.post(ASK, sent())
    assert answer.url == "/vocabularies/target-requests/?show=mine"
    wish = TargetRequest.objects.get()
    assert (wish.asked_by, wish.target.symbol, wish.target.status) == (curator, "Hypoxia", "pending")


def test_what_is_near_is_shown_first_and_has_to_be_looked_at(as_curator):
    TargetFactory(symbol="Hypoxia of the core", name="hypoxia of the tumour core")
    page = as_curator.post(ASK, sent())
    assert page.status_code == 422
    assert "Hypoxia of the core" in page.content.decode()
    assert not TargetRequest.objects.exists()
    assert as_curator.post(ASK, sent(confirmed="on")).status_code == 302


def test_what_exists_already_is_refused_at_its_field(as_curator):
    TargetFactory(symbol="Hypoxia")
    page = as_curator.post(ASK, sent(confirmed="on"))
    assert page.status_code == 422
    assert "already" in page.content.decode()


@pytest.mark.parametrize("missing", ["symbol", "classes", "reason"])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(as_curator, missing):
    page = as_curator.post(ASK, sent(name="low oxygen", **{missing: None}))
    assert page.status_code == 422
    assert 'value="low oxygen"' in page.content.decode()
    assert not TargetRequest.objects.exists()


def test_an_editor_approves_with_changes_declines_or_names_another(as_editor, curator):
    heir = TargetFactory(symbol="HEIR")
    approved, declined, pointed = (target_wish(curator, symbol=symbol) for symbol in ("One", "Two", "Three"))
    address = "/vocabularies/target-requests"
    as_editor.post(f"{address}/{approved.pk}/approve/", sent(symbol="One of them", answer="Welcome."))
    as_editor.post(f"{address}/{declined.pk}/decline/", {"answer": "Too vague."})
    as_editor.post(f"{address}/{pointed.pk}/instead/", {"instead": heir.curie, "answer": ""})
    assert Target.objects.get(pk=approved.target_id).symbol == "One of them"
    assert [
        TargetRequest.objects.get(pk=one.pk).state for one in (approved, declined, pointed)
    ] == ["approved", "declined", "instead"]  # fmt: skip


def test_an_approval_needs_no_words_and_what_is_wrong_with_them_is_said(as_editor, curator):
    wish = target_wish(curator)
    address = f"/vocabularies/target-requests/{wish.pk}/approve/"
    page = as_editor.post(address, sent(answer="x" * 5000))
    assert page.status_code == 422
    assert "needs mending" in page.content.decode()
    assert "x" * 5000 in page.content.decode()
    assert as_editor.post(address, sent()).status_code == 302
    wish.refresh_from_db()
    assert wish.state == "approved"


def test_an_answer_that_cannot_stand_is_refused_on_the_page(as_editor, curator):
    wish = target_wish(curator)
    address = f"/vocabularies/target-requests/{wish.pk}"
    for verb, data in (("decline", {"answer": ""}), ("instead", {"instead": ""}), ("approve", sent(symbol=""))):
        page = as_editor.post(f"{address}/{verb}/", data)
        assert page.status_code == 422
        assert "needs mending" in page.content.decode()
    wish.refresh_from_db()
    assert wish.is_open


def test_nobody_decides_on_their_own_wish(as_editor, editor):
    wish = target_wish(editor)
    assert "another editor decides" in as_editor.get(f"/vocabularies/target-requests/{wish.pk}/").content.decode()
    page = as_editor.post(f"/vocabularies/target-requests/{wish.pk}/decline/", {"answer": "No."})
    assert page.status_code == 403
    wish.refresh_from_db()
    assert wish.is_open


def test_a_wish_is_open_to_its_asker_and_to_editors_alone(client, curator, other_curator, editor):
    wish = target_wish(curator)
    for person, status in ((curator, 200), (other_curator, 404), (editor, 200)):
        client.force_login(person)
        assert client.get(f"/vocabularies/target-requests/{wish.pk}/").status_code == status


def test_an_editor_finds_adds_and_changes_targets(as_editor):
    assert as_editor.post("/vocabularies/targets/new/", sent()).status_code == 302
    target = Target.objects.get()
    assert (target.curie, target.kind) == ("TMET:0100001", "physical_state")
    listed = as_editor.get("/vocabularies/targets/all/", {"q": "hypo", "kind": "physical_state"}).content.decode()
    address = f"/vocabularies/targets/{target.pk}/"
    assert address in listed
    assert address not in as_editor.get("/vocabularies/targets/all/", {"kind": "gene"}).content.decode()
    as_editor.post(address, sent(symbol="Low oxygen", identifiers="mesh: D015687"))
    target.refresh_from_db()
    assert target.symbol == "Low oxygen"
    assert "mesh: D015687" in as_editor.get(address).content.decode()
    assert as_editor.post(address, sent(identifiers="no colon")).status_code == 422


def test_a_merge_shows_what_it_touches_and_then_leads_to_the_heir(as_editor):
    published = make_published()
    make_draft(outcome="metastasis")
    target, heir = published.target, TargetFactory(symbol="HEIR")
    page = as_editor.get(f"/vocabularies/targets/{target.pk}/merge/").content.decode()
    named = f"/workbench/targets/{target.curie}/"
    assert named in page
    summary = as_editor.get(named, headers={"HX-Request": "true"}).content.decode()
    assert "1 published entry and 0 open submissions name CSF1R, and 1 draft" in summary
    assert published.record.accession in as_editor.get(named).content.decode()
    refused = as_editor.post(f"/vocabularies/targets/{target.pk}/merge/", {"into": target.curie, "reason": "Same."})
    assert refused.status_code == 409
    answer = as_editor.post(f"/vocabularies/targets/{target.pk}/merge/", {"into": heir.curie, "reason": "Same."})
    assert answer.url == f"/vocabularies/targets/{heir.pk}/"
    assert "Merged" in as_editor.get(f"/vocabularies/targets/{target.pk}/").content.decode()


@pytest.mark.parametrize("address", ["/vocabularies/targets/all/", "/vocabularies/target-requests/?show=waiting"])
def test_a_longer_list_costs_no_more_queries(as_editor, curator, address):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_editor.get(address).status_code == 200
        return len(captured)

    target_wish(curator)
    few = queries()
    for symbol in ("Acidity", "Pressure"):
        target_wish(curator, symbol=symbol)
    assert queries() == few
