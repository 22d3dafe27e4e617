"""The pages of tables of records: sent, looked at, drafted, downloaded."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from apps.curation import tasks
from apps.curation.content import FIELD_NAMES
from apps.curation.forms.columns import COLUMNS
from apps.curation.models import BulkUpload, Submission
from apps.curation.tables import read_table
from apps.literature.models import ImportRun
from tests.factories.bulk import checked, csv_of, drafted, row, sent
from tests.factories.curation import make_draft, make_published

pytestmark = pytest.mark.django_db

LIST, NEW = "/workbench/bulk/", "/workbench/bulk/new/"


@pytest.fixture
def desk(client, curator):
    client.force_login(curator)
    return client


def send(desk, content, name="records.csv"):
    return desk.post(NEW, {"file": SimpleUploadedFile(name, content)})


def page_of(upload, rest=""):
    return f"{LIST}{upload.pk}/{rest}"


def test_a_small_table_is_checked_when_the_answer_arrives(desk):
    answer = send(desk, csv_of(row(), row(target="CSFR")))
    upload = BulkUpload.objects.get()
    assert answer.headers["Location"] == page_of(upload)
    shown = desk.get(page_of(upload)).content.decode()
    assert "There is no target named “CSFR”" in shown
    assert "A3 · Target" in shown
    assert "Make 1 draft" in shown


def test_a_large_table_is_left_to_a_worker(desk, curator, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    monkeypatch.setattr(tasks.work_on_bulk, "delay", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        send(desk, csv_of(row(), row()))
    upload = BulkUpload.objects.get()
    assert rung == [upload.pk]
    progress = desk.get(page_of(upload), headers={"HX-Request": "true"})
    assert "0 of 2" in progress.content.decode()
    tasks.work_on_bulk(upload.pk)
    assert desk.get(page_of(upload), headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_what_is_no_table_is_refused_on_the_page(desk):
    answer = send(desk, b"a,b\n1,2\n")
    assert answer.status_code == 422
    assert "names none of the columns of a record" in answer.content.decode()
    assert not BulkUpload.objects.exists()


def test_a_column_that_is_not_known_is_told(desk):
    send(desk, csv_of(row(cell_typ="macrophage")))
    assert "is none of a record and is not read. Did you mean “cell_types”?" in (
        desk.get(page_of(BulkUpload.objects.get())).content.decode()
    )


def test_drafts_are_made_by_a_button_and_not_by_looking(desk, curator):
    upload = checked(curator, row())
    desk.get(page_of(upload))
    assert desk.get(page_of(upload, "drafts/")).status_code == 405
    assert not Submission.objects.exists()
    desk.post(page_of(upload, "drafts/"))
    assert f"Submission {Submission.objects.get().pk}" in desk.get(page_of(upload)).content.decode()
    again = desk.post(page_of(upload, "drafts/"))
    assert again.status_code == 409
    assert Submission.objects.count() == 1


def test_publications_that_are_missing_are_imported_by_a_button(desk, curator, settings):
    settings.SOURCES_ENABLED = True
    upload = checked(curator, row(reference="PMID:1"), row(reference="PMID:2"))
    assert "Import these 2" in desk.get(page_of(upload)).content.decode()
    desk.post(page_of(upload, "references/"))
    assert ImportRun.objects.get().identifiers == ["pmid:1", "pmid:2"]
    assert "You asked for that in" in desk.get(page_of(upload)).content.decode()


@pytest.mark.parametrize("rest", ["", "rows.csv", "rows.xlsx"])
def test_a_table_is_open_to_its_sender_alone(desk, other_curator, editor, rest):
    assert desk.get(page_of(checked(other_curator, row()), rest)).status_code == 404


def test_rows_that_were_not_taken_are_downloaded_put_right_and_sent_again(desk, curator):
    upload = drafted(curator, row(), row(target="CSFR"))
    for kind in ("csv", "xlsx"):
        content = desk.get(page_of(upload, f"rows.{kind}?show=refused")).content
        table = read_table(io.BytesIO(content))
        assert table.header[-1] == "errors"
        assert len(table.rows) == 1
        assert "A3 Target: There is no target named “CSFR”" in table.rows[0].cells[-1]
    mended = desk.get(page_of(upload, "rows.csv")).content.replace(b"CSFR", b"CSF1R", 1)
    send(desk, mended)
    again = BulkUpload.objects.latest("pk")
    assert [each.state for each in again.rows.all()] == ["known", "complete"]
    assert again.remarks == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_has_every_field_and_its_example_is_not_read(desk, kind):
    content = desk.get(f"/workbench/bulk/template.{kind}").content
    assert set(read_table(io.BytesIO(content)).header) >= set(FIELD_NAMES) - {"answers"}
    answer = send(desk, content, f"template.{kind}")
    assert "no rows below the first one, apart from examples" in answer.content.decode()


def test_the_workbook_offers_every_choice_in_a_drop_down(desk):
    book = load_workbook(io.BytesIO(desk.get("/workbench/bulk/template.xlsx").content))
    offered = {rule.promptTitle for rule in book["Records"].data_validations.dataValidation if rule.type == "list"}
    assert offered == {column.label[:32] for column in COLUMNS if column.codes}
    assert book["Values"].sheet_state == "hidden"
    explained = {line[0] for line in book["Instructions"].values}
    assert explained >= {column.name for column in COLUMNS}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ones_submissions_go_out_and_come_back_unchanged(desk, curator, other_curator, kind):
    full = {
        "effect_measure": "HR",
        "effect_value": "0.58",
        "ci_low": "0.41",
        "ci_high": "0.82",
        "nct_ids": ("NCT00000001",),
        "datasets": ("GSE1", "GSE2"),
        "answers": (("coherence", "Because."),),
    }
    make_draft(curator, **full)
    published = make_published(curator, outcome="metastasis")
    make_draft(other_curator)
    content = desk.get(f"/workbench/bulk/submissions.{kind}").content
    assert len(read_table(io.BytesIO(content)).rows) == 2
    send(desk, content, f"mine.{kind}")
    upload = BulkUpload.objects.get()
    assert [each.state for each in upload.rows.all()] == ["known", "known"]
    assert published.record.accession in upload.rows.first().problems[0]["message"]


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_as_much_for_many_rows_as_for_one(desk, curator, count, django_assert_max_num_queries):
    upload = drafted(curator, *(row() for _ in range(count)))
    for _ in range(count - 1):
        sent(curator, row())
    desk.get(page_of(upload))
    with django_assert_max_num_queries(12):
        desk.get(page_of(upload))
    with django_assert_max_num_queries(6):
        desk.get(LIST)
