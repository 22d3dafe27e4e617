"""A revision in a real browser: its entry moves on, it is brought up to date, and an editor takes some of it."""

import pytest
from playwright.sync_api import expect

from apps.curation import services
from apps.curation.models import Submission
from tests.factories.curation import make_editor, make_published, make_revision, publish

from .views import in_every_view, offences

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def accession():
    return make_published().record.accession


@pytest.fixture
def stale(accession, curator):
    """Both changed the assessment and the cells; each changed something alone."""
    draft = make_revision(
        accession,
        curator,
        submit=False,
        summary="Inhibition of CSF1R slowed the growth of subcutaneous tumours.",
        cell_types=("CL:0000235", "CL:0000084"),
        comparator="vehicle",
    )
    theirs = "Inhibition of CSF1R slowed the growth of orthotopic tumours in mice."
    publish(make_revision(accession, summary=theirs, cell_types=(), cancer_stage="IV", note="Read figure 2 again."))
    return draft


def test_a_stale_revision_is_brought_up_to_date_by_choosing(page, live_server, sign_in, curator, stale):
    sign_in(page, curator)
    page.goto(f"{live_server}/workbench/submissions/{stale.pk}/")
    page.get_by_role("link", name="Bring it up to date…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bring your revision up to date")
    wrong = [offence for _ in in_every_view(page) for offence in offences(page)]
    assert wrong == []

    page.get_by_role("group", name="Curator assessment").get_by_label("Yours").check()
    page.get_by_role("button", name="Bring up to date").click()
    expect(page.locator("#problem-cell_types")).to_contain_text("choose what it becomes")
    expect(page.get_by_role("group", name="Curator assessment").get_by_label("Yours")).to_be_checked()
    page.get_by_role("group", name="Cell types").get_by_label("Both").check()
    page.get_by_role("button", name="Bring up to date").click()

    expect(page.get_by_text("Brought up to date. Look it over, then submit it again.")).to_be_visible()
    rebased = Submission.objects.get(pk=stale.pk)
    assert (rebased.based_on, rebased.cancer_stage, rebased.comparator) == (2, "IV", "vehicle")
    assert rebased.content().cell_types == ("CL:0000084",)
    assert rebased.summary.endswith("subcutaneous tumours.")


def test_an_editor_accepts_some_of_the_changes(page, live_server, sign_in, editor, accession):
    revision = make_revision(accession, comparator="vehicle", summary="Said better.", cancer_stage="IV")
    services.claim(actor=make_editor(editor), submission=revision)
    sign_in(page, editor)
    page.goto(f"{live_server}/review/{revision.pk}/")
    page.get_by_text("Accept some of the changes").click()
    wrong = [offence for _ in in_every_view(page) for offence in offences(page)]
    assert wrong == []
    page.get_by_role("checkbox", name="Comparator").check()
    page.get_by_label("Why the rest goes back").fill("Where does the stage stand?")
    page.get_by_role("button", name="Publish these, send the rest back").click()
    expect(page.get_by_text("Published what you accepted.")).to_be_visible()
    for path in (f"/workbench/records/{accession}/", f"/entries/{accession}/compare/?show=all"):
        page.goto(f"{live_server}{path}")
        assert [offence for _ in in_every_view(page) for offence in offences(page)] == []
    expect(page.locator("main")).to_contain_text("vehicle")
