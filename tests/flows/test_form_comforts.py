"""The form helps: a pasted result is read, words of the abstract are quoted, one paper gives several records."""

import pytest
from playwright.sync_api import expect

from apps.curation.models import Submission
from tests.factories.curation import ABSTRACT, make_draft

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(curator):
    return make_draft(curator, author_claim="", claim_place="")


@pytest.fixture
def form(page, live_server, sign_in, curator, draft):
    sign_in(page, curator)
    page.goto(f"{live_server}/workbench/submissions/{draft.pk}/edit/")
    return page


def paste(page, text):
    box = page.locator("#id_effect_value")
    box.focus()
    box.evaluate(
        """(box, text) => {
            box.dispatchEvent(new Event("paste", { bubbles: true }));
            box.value = text;
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        text,
    )


def select(page, words):
    """Select the words in the abstract, as a mouse or the keyboard would."""
    page.locator(".edit-reference .abstract").evaluate(
        """(abstract, words) => {
            const walker = document.createTreeWalker(abstract, NodeFilter.SHOW_TEXT);
            const range = document.createRange();
            const whole = abstract.textContent;
            const from = whole.indexOf(words), to = from + words.length;
            let place = 0;
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
              const end = place + node.length;
              if (from >= place && from < end) range.setStart(node, from - place);
              if (to > place && to <= end) range.setEnd(node, to - place);
              place = end;
            }
            document.getSelection().removeAllRanges();
            document.getSelection().addRange(range);
        }""",
        words,
    )


def test_a_pasted_result_fills_its_fields_at_once_and_is_undone(form, draft):
    paste(form, "HR 0.58 (95% CI 0.41–0.82), p=0.002, n=120")
    expect(form.locator("#id_effect_value")).to_have_value("0.58")
    expect(form.locator("#id_effect_measure")).to_have_value("HR")
    expect(form.locator("#id_ci_low")).to_have_value("0.41")
    expect(form.locator("#id_sample_size")).to_have_value("120")
    expect(form.locator(".effect-read")).to_contain_text("Hazard ratio (HR)")
    expect(form.locator("#id_effect_value")).to_be_focused()
    form.locator(".effect-read").get_by_role("button", name="Undo").click()
    for name in ("effect_value", "effect_measure", "ci_low", "ci_high", "p_value", "sample_size"):
        expect(form.locator(f"#id_{name}")).to_have_value("")
    expect(form.get_by_text("Unsaved changes")).to_be_hidden()
    assert Submission.objects.get(pk=draft.pk).effect_value is None


def test_a_line_typed_by_hand_is_read_when_the_field_is_left(form):
    box = form.locator("#id_effect_value")
    box.press_sequentially("HR 0.58")
    expect(form.locator("[data-save-state]")).to_contain_text("Saved at")
    expect(box).to_have_value("HR 0.58")
    box.press_sequentially(" (0.41 to 0.82)")
    box.press("Tab")
    expect(box).to_have_value("0.58")
    expect(form.locator("#id_ci_high")).to_have_value("0.82")


def test_two_medians_are_refused_in_words_and_kept(form):
    paste(form, "median OS 12.3 vs 8.1 months")
    form.locator("#id_comparator, #id_summary").last.focus()
    expect(form.locator("#problem-effect_value")).to_contain_text("two values side by side")
    expect(form.locator("#id_effect_value")).to_have_value("median OS 12.3 vs 8.1 months")


def test_selected_words_of_the_abstract_are_quoted_and_taken_back(form, draft):
    quoted = ABSTRACT.removesuffix(" in mice.")
    select(form, quoted)
    button = form.get_by_role("button", name="Quote this as the author claim")
    button.focus()
    button.press("Enter")
    expect(form.get_by_label("What the authors say")).to_have_value(quoted)
    expect(form.get_by_label("Abstract", exact=True)).to_be_checked()
    form.locator("[data-quote]").get_by_role("button", name="Undo").click()
    expect(form.get_by_label("What the authors say")).to_have_value("")


def test_a_selection_that_is_too_long_is_told(form, draft, live_server):
    draft.reference.abstract = "Much was said. " * 60
    draft.reference.save(update_fields=["abstract"])
    form.reload()
    select(form, draft.reference.abstract.strip())
    expect(form.get_by_text("at most 600 are fair to quote")).to_be_visible()
    expect(form.get_by_role("button", name="Quote this as the author claim")).to_be_hidden()


def test_another_record_from_the_same_paper_keeps_the_study(form, draft):
    form.get_by_label("Your assessment").fill("The first claim.")
    form.get_by_role("button", name="Save and add another from this paper").click()
    expect(form.get_by_text("This is another from the same paper")).to_be_visible()
    other = Submission.objects.exclude(pk=draft.pk).get()
    assert Submission.objects.get(pk=draft.pk).summary == "The first claim."
    assert (other.reference_id, other.system, other.species_id, other.stage) == (
        draft.reference_id,
        draft.system,
        draft.species_id,
        draft.stage,
    )
    assert (other.target, other.summary, other.outcome) == (None, "", "")
    form.get_by_text("Other records from this paper (1)").click()
    expect(form.get_by_role("link", name="Inhibiting CSF1R")).to_be_visible()
