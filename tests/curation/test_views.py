"""The pages of curators and editors: who sees what, and that nothing typed is ever lost."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Event
from apps.catalogue.models import Entry
from apps.curation import services
from apps.curation.forms import ContentForm
from apps.curation.models import Submission
from apps.curation.workflow import Status
from apps.literature.formats.citation import Citation
from apps.literature.models import Reference
from apps.literature.services import index_texts, upsert_citations
from tests.factories.curation import (
    ReferenceFactory,
    make_draft,
    make_editor,
    make_in_review,
    make_published,
    make_submitted,
    make_terms,
)

pytestmark = pytest.mark.django_db

WORKBENCH = "/workbench/"
START = "/workbench/submissions/new/"
QUEUE = "/review/"


@pytest.fixture
def as_(client):
    """Signs a person in and hands over the client."""

    def sign_in(person, **options):
        browser = Client(**options) if options else client
        browser.force_login(person)
        return browser

    return sign_in


def page(response):
    """The text of the page as read: tags gone, white space folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def detail(submission):
    return f"/workbench/submissions/{submission.pk}/"


def edit(submission):
    return f"{detail(submission)}edit/"


def review(submission, verb=""):
    return f"/review/{submission.pk}/{f'{verb}/' if verb else ''}"


def fresh(submission):
    return Submission.objects.get(pk=submission.pk)


def texts(submission, **changes):
    """What a browser sends of the form as it stands, with some fields typed over."""
    submission = Submission.objects.with_content().get(pk=submission.pk)
    form = ContentForm(submission)
    return {name: form[name].value() for name in form.fields} | {"edit_count": submission.edit_count} | changes


# --- who may come in ---------------------------------------------------------------------------


@pytest.mark.parametrize("address", [WORKBENCH, START, QUEUE, "/workbench/submissions/"])
def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/?next=")


def test_a_person_without_a_role_is_told_how_to_apply(as_, visitor):
    response = as_(visitor).get(WORKBENCH)
    assert response.status_code == 200
    assert reverse("accounts:role-application") in response.content.decode()
    assert as_(visitor).get(START).status_code == 403
    assert as_(visitor).get(QUEUE).status_code == 403


def test_the_queue_is_for_editors(as_, curator, editor, administrator):
    assert as_(curator).get(QUEUE).status_code == 403
    assert as_(editor).get(QUEUE).status_code == 200
    assert as_(administrator).get(QUEUE).status_code == 200


@pytest.mark.parametrize("person", ["visitor", "other_curator", "editor", "administrator"])
@pytest.mark.parametrize("place", [detail, edit, review, lambda one: f"{detail(one)}withdraw/"])
def test_a_draft_does_not_exist_for_others(as_, request, person, place, curator):
    draft = make_draft(curator)
    response = as_(request.getfixturevalue(person)).get(place(draft))
    assert response.status_code == (403 if place is review and person in {"visitor", "other_curator"} else 404)


@pytest.mark.parametrize("verb", ["claim", "release", "approve", "request-changes", "reject"])
def test_a_verb_on_a_draft_that_one_may_not_see_is_not_found(as_, editor, verb):
    assert as_(editor).post(review(make_draft(), verb)).status_code == 404


def test_a_verb_is_never_done_by_opening_its_address(as_, curator, editor):
    submitted = make_submitted(curator)
    for verb in ("claim", "release", "approve", "request-changes", "reject"):
        assert as_(editor).get(review(submitted, verb)).status_code == 405
    assert as_(curator).get(f"{detail(submitted)}submit/").status_code == 405
    assert fresh(submitted).status == Status.SUBMITTED


# --- workbench ---------------------------------------------------------------------------------


def test_an_empty_workbench_explains_the_first_step(as_, curator):
    assert "Begin with a paper" in page(as_(curator).get(WORKBENCH))
    ReferenceFactory()
    assert "Start your first submission" in page(as_(curator).get(WORKBENCH))


def test_the_workbench_puts_requested_changes_first_with_the_reason(as_, curator, editor):
    draft = make_draft(curator, reference=None)
    sent_back = make_in_review(curator, editor)
    services.request_changes(
        actor=editor, submission=sent_back, reason="Which dose was given?", content_hash=sent_back.content_hash
    )
    text = page(as_(curator).get(WORKBENCH))
    assert "One submission waits for changes" in text
    assert text.index("Which dose was given?") < text.index(f"Submission {draft.pk}")
    assert "Still missing: reference." in text


def test_the_workbench_shows_the_place_in_the_queue_and_what_was_published(as_, curator, other_curator):
    make_submitted(other_curator)
    make_submitted(curator)
    published = make_published(curator, cell_types=("CL:0000084",))
    text = page(as_(curator).get(WORKBENCH))
    assert "1 before it in the queue." in text
    assert f"Published as {published.record.accession}" in text


def test_the_workbench_shows_only_ones_own(as_, curator, other_curator):
    make_draft(other_curator)
    assert "Drafts" not in page(as_(curator).get(WORKBENCH))


@pytest.mark.parametrize("address", [WORKBENCH, "/workbench/submissions/", START])
def test_lists_of_a_curator_cost_the_same_for_one_and_three(as_, curator, editor, address):
    _bench(curator, editor)
    browser = as_(curator)
    first = _queries(browser, address)
    for _ in range(2):
        _bench(curator, editor)
    assert _queries(browser, address) == first


def _bench(curator, editor):
    make_draft(curator)
    make_submitted(curator)
    make_in_review(curator, editor)
    sent_back = make_in_review(curator, editor)
    services.request_changes(actor=editor, submission=sent_back, reason="Why?", content_hash=sent_back.content_hash)
    make_published(curator, editor)


def _queries(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


def test_all_submissions_can_be_narrowed_to_a_status(as_, curator):
    draft, submitted = make_draft(curator), make_submitted(curator)
    text = page(as_(curator).get("/workbench/submissions/?status=submitted"))
    assert f"Submission {submitted.pk}" in text
    assert f"Submission {draft.pk}" not in text
    assert "No submission of yours is in this state." in page(
        as_(curator).get("/workbench/submissions/?status=rejected")
    )
    assert f"Submission {draft.pk}" in page(as_(curator).get("/workbench/submissions/?status=nonsense"))


# --- start -------------------------------------------------------------------------------------


def test_a_draft_starts_from_the_chosen_paper_by_post_alone(as_, curator):
    reference = ReferenceFactory(title="Macrophages in focus")
    browser = as_(curator)
    assert "Macrophages in focus" in page(browser.get(f"{START}?reference={reference.pk}"))
    assert not Submission.objects.exists()
    response = browser.post(START, {"reference": reference.pk})
    draft = Submission.objects.get()
    assert response.url == edit(draft)
    assert (draft.reference, draft.submitter) == (reference, curator)


@pytest.mark.parametrize("typed", ["macrophages focus", "424242", "PMID:424242", "10.1000/xyz"])
def test_a_paper_is_found_by_title_pmid_and_doi(as_, curator, typed):
    upsert_citations(
        [
            Citation(position=1, pmid=424242, doi="10.1000/xyz", title="Macrophages in focus"),
            Citation(position=2, pmid=434343, title="Something else"),
        ]
    )
    index_texts()
    text = page(as_(curator).get(START, {"q": typed}))
    assert "Macrophages in focus" in text
    assert "Something else" not in text


def test_a_search_without_result_says_what_to_do(as_, curator):
    ReferenceFactory()
    assert "No imported paper fits" in page(as_(curator).get(START, {"q": "zebrafish"}))


def test_without_any_paper_the_start_page_leads_to_the_import(as_, curator):
    assert "There are no papers yet" in page(as_(curator).get(START))


@pytest.mark.parametrize("number", ["", "0", "99999999999999999999", "x", "٣"])
def test_starting_without_a_known_paper_is_refused_on_the_page(as_, curator, number):
    response = as_(curator).post(START, {"reference": number})
    assert response.status_code == 422
    assert "Choose the paper" in page(response)


def test_the_start_page_tells_of_work_already_begun_on_the_paper(as_, curator):
    draft = make_draft(curator)
    assert f"Submission {draft.pk}" in page(as_(curator).get(START, {"reference": draft.reference_id}))


def test_a_submission_is_copied_and_an_entry_revised(as_, curator):
    published = make_published(curator)
    browser = as_(curator)
    browser.post(START, {"copies": published.pk})
    assert Submission.objects.filter(status="draft", based_on=None, target=published.target).count() == 1
    browser.post(START, {"revises": published.record.accession})
    assert Submission.objects.get(based_on=1).record == published.record
    again = browser.post(START, {"revises": published.record.accession})
    assert again.status_code == 422
    assert "already revising" in page(again)


# --- the form ----------------------------------------------------------------------------------


def test_the_form_shows_the_paper_beside_it_with_the_quoted_words_marked(as_, curator):
    response = as_(curator).get(edit(make_draft(curator)))
    text = re.sub(r'<mark class="mention"[^>]*>(.*?)</mark>', r"\1", response.content.decode())
    assert '<mark class="claim">depleted macrophages and slowed tumour growth</mark>' in text


def test_what_the_paper_names_is_offered_and_taken_over_without_script(as_, curator):
    draft = make_draft(curator, cell_types=(), therapies=())
    browser = as_(curator)
    body = browser.get(edit(draft)).content.decode()
    assert 'name="take" value="cell_type CL:0000235"' in body
    assert 'name="drop" value="target HGNC:2433"' in body
    assert not fresh(draft).cell_types.exists()
    response = browser.post(edit(draft), texts(draft, comparator="vehicle", take="cell_type CL:0000235"))
    assert response.url == f"{edit(draft)}#found"
    assert fresh(draft).comparator == "vehicle"
    assert [term.curie for term in fresh(draft).cell_types.all()] == ["CL:0000235"]
    assert "Taken over: macrophage (Cell types)." in page(browser.get(edit(draft)))
    browser.post(edit(draft), texts(draft, drop="cell_type CL:0000235"))
    assert not fresh(draft).cell_types.exists()
    assert "No longer chosen: macrophage (Cell types)." in page(browser.get(edit(draft)))


@pytest.mark.parametrize("key", ["cell_type CL:0000084", "level A", "", "x"])
def test_only_what_the_paper_names_is_taken_over(as_, curator, key):
    draft = make_draft(curator, cell_types=())
    assert as_(curator).post(edit(draft), texts(draft, take=key)).status_code == 302
    assert fresh(draft).content() == draft.content()


def test_a_paper_that_names_nothing_says_where_to_look(as_, curator):
    draft = make_draft(curator, reference=ReferenceFactory(title="Untitled", abstract="").pk)
    assert "No target or term of the portal’s vocabularies is named" in page(as_(curator).get(edit(draft)))


def test_the_form_costs_the_same_whatever_the_paper_names(as_, curator):
    few, many = ReferenceFactory(abstract="Macrophages."), ReferenceFactory(abstract="T cells, CSF1R, gemcitabine.")
    drafts = [make_draft(curator, reference=one.pk) for one in (few, many)]
    browser = as_(curator)
    browser.get(edit(drafts[0]))
    counts = []
    for draft in drafts:
        with CaptureQueriesContext(connection) as queries:
            browser.get(edit(draft))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_draft_is_saved_as_far_as_it_can_be_read(as_, curator):
    draft = make_draft(curator)
    response = as_(curator).post(edit(draft), texts(draft, effect_value="about 2", comparator="vehicle"), follow=True)
    assert fresh(draft).comparator == "vehicle"
    assert fresh(draft).unread == {"effect_value": "about 2"}
    assert 'value="about 2"' in response.content.decode()
    assert "“about 2” is not a number" in page(response)
    as_(curator).post(edit(draft), texts(draft, effect_value="2", effect_measure="HR"))
    assert fresh(draft).unread == {}


def test_terms_typed_by_name_without_script_are_found(as_, curator):
    make_terms()
    draft = services.start(actor=curator)
    typed = {"edit_count": 0, "target": "csf1r", "cell_types": "T cell; macrophage", "cancers": "pancreatic ductal"}
    response = as_(curator).post(edit(draft), typed, follow=True)
    saved = fresh(draft)
    assert saved.target.curie == "HGNC:2433"
    assert {term.curie for term in saved.cell_types.all()} == {"CL:0000084", "CL:0000235"}
    assert "Did you mean pancreatic ductal adenocarcinoma (DOID:3498)?" in page(response).replace("&quot;", '"')
    assert saved.unread == {"cancers": "pancreatic ductal"}


def test_a_stale_form_keeps_what_was_typed_and_shows_what_was_saved(as_, curator):
    draft = make_draft(curator, comparator="")
    typed = texts(draft, comparator="vehicle", summary="Typed in the second tab.")
    as_(curator).post(edit(draft), texts(draft, comparator="isotype control"))
    response = as_(curator).post(edit(draft), typed)
    assert response.status_code == 409
    body = response.content.decode()
    assert 'value="vehicle"' in body
    assert "Typed in the second tab." in body
    assert "Saved in the meantime: isotype control" in page(response)
    assert fresh(draft).comparator == "isotype control"
    count = re.search(r'name="edit_count" value="(\d+)"', body)[1]
    as_(curator).post(edit(draft), typed | {"edit_count": count})
    assert fresh(draft).comparator == "vehicle"


@pytest.mark.parametrize("count", ["", "x", "-1", "99999999999999", "²"])
def test_a_form_without_its_count_is_stale(as_, curator, count):
    draft = make_draft(curator)
    assert as_(curator).post(edit(draft), texts(draft, edit_count=count, comparator="x")).status_code == 409


def test_text_typed_after_the_session_ended_stands_on_the_answer(client, curator):
    draft = make_draft(curator)
    response = client.post(edit(draft), texts(draft, summary="Typed <late>."))
    assert response.status_code == 403
    body = response.content.decode()
    assert "Typed &lt;late&gt;.</textarea>" in body
    assert "Sign in again" in body
    assert draft.reference.title not in body
    assert "late" not in fresh(draft).summary


def test_a_form_sent_from_before_signing_in_again_shows_the_text_and_saves_nothing(as_, curator):
    draft = make_draft(curator)
    browser = as_(curator, enforce_csrf_checks=True)
    response = browser.post(edit(draft), texts(draft, summary="Typed before."))
    assert response.status_code == 403
    assert "Typed before." in response.content.decode()
    assert "press “Save draft” once more" in page(response)
    assert fresh(draft).summary != "Typed before."
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[1]
    browser.post(edit(draft), texts(draft, summary="Typed before.", csrfmiddlewaretoken=token))
    assert fresh(draft).summary == "Typed before."


def test_every_other_form_needs_its_token(as_, curator):
    submitted = make_submitted(curator)
    browser = as_(curator, enforce_csrf_checks=True)
    assert browser.post(START, {"copies": submitted.pk}).status_code == 403
    assert browser.post(f"{detail(submitted)}withdraw/").status_code == 403
    assert fresh(submitted).status == Status.SUBMITTED


def test_what_was_typed_is_shown_as_text_never_as_markup(as_, curator):
    reference = ReferenceFactory(title="<script>t</script>", abstract="A <b>bold</b> <script>x</script> claim")
    draft = make_draft(curator, reference=reference.pk, summary="<script>s</script>", author_claim="<script>x</script>")
    for address in (edit(draft), detail(draft), WORKBENCH, START):
        body = as_(curator).get(address).content.decode()
        assert not re.search(r"<script>[tsx]|<b>bold", body)
    assert '<mark class="claim">&lt;script&gt;x&lt;/script&gt;</mark>' in as_(curator).get(edit(draft)).content.decode()


def test_text_that_no_column_can_hold_is_answered_with_the_text(as_, curator):
    draft = make_draft(curator)
    response = as_(curator).post(edit(draft), texts(draft, summary="y" * 30_000))
    assert response.status_code == 422
    assert "y" * 30_000 in response.content.decode()


def test_save_and_submit_hands_a_complete_draft_to_the_editors(as_, curator):
    draft = make_draft(curator)
    response = as_(curator).post(edit(draft), texts(draft, submit="submit"), follow=True)
    assert fresh(draft).status == Status.SUBMITTED
    assert "Submitted. The editors see it" in page(response)


def test_save_and_submit_of_an_unfinished_draft_saves_and_lists_what_is_left(as_, curator):
    draft = make_draft(curator)
    response = as_(curator).post(edit(draft), texts(draft, submit="submit", target="", summary="Kept."))
    assert response.status_code == 422
    assert fresh(draft).status == Status.DRAFT
    assert fresh(draft).summary == "Kept."
    assert "Saved, but not submitted yet." in page(response)
    assert '<a href="#id_target">' in response.content.decode()


def test_a_warning_asks_for_an_answer_and_lets_pass_once_it_has_one(as_, curator):
    draft = make_draft(curator, change="increased")
    refused = as_(curator).post(edit(draft), texts(draft, submit="submit"))
    assert refused.status_code == 422
    assert 'name="answer-coherence"' in refused.content.decode()
    as_(curator).post(edit(draft), texts(draft, submit="submit", **{"answer-coherence": "Seen in two models."}))
    assert fresh(draft).status == Status.SUBMITTED


def test_a_submitted_form_still_open_in_another_tab_keeps_its_text(as_, curator):
    draft = make_draft(curator)
    typed = texts(draft, summary="Typed too late.")
    services.submit(actor=curator, submission=draft)
    response = as_(curator).post(edit(draft), typed)
    assert response.status_code == 409
    assert "Typed too late." in response.content.decode()
    assert as_(curator).get(edit(draft)).url == detail(draft)


def test_the_form_costs_the_same_with_one_and_three_terms(as_, curator):
    browser = as_(curator)
    one = make_draft(curator, cell_types=("CL:0000235",))
    three = make_draft(curator, cell_types=("CL:0000235", "CL:0000084"), therapies=("CHEMBL:CHEMBL888",))
    assert _queries(browser, edit(one)) == _queries(browser, edit(three))


# --- one's own submission ----------------------------------------------------------------------


def test_the_page_of_a_draft_offers_what_can_be_done(as_, curator):
    draft = make_draft(curator)
    text = page(as_(curator).get(detail(draft)))
    assert "Go on editing" in text
    assert "Inhibiting CSF1R" in text
    assert "Started as a draft" in text


def test_the_page_of_a_submission_in_review_says_by_whom_and_why_it_cannot_be_edited(as_, curator, editor):
    text = page(as_(curator).get(detail(make_in_review(curator, editor))))
    assert f"{editor.name} is reviewing it" in text
    assert "You cannot edit this submission now: it is in review." in text
    assert "Go on editing" not in text


def test_the_page_of_an_approved_submission_links_to_its_entry(as_, curator):
    published = make_published(curator)
    assert f'href="/entries/{published.record.accession}/"' in as_(curator).get(detail(published)).content.decode()


def test_the_status_can_be_asked_for_alone(as_, curator):
    body = as_(curator).get(detail(make_draft(curator)), headers={"HX-Request": "true"}).content.decode()
    assert "Go on editing" in body
    assert "<html" not in body


def test_submitting_an_unfinished_draft_from_its_page_says_what_is_missing(as_, curator):
    draft = make_draft(curator, cancers=())
    response = as_(curator).post(f"{detail(draft)}submit/")
    assert response.status_code == 422
    assert "The cancer is missing." in page(response)


def test_withdrawing_asks_first(as_, curator):
    submitted = make_submitted(curator)
    browser = as_(curator)
    assert "Withdraw this submission?" in page(browser.get(f"{detail(submitted)}withdraw/"))
    assert fresh(submitted).status == Status.SUBMITTED
    browser.post(f"{detail(submitted)}withdraw/", {"reason": "Found a mistake."})
    assert fresh(submitted).status == Status.WITHDRAWN
    assert Event.objects.of_object(submitted).last().reason == "Found a mistake."


def test_withdrawing_during_review_is_refused_with_the_reason(as_, curator, editor):
    in_review = make_in_review(curator, editor)
    for response in (
        as_(curator).get(f"{detail(in_review)}withdraw/"),
        as_(curator).post(f"{detail(in_review)}withdraw/"),
    ):
        assert response.status_code == 409
        assert "it is in review" in page(response)


def test_an_editor_sees_a_submission_as_its_submitter_does_but_gets_no_verbs(as_, editor):
    body = page(as_(editor).get(detail(make_submitted())))
    assert "Withdraw" not in body
    assert "Copy to a new draft" not in body


# --- the editors' desk -------------------------------------------------------------------------


def test_the_queue_lists_the_oldest_first_with_who_claimed_what(as_, curator, editor):
    first, second = make_submitted(curator), make_in_review(curator, editor)
    text = page(as_(editor).get(QUEUE))
    body = as_(editor).get(QUEUE).content.decode()
    assert body.index(review(first)) < body.index(review(second))
    assert "nobody yet" in text
    assert "2 submissions" in text
    assert "You" in text


def test_the_queue_can_be_narrowed(as_, curator, editor):
    open_one, mine = make_submitted(curator), make_in_review(curator, editor)
    browser = as_(editor)

    def shown(**narrowed):
        body = browser.get(QUEUE, narrowed).content.decode()
        return [one for one in (open_one, mine) if f'href="{review(one)}"' in body]

    assert shown() == [open_one, mine]
    assert shown(whose="unclaimed") == [open_one]
    assert shown(whose="mine") == [mine]
    assert shown(target_class="myeloid") == [open_one, mine]
    assert shown(target_class="lymphoid") == []
    assert shown(level="D1") == [open_one, mine]
    assert shown(level="A") == []


def test_an_empty_queue_says_so(as_, editor):
    assert "The queue is empty" in page(as_(editor).get(QUEUE))
    assert "None in this selection" in page(as_(editor).get(f"{QUEUE}?level=A"))


def test_the_queue_reminds_of_a_missing_conflict_statement(as_, editor):
    assert "missing or has expired" in page(as_(editor).get(QUEUE))
    make_editor(editor)
    assert "missing or has expired" not in page(as_(editor).get(QUEUE))


def test_the_queue_costs_the_same_for_one_and_three(as_, editor):
    make_submitted()
    browser = as_(editor)
    one = _queries(browser, QUEUE)
    make_submitted()
    make_submitted()
    assert _queries(browser, QUEUE) == one


def test_the_review_page_shows_all_that_is_needed_on_one_screen(as_, curator, editor):
    make_editor(editor)
    submitted = make_submitted(curator, change="increased", answers=(("coherence", "Seen in two models."),))
    response = as_(editor).get(review(submitted))
    text = page(response)
    for part in ("Inhibiting CSF1R", "Journal of Examples", "Seen in two models.", "Submitted for review", "Claim for"):
        assert part in text
    assert '<mark class="claim">depleted macrophages and slowed tumour growth</mark>' in response.content.decode()


def test_the_review_page_shows_similar_submissions_and_entries(as_, editor):
    published = make_published()
    near = make_submitted(reference=published.reference_id, cell_types=("CL:0000084",))
    body = as_(editor).get(review(near)).content.decode()
    assert f"/entries/{published.record.accession}/" in body


def test_an_editor_claims_decides_and_publishes(as_, curator, editor):
    submitted = make_submitted(curator)
    make_editor(editor)
    browser = as_(editor)
    browser.post(review(submitted, "claim"))
    assert fresh(submitted).claimed_by == editor
    body = browser.get(review(submitted)).content.decode()
    content_hash = re.search(r'name="content_hash" value="(\w+)"', body)[1]
    response = browser.post(review(submitted, "approve"), {"content_hash": content_hash}, follow=True)
    assert fresh(submitted).status == Status.APPROVED
    assert Entry.objects.count() == 1
    assert "Approved and published." in page(response)


@pytest.mark.parametrize("verb", ["request-changes", "reject"])
def test_a_refusal_needs_a_reason(as_, curator, editor, verb):
    in_review = make_in_review(curator, editor)
    response = as_(editor).post(review(in_review, verb), {"reason": "  ", "content_hash": in_review.content_hash})
    assert response.status_code == 422
    assert "Give the submitter a reason" in page(response)
    assert fresh(in_review).status == Status.IN_REVIEW


@pytest.mark.parametrize(
    ("verb", "status"), [("request-changes", Status.CHANGES_REQUESTED), ("reject", Status.REJECTED)]
)
def test_a_refusal_with_a_reason_reaches_the_curator(as_, curator, editor, verb, status):
    in_review = make_in_review(curator, editor)
    as_(editor).post(review(in_review, verb), {"reason": "Which <dose>?", "content_hash": in_review.content_hash})
    assert fresh(in_review).status == status
    assert "Which &lt;dose&gt;?" in as_(curator).get(detail(in_review)).content.decode()


def test_a_decision_on_content_that_was_not_read_is_refused_and_keeps_the_reason(as_, curator, editor):
    in_review = make_in_review(curator, editor)
    response = as_(editor).post(review(in_review, "reject"), {"reason": "Too small.", "content_hash": "0" * 64})
    assert response.status_code == 409
    assert "Too small." in page(response)
    assert in_review.content_hash in response.content.decode()


def test_a_reason_that_is_too_long_is_kept_and_complained_about(as_, curator, editor):
    in_review = make_in_review(curator, editor)
    long = "z" * 4001
    response = as_(editor).post(review(in_review, "reject"), {"reason": long, "content_hash": in_review.content_hash})
    assert response.status_code == 422
    assert long in response.content.decode()


def test_what_another_editor_has_claimed_says_by_whom(as_, curator, editor, other_editor):
    in_review = make_in_review(curator, editor)
    make_editor(other_editor)
    browser = as_(other_editor)
    assert f"{editor.name} has claimed this submission" in page(browser.get(review(in_review)))
    response = browser.post(review(in_review, "approve"), {"content_hash": in_review.content_hash, "reason": "Fine."})
    assert response.status_code == 403
    assert "Fine." in page(response)
    assert fresh(in_review).status == Status.IN_REVIEW


def test_an_editors_own_submission_says_why_they_cannot_review_it(as_, editor):
    make_editor(editor)
    own = make_submitted(editor)
    assert "another editor has to review it" in page(as_(editor).get(review(own)))
    response = as_(editor).post(review(own, "claim"))
    assert response.status_code == 403
    assert fresh(own).status == Status.SUBMITTED


def test_without_a_conflict_statement_the_page_says_where_to_make_one(as_, curator, editor):
    submitted = make_submitted(curator)
    response = as_(editor).post(review(submitted, "claim"))
    assert response.status_code == 403
    assert reverse("accounts:conflict-statement") in response.content.decode()


def test_a_claim_is_released(as_, curator, editor):
    in_review = make_in_review(curator, editor)
    as_(editor).post(review(in_review, "release"))
    assert fresh(in_review).status == Status.SUBMITTED


def test_a_second_approval_is_refused_politely(as_, curator, editor):
    in_review = make_in_review(curator, editor)
    browser = as_(editor)
    browser.post(review(in_review, "approve"), {"content_hash": in_review.content_hash})
    again = browser.post(review(in_review, "approve"), {"content_hash": in_review.content_hash})
    assert again.status_code == 409
    assert "approved and published already" in page(again)
    assert Entry.objects.count() == 1


def test_the_review_page_costs_the_same_with_one_and_three_similar_ones(as_, editor):
    reference = ReferenceFactory().pk
    kinds = [("CL:0000235",), ("CL:0000084",), ("CL:0000235", "CL:0000084")]
    shown = make_submitted(reference=reference, intervention="activate", role="anti_tumour")
    browser = as_(editor)
    make_submitted(reference=reference, cell_types=kinds[0])
    one = _queries(browser, review(shown))
    for cells in kinds[1:]:
        make_submitted(reference=reference, cell_types=cells)
    assert _queries(browser, review(shown)) == one


def test_a_curator_who_was_an_author_is_not_let_into_the_editors_page(as_, curator):
    assert as_(curator).get(review(make_submitted(curator))).status_code == 403


def test_a_reference_without_abstract_or_authors_is_shown(as_, curator):
    Reference.objects.create(doi="10.1000/only", title="Bare", content_hash=b"\x00" * 32)
    draft = make_draft(curator, reference=Reference.objects.get().pk, author_claim="", claim_place="")
    assert "No abstract came with this reference." in page(as_(curator).get(edit(draft)))
