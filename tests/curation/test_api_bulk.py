"""Tables of records through the API: the same rows, the same reasons, each record made once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from apps.curation.models import BulkUpload, Submission
from apps.literature.models import ImportRun
from tests.factories.bulk import checked, csv_of, row
from tests.factories.curation import ReferenceFactory, make_terms

pytestmark = pytest.mark.django_db

URL = "/api/v1/curation/bulk/"


@pytest.fixture
def api(curator):
    made = APIClient()
    made.force_login(curator)
    return made


def as_json(**changes):
    """A record as a program would give it: lists as lists, numbers as numbers."""
    make_terms()
    reference = ReferenceFactory().pmid
    return row(reference=reference) | {"cell_types": ["macrophage", "CL:0000084"], "sample_size": 24} | changes


def post(api, *records):
    return api.post(URL, {"name": "From a script", "records": list(records)}, format="json")


def test_records_are_checked_then_drafted_then_submitted(api):
    made = post(api, as_json(), as_json(summary=None))
    assert made.status_code == 201, made.content
    table = made.json()
    assert table["state"] == "checked"
    assert (table["counts"]["complete"], table["counts"]["unfinished"]) == (1, 1)
    assert made.headers["Location"].endswith(f"{URL}{table['id']}/")
    drafted = api.post(f"{URL}{table['id']}/drafts/", {}, format="json").json()
    assert drafted["counts"]["drafted"] == 2
    draft = Submission.objects.get(pk=api.get(f"{URL}{table['id']}/rows/").json()["results"][0]["submission"])
    assert (draft.sample_size, draft.cell_types.count()) == (24, 2)
    api.post(f"{URL}{table['id']}/drafts/", {"submit": True}, format="json")
    assert sorted(Submission.objects.values_list("status", flat=True)) == ["draft", "submitted"]


def test_what_is_wrong_is_told_by_row_and_field(api):
    table = post(api, as_json(), as_json(target="CSFR", level="Z")).json()
    rows = api.get(f"{URL}{table['id']}/rows/", {"state": "refused"}).json()["results"]
    assert [each["number"] for each in rows] == [2]
    told = {one["field"]: one for one in rows[0]["problems"]}
    assert set(told) == {"target", "level"}
    assert told["target"]["message"].startswith("There is no target named “CSFR”")
    assert told["target"]["cell"] == ""


def test_the_same_records_sent_twice_make_nothing_twice(api):
    records = [as_json()]
    for _ in range(2):
        number = post(api, *records).json()["id"]
        api.post(f"{URL}{number}/drafts/", {}, format="json")
    assert (BulkUpload.objects.count(), Submission.objects.count()) == (1, 1)


def test_a_file_is_taken_as_on_the_page(api):
    answer = api.post(URL, {"file": SimpleUploadedFile("records.csv", csv_of(row()))}, format="multipart")
    assert (answer.status_code, answer.json()["counts"]["complete"]) == (201, 1)
    empty = api.post(URL, {"file": SimpleUploadedFile("records.csv", b"")}, format="multipart")
    assert (empty.status_code, empty.json()["errors"][0]["message"]) == (422, "The file is empty.")


def test_half_a_character_does_no_harm(api):
    body = b'{"records": [{"target": "a\\ud800\\u0000", "reference": "1"}]}'
    assert api.post(URL, body, content_type="application/json").status_code in {201, 400}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"records": []}, "empty"),
        ({"records": [{"targt": "CSF1R", "reference": "1"}]}, "Did you mean “target”?"),
        ({"records": [{"foo": "1"}]}, "names none of the columns"),
        ({"records": [{"target": {"deep": 1}}]}, "Give a text, a number"),
        ({"records": [{"target": True}]}, "Give a text, a number"),
        ({"records": [{"target": "CSF1R"}], "more": 1}, "no such field"),
    ],
)
def test_a_body_that_is_wrong_is_refused_in_words(api, body, said):
    answer = api.post(URL, body, format="json")
    assert answer.status_code in {400, 422}
    assert said in answer.content.decode()


def test_missing_publications_are_imported(api, settings):
    settings.SOURCES_ENABLED = True
    table = post(api, as_json(reference="PMID:1"), as_json(reference="10.5555/a.1")).json()
    assert table["missing_publications"] == ["pmid:1", "doi:10.5555/a.1"]
    api.post(f"{URL}{table['id']}/references/")
    assert ImportRun.objects.get().identifiers == ["pmid:1", "doi:10.5555/a.1"]
    ReferenceFactory(pmid=1)
    assert api.post(f"{URL}{table['id']}/check/").json()["missing_publications"] == ["doi:10.5555/a.1"]


def test_others_tables_are_not_there(api, other_curator):
    table = checked(other_curator, row())
    for rest in ("", "rows/"):
        assert api.get(f"{URL}{table.pk}/{rest}").status_code == 404
    for rest in ("drafts/", "check/", "references/"):
        assert api.post(f"{URL}{table.pk}/{rest}", {}, format="json").status_code == 404
    assert api.get(URL).json()["results"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_as_much_for_many_as_for_one(api, curator, count, django_assert_max_num_queries):
    for place in range(count):
        table = checked(curator, *(row(reference=f"PMID:{place + 1}") for _ in range(count)))
    api.get(URL)
    with django_assert_max_num_queries(6):
        assert len(api.get(URL).json()["results"]) == count
    with django_assert_max_num_queries(7):
        assert len(api.get(f"{URL}{table.pk}/rows/").json()["results"]) == count


def test_a_refused_verb_is_a_conflict_with_its_reason(api, curator):
    table = checked(curator, row(reference=""))
    answer = api.post(f"{URL}{table.pk}/drafts/", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "state")
    assert answer.json()["detail"].startswith("No row is left")
