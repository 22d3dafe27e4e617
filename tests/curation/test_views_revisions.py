"""The pages of a revision: its differences, its note, and the three-way view that works without JavaScript."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.catalogue.models import EntryVersion
from apps.curation import services
from apps.curation.models import Submission
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import make_editor, make_published, make_revision, publish

from .test_views import as_, detail, edit, page, review, texts

__all__ = ["as_"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def accession():
    return make_published().record.accession


@pytest.fixture
def stale(accession):
    draft = make_revision(accession, submit=False, summary="Mine is this.", comparator="vehicle")
    publish(make_revision(accession, summary="Theirs is that.", cancer_stage="IV", note="A second look."))
    return draft


def rebase(submission):
    return f"{detail(submission)}rebase/"


def record(accession):
    return f"/workbench/records/{accession}/"


def fresh(submission):
    return Submission.objects.get(pk=submission.pk)


def test_the_pages_of_a_revision_show_what_it_changes_and_why(as_, accession):
    revision = make_revision(accession, comparator="vehicle", note="Stated in the methods.")
    for person, address in ((revision.submitter, detail(revision)), (make_editor(), review(revision))):
        text = page(as_(person).get(address))
        assert "What it changes Stated in the methods." in text
        assert "1 field differs" in text
        assert "Comparator nothing → now: vehicle" in text


def test_the_form_takes_the_note_and_shows_the_difference(as_, accession):
    draft = make_revision(accession, submit=False, note="")
    browser = as_(draft.submitter)
    assert "Nothing yet: it says the same as version 1" in page(browser.get(edit(draft)))
    answer = browser.post(edit(draft), texts(draft, comparator="vehicle", change_note="Stated in the methods."))
    assert answer.status_code == 302
    assert fresh(draft).change_note == "Stated in the methods."
    html = browser.get(edit(draft)).content.decode()
    assert "Stated in the methods.</textarea>" in html
    assert "<ins>" in html


def test_a_form_that_saves_itself_saves_the_note(as_, accession):
    draft = make_revision(accession, submit=False, note="")
    data = texts(draft, change_note="By itself.", comparator="vehicle", autosave="1", person=str(draft.submitter.pk))
    answer = as_(draft.submitter).post(edit(draft), data)
    assert fresh(draft).change_note == "By itself."
    assert 'data-slot="changes"' in answer.content.decode()


def test_a_missing_note_stops_the_submission_at_its_field(as_, accession):
    draft = make_revision(accession, submit=False, note="")
    answer = as_(draft.submitter).post(edit(draft), texts(draft, comparator="vehicle", submit="submit"))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'id="problem-change_note"' in html
    assert "Say what you changed and why" in html
    assert fresh(draft).comparator == "vehicle"


def test_a_note_that_is_too_long_stays_as_typed(as_, accession):
    draft = make_revision(accession, submit=False, summary="Mine.")
    answer = as_(draft.submitter).post(edit(draft), texts(draft, change_note="long " * 500))
    assert answer.status_code == 422
    assert "long long long" in page(answer)
    assert 'id="problem-change_note"' in answer.content.decode()


def test_a_stale_revision_is_led_on_at_every_page(as_, stale):
    text = as_(stale.submitter).get(detail(stale)).content.decode()
    assert "has moved on to version 2" in text
    assert f'href="{rebase(stale)}"' in text
    assert "/compare/?from=1&amp;to=2" in text
    answer = as_(stale.submitter).post(edit(stale), texts(stale, change_note="Why.", submit="submit"))
    assert answer["Location"] == rebase(stale)


def test_the_reviewer_of_a_stale_revision_is_told_what_to_do(as_, accession):
    revision = make_revision(accession, summary="Mine is this.")
    claimed = services.claim(actor=make_editor(), submission=revision)
    publish(make_revision(accession, comparator="vehicle"))
    text = page(as_(claimed.claimed_by).get(review(claimed)))
    assert "has moved on to version 2" in text
    assert "Request changes, so that its authors can bring it up to date." in text
    refused = as_(claimed.claimed_by).post(review(claimed, "approve"), {"content_hash": claimed.content_hash})
    assert refused.status_code == 409


def test_the_three_way_view_sorts_what_was_changed_by_whom(as_, stale):
    text = page(as_(stale.submitter).get(rebase(stale)))
    assert text.index("Both changed: choose") < text.index("Only you changed: kept") < text.index("Only version 2")
    assert "Curator assessment" in text
    assert "Comparator nothing → now: vehicle" in text
    assert "Cancer stage nothing → now: IV" in text


def test_choosing_brings_it_up_to_date(as_, stale):
    browser = as_(stale.submitter)
    answer = browser.post(rebase(stale), {"choice-summary": "theirs", "onto": "2", "edit_count": "1"})
    assert answer["Location"] == detail(stale)
    rebased = fresh(stale)
    assert (rebased.based_on, rebased.summary, rebased.comparator) == (2, "Theirs is that.", "vehicle")
    assert "Brought up to date" in page(browser.get(detail(stale)))


def test_choices_survive_a_refusal(as_, accession):
    draft = make_revision(accession, submit=False, summary="Mine is this.", comparator="vehicle")
    publish(make_revision(accession, summary="Theirs is that.", comparator="placebo"))
    browser = as_(draft.submitter)
    missing = browser.post(rebase(draft), {"choice-summary": "mine", "onto": "2", "edit_count": "1"})
    assert missing.status_code == 422
    html = missing.content.decode()
    assert 'id="choice-summary-mine" checked' in html
    assert 'id="problem-comparator"' in html
    stale = browser.post(
        rebase(draft), {"choice-summary": "mine", "choice-comparator": "theirs", "onto": "1", "edit_count": "1"}
    )
    assert stale.status_code == 409
    assert 'id="choice-comparator-theirs" checked' in stale.content.decode()
    assert fresh(draft).based_on == 1


def test_nothing_to_bring_up_to_date_leads_back(as_, accession, curator):
    draft = make_revision(accession, submit=False, summary="Mine.")
    assert as_(draft.submitter).get(rebase(draft))["Location"] == detail(draft)
    new = services.start(actor=curator)
    assert as_(curator).get(rebase(new))["Location"] == detail(new)
    assert as_(curator).post(rebase(new), {})["Location"] == detail(new)


def test_strangers_see_nothing(as_, stale, other_curator):
    assert as_(other_curator).get(rebase(stale)).status_code == 404


def test_versions_tell_what_they_changed_in_public(client, stale, accession):
    assert "A second look." in page(client.get(f"/entries/{accession}/"))
    assert "What changed in version 2" in page(client.get(f"/entries/{accession}/versions/2/"))
    results = client.get(f"/api/v1/entries/{accession}/versions/").json()["results"]
    assert [one["change_note"] for one in results] == ["", "A second look."]


def test_the_page_costs_as_much_for_many_differences_as_for_few(as_, accession):
    few = make_revision(accession, submit=False, summary="Mine.")
    many = make_revision(
        accession,
        CuratorFactory(),
        submit=False,
        summary="Other.",
        cell_types=("CL:0000084",),
        cancers=(),
        therapies=("CHEMBL:CHEMBL888",),
        methods=("ECO:0000295",),
        tissue="UBERON:0001264",
        process="GO:0042116",
        comparator="vehicle",
        cancer_stage="IV",
    )
    publish(make_revision(accession, summary="Theirs.", comparator="placebo"))

    def cost(draft):
        browser = as_(draft.submitter)
        with CaptureQueriesContext(connection) as taken:
            assert browser.get(rebase(draft)).status_code == 200
        return len(taken)

    assert cost(many) <= cost(few) + 2
    assert EntryVersion.objects.count() == 2


# --- history ----------------------------------------------------------------------------------------


def test_history_names_the_fields_in_plain_words(as_, stale):
    browser = as_(stale.submitter)
    browser.post(rebase(stale), {"choice-summary": "mine", "onto": "2", "edit_count": "1"})
    text = page(browser.get(detail(stale)))
    assert "Comparator, curator assessment" in text
    assert "Brought up to date with version 2" in text
    assert "Taken over: Cancer stage" in text


def test_the_record_page_shows_the_whole_line(as_, accession):
    reviser, editor = CuratorFactory(), make_editor()
    published = publish(make_revision(accession, reviser, summary="Said better.", note="For clarity."), editor)
    waiting = make_revision(accession, comparator="vehicle")
    text = page(as_(editor).get(record(accession)))
    assert f"Submission {published.pk} : Approved and published" in text
    assert f"Submission {waiting.pk} : Submitted for review" in text
    assert "Version 2 · what it changed" in text
    assert "For clarity." in text


def test_the_record_page_shows_nobody_s_drafts(as_, accession, curator):
    secret = make_revision(accession, submit=False, summary="Secret words.", note="Hush.")
    html = as_(curator).get(record(accession)).content.decode()
    assert f"/submissions/{secret.pk}/" not in html
    assert "Hush." not in html
    assert "1 open submission of others revises it, too." in page(as_(curator).get(record(accession)))


def test_the_record_page_costs_as_much_for_many_versions(as_, accession):
    editor = make_editor()
    publish(make_revision(accession, summary="Second."))

    def cost():
        browser = as_(editor)
        with CaptureQueriesContext(connection) as taken:
            assert browser.get(record(accession)).status_code == 200
        return len(taken)

    before = cost()
    for number in range(3):
        publish(make_revision(accession, summary=f"Number {number}."))
    assert cost() == before


def test_an_unknown_record_is_not_found(as_, curator):
    assert as_(curator).get(record("TMEE:0000099")).status_code == 404
