"""The editors' pages of findings and re-reviews, as a browser without JavaScript meets them."""

import gzip
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import Notice
from apps.catalogue.models import Entry
from apps.curation import services
from apps.curation.models import ReReview
from apps.literature import services as literature
from apps.literature.choices import RetractionState
from apps.literature.models import RetractionFinding
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import (
    ReferenceFactory,
    make_draft,
    make_editor,
    make_in_review,
    make_published,
    make_submitted,
)
from tests.factories.retractions import make_finding, retracted, table

pytestmark = pytest.mark.django_db

FINDINGS, UPLOAD = "/workbench/retractions/", "/workbench/retractions/upload/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def sworn(client, editor):
    """An editor with a statement in force, signed in."""
    client.force_login(editor)
    return make_editor(editor)


@pytest.fixture
def published(db):
    return make_published(reference=ReferenceFactory(pmid=101, title="Of <macrophages>").pk)


def finding_about(submission, **more):
    return make_finding(submission.reference, noticed_on=date(2021, 5, 3), notice_pmid=33333333, **more)


# --- findings -------------------------------------------------------------------------------------


def test_a_finding_shows_what_the_source_says_and_what_it_would_touch(client, sworn, published):
    in_review = make_in_review(reference=published.reference_id, outcome="cell_function")
    author = CuratorFactory(name="Secretive Author")
    draft = make_draft(author, reference=published.reference_id, outcome="metastasis")
    finding_about(published, reason="Figure 2 was <falsified>")
    page = text_of(client.get(FINDINGS))
    assert "Of &lt;macrophages&gt;" in page
    assert "says PubMed" in page
    assert 'href="https://pubmed.ncbi.nlm.nih.gov/33333333/"' in page
    assert "notice of 3 May 2021" in page
    assert "Figure 2 was &lt;falsified&gt;" in page
    assert published.record.accession in page
    assert f"/review/{in_review.pk}/" in page
    assert str(published.submitter) in page
    assert "1 draft, seen by its authors alone" in page
    assert f"/review/{draft.pk}/" not in page
    assert "Secretive Author" not in page


def test_applying_one_or_several_says_what_came_of_it(client, sworn, published):
    other = make_finding()
    finding = finding_about(published)
    page = text_of(client.post(f"{FINDINGS}apply/", {"finding": [finding.pk, other.pk]}, follow=True))
    assert "Applied. It concerns 1 entry; 2 people are told." in page
    assert "Nothing to be looked at" in page
    assert ReReview.objects.get().opened_by == sworn
    judged = text_of(client.get(f"{FINDINGS}?show=judged"))
    assert judged.count("Applied</strong> by Edda Editor") == 2
    assert published.record.accession in text_of(client.get(f"{FINDINGS}?show=reviews"))


def test_what_was_judged_meanwhile_keeps_no_other_back(client, sworn):
    gone, finding = make_finding(), make_finding()
    literature.dismiss_finding(actor=sworn, finding=gone, reason="Another paper.")
    assert "Nothing to be looked at" in text_of(client.get(FINDINGS))
    assert finding.reference.title in text_of(client.get(f"{FINDINGS}?show=idle"))
    page = text_of(client.post(f"{FINDINGS}apply/", {"finding": [gone.pk, finding.pk]}, follow=True))
    assert "was dismissed before" in page
    assert "Applied. Nothing rests on the publication." in page


@pytest.mark.parametrize("numbers", [[], ["x"], ["99999999999999999999"], ["-1"]])
def test_nothing_ticked_is_said(client, sworn, numbers):
    make_finding()
    page = text_of(client.post(f"{FINDINGS}apply/", {"finding": numbers}, follow=True))
    assert "Tick the findings" in page
    assert RetractionFinding.objects.open().count() == 1


def test_a_dismissal_needs_a_reason_and_keeps_it(client, sworn):
    finding = finding_about(make_submitted())
    address = f"{FINDINGS}{finding.pk}/dismiss/"
    answer = client.post(address, {"reason": " "})
    assert answer.status_code == 422
    assert "Say why: whoever meets" in text_of(answer)
    page = text_of(client.post(address, {"reason": "Another <paper>."}, follow=True))
    assert "Dismissed." in page
    assert "Another &lt;paper&gt;." in text_of(client.get(f"{FINDINGS}?show=judged"))
    again = client.post(address, {"reason": "Again."})
    assert again.status_code == 409
    assert "was dismissed before" in text_of(again)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_findings(client, sworn, count, django_assert_num_queries):
    for _ in range(count):
        finding_about(make_published())
    client.get(FINDINGS)
    with django_assert_num_queries(17):
        client.get(FINDINGS)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_re_reviews(client, sworn, count, django_assert_num_queries):
    for _ in range(count):
        services.apply_finding(actor=sworn, finding=finding_about(make_published()))
    with django_assert_num_queries(8):
        client.get(f"{FINDINGS}?show=reviews")


# --- Retraction Watch -----------------------------------------------------------------------------


def sent(content: bytes, name="retractions.csv"):
    return {"file": SimpleUploadedFile(name, content)}


def test_the_table_is_compared_and_its_rows_told(client, sworn, published, other_editor):
    rows = table(retracted(101), retracted(5, nature="R&D"), retracted(), retracted(999)).getvalue()
    for content in (rows, gzip.compress(rows)):
        page = text_of(client.post(UPLOAD, sent(content)))
    assert "Nothing new" in page
    assert "4 rows read: 1 about publications here, 1 without PMID and DOI." in page
    assert "“R&amp;D” is no nature of a notice" in page
    assert RetractionFinding.objects.get().reference == published.reference
    assert Entry.objects.get().since_publication is None
    assert Notice.objects.filter(person=other_editor, kind="findings").count() == 1
    assert not Notice.objects.filter(person=sworn, kind="findings").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column RetractionNature"),
        (b"a,b\n1,2\n", "no column"),
        (b"PK\x03\x04nonsense", "ZIP archive is damaged"),
    ],
)
def test_another_file_is_refused_in_words(client, sworn, content, words):
    answer = client.post(UPLOAD, sent(content))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "Choose the CSV file" in text_of(client.post(UPLOAD))


# --- re-review ------------------------------------------------------------------------------------


@pytest.fixture
def address(published):
    services.apply_finding(actor=None, finding=finding_about(published))
    return f"/review/entries/{published.record.accession}/"


def test_an_editor_finds_the_way_from_the_entry_and_upholds_it(client, sworn, published, address):
    assert f'href="{address}"' in text_of(client.get(f"/entries/{published.record.accession}/"))
    page = text_of(client.get(address))
    assert "The publication was retracted on 3 May 2021 (notice: PMID 33333333)." in page
    assert "Put under re-review" in page
    page = text_of(client.post(f"{address}uphold/", {"reason": "It stands <alone>."}, follow=True))
    assert "Upheld. The entry says so" in page
    assert "Upheld on" in page
    assert "It stands &lt;alone&gt;." in page
    assert "Uphold the entry" not in page


def test_an_editor_retracts_the_entry(client, sworn, published, address):
    assert client.post(f"{address}retract/", {"reason": "Nothing else supports it."}).status_code == 302
    assert client.get(f"/entries/{published.record.accession}/").status_code == 410
    assert "Nothing else supports it." in text_of(client.get(address))


def test_a_refusal_keeps_what_was_typed(client, editor, published, address):
    client.force_login(editor)
    assert "conflict-of-interest" in text_of(client.get(address))
    answer = client.post(f"{address}uphold/", {"reason": "My careful words."})
    assert answer.status_code == 403
    assert "My careful words." in text_of(answer)
    make_editor(editor)
    answer = client.post(f"{address}uphold/", {"reason": ""})
    assert answer.status_code == 422
    assert "everyone who looks at the entry reads it" in text_of(answer)


def test_what_was_never_under_re_review_has_no_such_page(client, sworn, published):
    assert client.get(f"/review/entries/{published.record.accession}/").status_code == 404
    assert client.get("/review/entries/nonsense/").status_code == 404


def test_visitors_see_the_banner_and_not_the_editors_link(client, published, address):
    page = text_of(client.get(f"/entries/{published.record.accession}/"))
    assert "Under re-review since" in page
    assert address not in page


# --- where work is listed -------------------------------------------------------------------------


def test_curators_and_editors_see_it_where_they_work(client, sworn):
    curator, paper = CuratorFactory(), ReferenceFactory()
    published = make_published(curator, reference=paper.pk)
    waiting = make_submitted(curator, reference=paper.pk, outcome="metastasis")
    services.apply_finding(actor=None, finding=make_finding(paper))
    assert "Under re-review" in text_of(client.get("/review/"))
    assert "It can go on only with another publication" in text_of(client.get(f"/review/{waiting.pk}/"))
    client.force_login(curator)
    assert "It can go on only with another publication" in text_of(client.get(f"/workbench/submissions/{waiting.pk}/"))
    assert text_of(client.get("/workbench/")).count("Under re-review</span>") == 2
    services.withdraw(actor=curator, submission=waiting)
    assert "Under re-review</span>" not in text_of(client.get(f"/workbench/submissions/{waiting.pk}/"))
    assert published.record.open_re_review


def test_a_concern_can_be_answered(client, sworn):
    waiting = make_submitted()
    services.apply_finding(actor=None, finding=make_finding(waiting.reference, RetractionState.EXPRESSION_OF_CONCERN))
    assert "once the concern is answered in writing" in text_of(client.get(f"/review/{waiting.pk}/"))
