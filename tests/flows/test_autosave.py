"""A draft saves itself through a closed tab, a lost connection, a second tab, an ended session, a failing server."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import expect

from apps.accounts.models import Event
from apps.curation import services
from apps.curation.models import Submission
from tests.factories.curation import make_draft

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(curator):
    return make_draft(curator, level="", quality=(), summary="")


@pytest.fixture
def form(page, live_server, sign_in, curator, draft):
    sign_in(page, curator)
    page.goto(address(live_server, draft))
    return page


def address(live_server, draft):
    return f"{live_server}/workbench/submissions/{draft.pk}/edit/"


def fresh(draft):
    return Submission.objects.get(pk=draft.pk)


def assessment(page):
    return page.get_by_label("Your assessment")


def state(page):
    return page.locator("[data-save-state]")


def until(page, holds, tries=40):
    """Wait for something of the database that no page shows."""
    for _ in range(tries):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come")


def test_what_is_typed_is_saved_when_typing_pauses(form, draft):
    assessment(form).press_sequentially("Growth slowed.")
    expect(state(form)).to_contain_text("Saved at")
    expect(form.get_by_text("Unsaved changes")).to_be_hidden()
    expect(assessment(form)).to_be_focused()
    assert fresh(draft).summary == "Growth slowed."
    assert form.evaluate("Object.keys(localStorage).filter(key => key.startsWith('tme-draft')).length") == 0


def test_many_saves_of_one_sitting_are_one_line_of_history(form, draft):
    before = Event.objects.of_object(draft).count()
    for text in ("One.", "One. Two.", "One. Two. Three."):
        assessment(form).fill(text)
        expect(state(form)).to_contain_text("Saved at")
        until(form, lambda text=text: fresh(draft).summary == text)
    assert fresh(draft).edit_count >= draft.edit_count + 3
    assert Event.objects.of_object(draft).count() == before


def test_a_tab_that_is_closed_at_once_has_saved(form, draft):
    assessment(form).fill("Typed and closed.")
    form.goto("about:blank")
    until(form, lambda: fresh(draft).summary == "Typed and closed.")


def test_a_lost_connection_keeps_the_text_and_saves_it_when_it_is_back(form, draft):
    form.context.set_offline(True)
    assessment(form).fill("Typed in a tunnel.")
    expect(state(form)).to_contain_text("kept in this browser and will be saved when the connection is back")
    assert fresh(draft).summary == ""
    form.context.set_offline(False)
    expect(state(form)).to_contain_text("Saved at")
    assert fresh(draft).summary == "Typed in a tunnel."


def test_an_answer_that_was_lost_is_no_conflict(form, draft):
    def swallow(route):
        route.fetch()
        route.abort()

    form.route("**/edit/", swallow, times=1)
    assessment(form).fill("Sent, and never answered.")
    expect(state(form)).to_contain_text("No connection")
    assert fresh(draft).summary == "Sent, and never answered."
    assessment(form).fill("Sent again, with more.")
    expect(state(form)).to_contain_text("Saved at")
    assert fresh(draft).summary == "Sent again, with more."


def test_a_failing_server_costs_nothing(form, draft):
    form.route("**/edit/", lambda route: route.fulfill(status=500, body="<h1>Server error</h1>"), times=1)
    assessment(form).fill("Typed into a broken server.")
    expect(state(form)).to_contain_text("could not save just now")
    expect(state(form)).to_contain_text("Saved at", timeout=10_000)
    assert fresh(draft).summary == "Typed into a broken server."


def test_a_second_tab_is_never_overwritten(form, live_server, draft):
    other = form.context.new_page()
    other.goto(address(live_server, draft))
    assessment(other).fill("From the other tab.")
    expect(state(other)).to_contain_text("Saved at")
    assessment(form).fill("From the first tab.")
    expect(state(form)).to_contain_text("saved elsewhere in the meantime")
    assert fresh(draft).summary == "From the other tab."
    form.get_by_role("button", name="Save draft").click()
    expect(form.get_by_text("Saved in the meantime: From the other tab.")).to_be_visible()
    form.wait_for_timeout(2000)
    assert fresh(draft).summary == "From the other tab."
    form.get_by_role("button", name="Save draft").click()
    expect(form.get_by_text("Draft saved")).to_be_visible()
    assert fresh(draft).summary == "From the first tab."


def test_after_signing_in_elsewhere_it_goes_on(form, live_server, sign_in, curator, draft):
    form.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    assessment(form).fill("Typed after the session ended.")
    expect(state(form)).to_contain_text("You were signed out")
    assert fresh(draft).summary == ""
    form.context.clear_cookies()
    sign_in(form, curator)
    other = form.context.new_page()
    other.goto(f"{live_server}/workbench/")
    form.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(state(form)).to_contain_text("Saved at")
    assert fresh(draft).summary == "Typed after the session ended."


def test_nothing_is_saved_for_someone_else_who_signs_in(form, sign_in, other_curator, draft):
    draft.co_editors.add(other_curator)
    sign_in(form, other_curator)
    assessment(form).fill("Typed by the first.")
    expect(state(form)).to_contain_text("Someone else is signed in")
    assert fresh(draft).summary == ""


def test_findings_level_and_score_follow_what_is_chosen(form, draft):
    standing = form.locator("#standing")
    expect(standing).to_contain_text("No level yet")
    left = form.locator("[data-left]")
    expect(left).to_contain_text("2 things left")
    form.locator("#id_level").select_option("D1")
    expect(standing).to_contain_text("causal in vivo")
    expect(standing).to_contain_text("Weight 0.32")
    expect(left).to_contain_text("1 thing left")
    form.get_by_label("Replicated").check()
    expect(standing).to_contain_text("Weight 0.42")
    form.get_by_label("Increased", exact=True).check()
    answer = form.get_by_label("Your answer, for the editor")
    answer.press_sequentially("The dose was ")
    expect(state(form)).to_contain_text("Saved at")
    form.wait_for_timeout(1500)
    answer.press_sequentially("too low.")
    expect(answer).to_have_value("The dose was too low.")
    until(form, lambda: fresh(draft).answers == {"coherence": "The dose was too low."})
    expect(answer).to_be_focused()


def test_half_a_number_is_no_problem_until_the_field_is_left(form, draft):
    box = form.locator("#id_sample_size")
    box.press_sequentially("twelve")
    expect(state(form)).to_contain_text("Saved at")
    expect(form.locator("#problem-sample_size")).to_be_empty()
    box.press("Tab")
    expect(form.locator("#problem-sample_size")).to_contain_text("is not a count")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_value("twelve")
    assert fresh(draft).unread == {"sample_size": "twelve"}


@pytest.mark.parametrize("is_its_own", [True, False])
def test_the_late_last_words_of_a_closed_form_are_not_in_the_way_of_the_one_that_goes_on(
    form, live_server, draft, curator, is_its_own
):
    sitting = form.locator("input[name=sitting]").input_value()
    form.context.set_offline(True)
    assessment(form).fill("A last word.")
    form.goto("about:blank")
    form.context.set_offline(False)
    form.goto(address(live_server, draft))
    expect(assessment(form)).to_have_value("A last word.")
    late = replace(fresh(draft).content(), summary="A last word." if is_its_own else "Of another tab.")
    services.save_draft(
        actor=curator,
        submission=fresh(draft),
        content=late,
        edit_count=fresh(draft).edit_count,
        sitting=sitting if is_its_own else str(uuid4()),
    )
    assessment(form).fill("Another word.")
    expect(state(form)).to_contain_text("Saved at" if is_its_own else "saved elsewhere in the meantime")
    assert fresh(draft).summary == ("Another word." if is_its_own else "Of another tab.")
