"""From a paper to a draft that holds what the paper names, in a real browser and without script."""

import pytest
from playwright.sync_api import expect

from apps.curation.models import Submission
from tests.factories.curation import ReferenceFactory, make_terms

pytestmark = pytest.mark.django_db(transaction=True)

ABSTRACT = (
    "Pancreatic ductal adenocarcinoma resists treatment. Blocking CSF1R depleted macrophages. Pexidartinib, e.g. with "
    "gemcitabine, slowed growth (NCT02371369)."
)
#: What is taken over by four clicks, and the sentence that each came from.
FOUR = {
    "CSF1R": "Blocking CSF1R depleted macrophages.",
    "macrophage": "Blocking CSF1R depleted macrophages.",
    "pancreatic ductal adenocarcinoma": "Pancreatic ductal adenocarcinoma resists treatment.",
    "pexidartinib": "Pexidartinib, e.g. with gemcitabine, slowed growth (NCT02371369).",
}


@pytest.fixture
def reference():
    make_terms()
    return ReferenceFactory(title="A study of stroma", abstract=ABSTRACT)


def start_draft(page, live_server, reference):
    page.goto(f"{live_server}/workbench/submissions/new/?reference={reference.pk}")
    page.get_by_role("button", name="Start the draft").click()


def offer(page, label):
    return page.locator(".offer").filter(has=page.locator("strong", has_text=label))


def button(page, verb, label):
    return page.get_by_role("button", name=f"{verb} {label}", exact=True)


def check_four(draft):
    assert draft.target.curie == "HGNC:2433"
    assert [term.label for term in draft.cell_types.all()] == ["macrophage"]
    assert [term.label for term in draft.cancers.all()] == ["pancreatic ductal adenocarcinoma"]
    assert [term.label for term in draft.therapies.all()] == ["pexidartinib"]


def test_four_clicks_take_over_target_cell_cancer_and_therapy(page, live_server, sign_in, curator, reference):
    sign_in(page, curator)
    start_draft(page, live_server, reference)
    for label, sentence in FOUR.items():
        expect(offer(page, label)).to_contain_text(sentence)
        button(page, "Take over", label).click()
        expect(button(page, "Undo", label)).to_be_focused()
    expect(page.locator("#field-cell_types .item")).to_contain_text("macrophage")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    check_four(Submission.objects.get())
    expect(button(page, "Undo", "macrophage")).to_be_visible()


def test_the_same_four_without_script(browser, live_server, sign_in, curator, reference):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, curator)
    start_draft(page, live_server, reference)
    page.get_by_label("Your assessment").fill("Typed before.")
    for label, sentence in FOUR.items():
        expect(offer(page, label)).to_contain_text(sentence)
        button(page, "Take over", label).click()
        expect(page.get_by_text(f"Taken over: {label}")).to_be_visible()
    check_four(Submission.objects.get())
    assert Submission.objects.get().summary == "Typed before."
    context.close()


def test_what_was_taken_over_can_be_undone_there_and_in_the_field(page, live_server, sign_in, curator, reference):
    sign_in(page, curator)
    start_draft(page, live_server, reference)
    field = page.locator("#field-target")
    field.get_by_role("combobox").fill("something else")
    field.get_by_role("combobox").press("Tab")
    button(page, "Take over", "CSF1R").click()
    expect(field.locator(".item")).to_contain_text("CSF1R")
    button(page, "Undo", "CSF1R").click()
    expect(field.locator(".item")).to_contain_text("something else")
    expect(page.locator("[data-found-status]")).to_contain_text("CSF1R is no longer in “Target”.")

    trials = page.locator("#id_nct_ids")
    button(page, "Take over", "NCT02371369").click()
    expect(trials).to_be_visible()
    expect(trials).to_have_value("NCT02371369")
    trials.fill("")
    expect(button(page, "Take over", "NCT02371369")).to_be_visible()


def test_a_marked_word_of_the_abstract_is_taken_over_by_a_click(page, live_server, sign_in, curator, reference):
    sign_in(page, curator)
    start_draft(page, live_server, reference)
    page.locator(".abstract .mention", has_text="gemcitabine").click()
    expect(page.locator("#field-therapies .item")).to_contain_text("gemcitabine")
    expect(button(page, "Undo", "gemcitabine")).to_be_visible()


def test_the_return_key_in_a_field_saves_and_takes_over_nothing(page, live_server, sign_in, curator, reference):
    sign_in(page, curator)
    start_draft(page, live_server, reference)
    page.locator("#section-claim summary").click()
    page.get_by_label("Cancer stage").fill("stage IV")
    page.get_by_label("Cancer stage").press("Enter")
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    draft = Submission.objects.get()
    assert (draft.cancer_stage, draft.target) == ("stage IV", None)


def test_on_a_narrow_screen_the_paper_waits_behind_its_summary(page, live_server, sign_in, curator, reference):
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, curator)
    start_draft(page, live_server, reference)
    expect(page.locator(".offer").first).to_be_hidden()
    page.get_by_text("Found in the paper").click()
    button(page, "Take over", "CSF1R").click()
    expect(page.locator("#field-target .item")).to_contain_text("CSF1R")
