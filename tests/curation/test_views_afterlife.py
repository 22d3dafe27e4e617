"""The editors' pages about an entry in force, as a browser without JavaScript meets them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.catalogue.models import Entry
from apps.curation import services
from apps.curation.models import ReReview
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import ReferenceFactory, make_editor, make_published

pytestmark = pytest.mark.django_db


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def sworn(client, editor):
    client.force_login(editor)
    return make_editor(editor)


@pytest.fixture
def published(db):
    return make_published()


@pytest.fixture
def other(published):
    return make_published(reference=ReferenceFactory(title="Another paper").pk)


def page_of(submission, what):
    return f"/review/entries/{submission.record.accession}/{what}/"


def entry_page(submission):
    return f"/entries/{submission.record.accession}/"


def test_the_entry_leads_editors_there_and_nobody_else(client, published, sworn):
    page = client.get(entry_page(published)).content.decode()
    for what in ("re-review", "retraction", "merge"):
        assert page_of(published, what) in page
    client.force_login(CuratorFactory())
    assert "For editors" not in text_of(client.get(entry_page(published)))


def test_a_re_review_begins_with_a_ground(client, published, sworn):
    assert "Put it under re-review" in text_of(client.get(page_of(published, "re-review")))
    answer = client.post(page_of(published, "re-review"), {"reason": " "})
    assert answer.status_code == 422
    answer = client.post(page_of(published, "re-review"), {"reason": "A <doubt>."}, follow=True)
    assert "A &lt;doubt&gt;." in text_of(answer)
    assert "Uphold the entry" in text_of(answer)
    assert "Under re-review since" in text_of(client.get(entry_page(published)))
    again = client.post(page_of(published, "re-review"), {"reason": "Another doubt."})
    assert again.status_code == 409
    assert "Another doubt." in text_of(again)
    assert ReReview.objects.count() == 1
    assert "A &lt;doubt&gt;." in text_of(client.get("/workbench/retractions/?show=reviews"))


def test_a_retraction_shows_beforehand_what_it_touches(client, published, other, sworn):
    services.start(actor=CuratorFactory(), revises=published.record.accession)
    text = text_of(client.get(page_of(published, "retraction")))
    assert "1 draft that revise it end" in text
    assert "Score" in text
    assert "Conflict 0.00 0.00" in text
    answer = client.post(page_of(published, "retraction"), {"reason": "It <falls>."}, follow=True)
    assert answer.status_code == 410
    assert "It &lt;falls&gt;." in text_of(answer)
    assert client.get(f"/api/v1/entries/{published.record.accession}/").status_code == 410


def test_who_wrote_it_is_told_why_not_and_keeps_the_words(client, published):
    author = make_editor()
    own = make_published(submitter=author, outcome="metastasis")
    client.force_login(author)
    assert "You wrote some of" in text_of(client.get(page_of(own, "retraction")))
    answer = client.post(page_of(own, "retraction"), {"reason": "My own view."})
    assert answer.status_code == 403
    assert "My own view." in text_of(answer)
    assert Entry.objects.current().count() == 2


def test_a_merge_shows_both_and_then_leads_on(client, published, other, sworn):
    address = page_of(published, "merge")
    first = client.get(address)
    assert other.record.accession in first.content.decode()
    digits = str(int(other.record.accession.partition(":")[2]))
    both = text_of(client.get(f"{address}?successor={digits}"))
    assert "Publication differs" in both
    assert "Another paper" in both
    assert "leads on to" in both
    assert "Merge for good" in both
    answer = client.post(address, {"successor": other.record.accession, "reason": ""})
    assert answer.status_code == 422
    answer = client.post(address, {"successor": other.record.accession, "reason": "The same trial."}, follow=True)
    assert answer.status_code == 410
    assert "It goes on as" in text_of(answer)
    assert entry_page(other) in answer.content.decode()
    gone = client.get(f"/api/v1/entries/{published.record.accession}/").json()
    assert (gone["change"], gone["successor"]) == ("merged", other.record.accession)


@pytest.mark.parametrize("typed", ["", "nonsense", "TMEE:9999999", "itself"])
def test_what_is_no_other_entry_is_said(client, published, other, sworn, typed):
    named = published.record.accession if typed == "itself" else typed
    answer = client.get(f"{page_of(published, 'merge')}?successor={named}")
    assert answer.status_code == 422
    assert "another entry in force" in text_of(answer)


def test_an_unknown_entry_is_missing(client, sworn):
    for what in ("re-review", "retraction", "merge"):
        assert client.get(f"/review/entries/TMEE:9999999/{what}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, published, sworn, count):
    for _ in range(count):
        make_published(reference=ReferenceFactory().pk)
        services.start(actor=CuratorFactory(), revises=published.record.accession)
    for what, expected in (("retraction", 12), ("merge", 11)):
        with CaptureQueriesContext(connection) as taken:
            assert client.get(page_of(published, what)).status_code == 200
        assert len(taken) == expected, what


def test_the_history_tells_it_all_in_words(client, published, sworn):
    flag = services.raise_flag(actor=CuratorFactory(), record=published.record, reason="other", text="Look.")
    services.resolve_flag(actor=sworn, flag=flag, outcome="re_review", answer="A <doubt>.")
    draft = services.start(actor=CuratorFactory(name="Secretive Author"), revises=published.record.accession)
    text = text_of(client.get(f"/workbench/records/{published.record.accession}/"))
    for line in (
        "Put under re-review",
        "Flag answered",
        f"Submission {published.pk} : Submitted for review",
        f"Submission {published.pk} : Approved and published",
        "A &lt;doubt&gt;.",
    ):
        assert line in text, line
    assert "Secretive" not in text
    assert f"Submission {draft.pk}" not in text
