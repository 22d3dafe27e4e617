"""The form of a draft in a real browser: pickers, and typed text that survives everything."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from apps.curation.models import Submission
from tests.factories.curation import make_draft, make_terms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(curator):
    return make_draft(curator, cell_types=(), cell_states=(), author_claim="", claim_place="", summary="")


@pytest.fixture
def form(page, live_server, sign_in, curator, draft):
    """The page of the form, signed in, with every dialogue answered by leaving."""
    sign_in(page, curator)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address(live_server, draft))
    return page


def address(live_server, draft):
    return f"{live_server}/workbench/submissions/{draft.pk}/edit/"


def fresh(draft):
    return Submission.objects.get(pk=draft.pk)


def save(page):
    page.get_by_role("button", name="Save draft").click()


def kept(page):
    return page.locator("[data-kept]")


def test_a_term_is_picked_by_keyboard_and_an_unknown_name_is_kept(form, draft):
    box = form.get_by_role("combobox", name="Cell types")
    box.press_sequentially("macro")
    expect(form.get_by_role("option", name="macrophage")).to_be_visible()
    box.press("Enter")
    box.press_sequentially("made-up cell")
    box.press("Tab")
    save(form)
    expect(form.get_by_role("status").first).to_contain_text("Cell types")
    assert [term.curie for term in fresh(draft).cell_types.all()] == ["CL:0000235"]
    assert fresh(draft).unread == {"cell_types": "macrophage (CL:0000235); made-up cell"}


def test_the_chosen_target_can_be_replaced(form, draft):
    make_terms()
    field = form.locator("#field-target")
    field.locator(".item .remove").click()
    field.get_by_role("combobox").press_sequentially("csf1r")
    field.get_by_role("option").first.click()
    save(form)
    expect(form.get_by_role("status").first).to_contain_text("Draft saved")
    assert fresh(draft).target.curie == "HGNC:2433"


def test_the_same_form_works_without_script(browser, live_server, sign_in, curator, draft):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, curator)
    page.goto(address(live_server, draft))
    page.get_by_label("Cell types").fill("macrophage; T cell")
    save(page)
    assert {term.curie for term in fresh(draft).cell_types.all()} == {"CL:0000235", "CL:0000084"}
    context.close()


def test_text_typed_without_a_connection_comes_back_after_the_tab_was_closed(form, live_server, draft):
    form.context.set_offline(True)
    form.get_by_label("Your assessment").fill("Typed and not saved.")
    expect(form.get_by_text("Unsaved changes")).to_be_visible()
    form.wait_for_timeout(600)
    again = form.context.new_page()
    form.close()
    again.context.set_offline(False)
    again.goto(address(live_server, draft))
    expect(again.get_by_label("Your assessment")).to_have_value("Typed and not saved.")
    expect(kept(again)).to_contain_text("was not saved")
    save(again)
    expect(again.get_by_text("Draft saved")).to_be_visible()
    expect(kept(again)).to_be_hidden()
    assert fresh(draft).summary == "Typed and not saved."


def test_text_put_back_can_be_undone(form, live_server, draft):
    form.context.set_offline(True)
    form.get_by_label("Your assessment").fill("A passing thought.")
    form.wait_for_timeout(600)
    form.goto("about:blank")
    again = form.context.new_page()
    form.close()
    again.context.set_offline(False)
    again.goto(address(live_server, draft))
    again.get_by_role("button", name="Undo", exact=True).click()
    expect(again.get_by_label("Your assessment")).to_have_value("")
    expect(again.locator("[data-save-state]")).to_contain_text("Saved at")
    assert fresh(draft).summary == ""


def test_an_expired_session_costs_no_text(form, sign_in, curator, draft):
    form.get_by_label("Your assessment").fill("Typed before the session ended.")
    form.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    save(form)
    expect(form.get_by_role("heading", level=1)).to_contain_text("You were signed out")
    sign_in(form, curator)
    form.get_by_role("button", name="Save my text").click()
    expect(form.get_by_text("Draft saved")).to_be_visible()
    assert fresh(draft).summary == "Typed before the session ended."


def test_an_item_of_the_summary_leads_to_its_field_even_when_it_is_folded(form, draft):
    form.locator("#section-study summary").click()
    form.locator("#id_nct_ids").fill("NCT1")
    save(form)
    form.locator("#section-study details").evaluate("fold => { fold.open = false }")
    form.get_by_role("alert").get_by_role("link", name=re.compile("^Trial ids")).click()
    expect(form.locator("#id_nct_ids")).to_be_focused()
