"""What a version of an ontology touches: found beforehand, told once, and over when it was revised."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Notice
from apps.catalogue.models import Entry
from apps.curation import services
from apps.curation.services import Touched
from tests.factories.accounts import CuratorFactory, EditorFactory
from tests.factories.curation import make_draft, make_published, make_submitted
from tests.factories.ontologies import applied, genes, obo, previewed

pytestmark = pytest.mark.django_db

CELL = "id: CL:0000000\nname: cell"
OBSOLETE = "id: CL:0000235\nname: macrophage\nis_obsolete: true\nreplaced_by: CL:0000001"
HEIR = "id: CL:0000001\nname: big eater"


def said(touched: Touched) -> list[tuple[str, str]]:
    entries, submissions = list(touched.entries), list(touched.submissions)
    found = touched.changes_for(entries, submissions)
    return [(change.what, change.mend) for each in found for change in each]


def test_an_obsolete_term_is_found_in_entries_and_open_submissions_before_it_is_one(editor):
    entry, draft = make_published(), make_draft(outcome="metastasis")
    touched = Touched(previewed(obo("2026-01-01", OBSOLETE, HEIR), actor=editor))
    assert [one.accession for one in touched.entries] == [entry.record.accession]
    assert list(touched.submissions) == [draft]
    sentence = ("macrophage (CL:0000235) is obsolete.", "Choose big eater (CL:0000001) in its place.")
    assert said(touched) == [sentence] * 2
    assert said(Touched(applied(obo("2026-01-01", OBSOLETE, HEIR)))) == [sentence] * 2


@pytest.mark.parametrize(
    ("stanzas", "what"),
    [
        (["id: DOID:3498\nname: ductal carcinoma of the pancreas"], "is called ductal carcinoma of the pancreas now."),
        ([CELL, "id: CL:0000235\nname: macrophage\nis_a: CL:0000000"], "is now below cell (CL:0000000)."),
        (["id: ECO:0000268\nname: flow cytometry evidence\nis_obsolete: true"], "is obsolete."),
    ],
    ids=["renamed", "moved", "obsolete"],
)
def test_every_kind_of_change_is_found_in_whatever_field_names_the_term(stanzas, what):
    make_published()
    make_draft(outcome="metastasis")
    found = said(Touched(applied(obo("2026-01-01", *stanzas))))
    assert len(found) == 2
    assert all(sentence.endswith(what) for sentence, _ in found)


def test_a_term_that_nothing_names_touches_nothing():
    make_published()
    touched = Touched(applied(obo("2026-01-01", CELL, "id: CL:0000084\nname: lymphocyte of the thymus")))
    assert (list(touched.entries), list(touched.submissions)) == ([], [])


def test_a_renamed_and_a_withdrawn_gene_are_found_by_their_targets():
    applied(genes("HGNC:2433,CSF1R,colony stimulating factor 1 receptor,Approved"))
    entry = make_published()
    renamed = Touched(applied(genes("HGNC:2433,FMS,colony stimulating factor 1 receptor,Approved")))
    assert [what for what, _ in said(renamed)] == ["CSF1R (HGNC:2433) is called FMS now."]
    withdrawn = Touched(applied(genes("HGNC:2433,FMS,colony stimulating factor 1 receptor,Entry Withdrawn")))
    assert [what for what, _ in said(withdrawn)] == ["HGNC has withdrawn FMS (HGNC:2433)."]
    assert [one.accession for one in withdrawn.entries] == [entry.record.accession]


def test_what_was_mended_is_touched_no_more():
    draft = make_draft()
    load = applied(obo("2026-01-01", OBSOLETE, HEIR))
    assert list(Touched(load).submissions) == [draft]
    services.save_draft(
        actor=draft.submitter,
        submission=draft,
        content=replace(draft.content(), cell_types=("CL:0000001",)),
        edit_count=draft.edit_count,
    )
    assert list(Touched(load).submissions) == []


def test_authors_and_editors_are_told_once_and_not_who_applied_it():
    editor, other = EditorFactory(), EditorFactory()
    draft = make_draft()
    entry = make_published(outcome="metastasis")
    load = applied(obo("2026-01-01", OBSOLETE, HEIR), actor=editor)
    assert services.tell_of_loads() == 1
    assert services.tell_of_loads() == 0
    told = Notice.objects.filter(kind=Notice.Kind.VOCABULARY)
    assert told.get(person=draft.submitter).text == (
        f"“sample releases/2026-01-01” was loaded. It changes terms or targets that submission {draft.pk} names."
    )
    assert told.get(person=other).url == f"/workbench/vocabulary-changes/{load.pk}/"
    assert "1 published entry name" in told.get(person=other).text
    assert not told.filter(person=editor).exists()
    assert not told.filter(person=entry.submitter).exists()


def test_nobody_is_told_of_a_version_that_touches_nothing():
    EditorFactory()
    applied(obo("2026-01-01", CELL))
    assert services.tell_of_loads() == 1
    assert not Notice.objects.filter(kind=Notice.Kind.VOCABULARY).exists()


def test_the_page_leads_to_what_is_touched_and_offers_a_revision(client):
    entry, submission = make_published(), make_submitted(outcome="metastasis")
    make_draft(outcome="toxicity")
    load = applied(obo("2026-01-01", OBSOLETE, HEIR))
    editor = EditorFactory()
    client.force_login(editor)
    page = client.get(f"/workbench/vocabulary-changes/{load.pk}/").content.decode()
    assert f"/entries/{entry.record.accession}/" in page
    assert f'name="revises" value="{entry.record.accession}"' in page
    assert "1 more draft can be seen by its authors only" in page
    page = client.get(f"/workbench/vocabulary-changes/{load.pk}/?show=submissions").content.decode()
    assert f"/review/{submission.pk}/" in page
    assert "Choose big eater (CL:0000001) in its place." in page
    assert Entry.objects.get().version == 1


def test_the_page_of_a_load_leads_to_it_with_and_without_scripts(client):
    make_published()
    load = applied(obo("2026-01-01", OBSOLETE, HEIR))
    client.force_login(EditorFactory())
    address = f"/workbench/vocabulary-changes/{load.pk}/"
    assert f'<a href="{address}">' in client.get(f"/vocabularies/ontologies/{load.pk}/").content.decode()
    summary = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "1 published entry and 0 open submissions name what it changes" in summary
    assert "<html" not in summary


@pytest.mark.parametrize("shown", ["entries", "submissions"])
def test_a_longer_list_costs_no_more_queries(client, shown):
    load = previewed(obo("2026-01-01", OBSOLETE, HEIR, "id: DOID:3498\nname: carcinoma\nis_a: DOID:1"))
    curator = CuratorFactory()
    client.force_login(curator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/workbench/vocabulary-changes/{load.pk}/?show={shown}").status_code == 200
        return len(captured)

    def touch() -> None:
        make_published()
        make_draft(curator)

    touch()
    few = queries()
    touch()
    touch()
    assert queries() == few
