"""What every page offers before any content: theme, menus, errors, all of it without inline code."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


def theme(page) -> str:
    return page.evaluate("document.documentElement.dataset.bsTheme")


def test_theme_follows_the_system_until_a_choice_is_made(page, live_server):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{live_server}/no-such-page/")
    assert theme(page) == "dark"
    page.get_by_role("button", name="Use the light theme").click()
    assert theme(page) == "light"
    page.reload()
    assert theme(page) == "light"
    expect(page.get_by_role("button", name="Use the dark theme")).to_be_visible()


def test_narrow_page_folds_its_navigation_behind_one_button(page, live_server):
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(f"{live_server}/no-such-page/")
    navigation = page.get_by_role("navigation", name="Catalogue")
    expect(navigation).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(navigation).to_be_visible()


def test_narrow_page_shows_its_navigation_without_javascript(browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(f"{live_server}/no-such-page/")
    expect(page.get_by_role("navigation", name="Catalogue")).to_be_visible()
    expect(page.get_by_role("search")).to_be_visible()
    context.close()


def test_keyboard_reaches_the_content_first(page, live_server):
    page.goto(f"{live_server}/no-such-page/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_account_menu_closes_on_escape_and_signs_out(page, live_server, sign_in, curator):
    sign_in(page, curator)
    page.goto(f"{live_server}/no-such-page/")
    menu = page.get_by_text("Your account: Carla Curator")
    menu.click()
    sign_out = page.get_by_role("button", name="Sign out")
    expect(sign_out).to_be_visible()
    page.keyboard.press("Escape")
    expect(sign_out).to_be_hidden()
    menu.click()
    sign_out.click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


DESKS = {"curator": "Workbench", "editor": "Review queue", "administrator": "People"}


@pytest.mark.parametrize("role", DESKS)
def test_desk_shows_what_a_role_works_with(page, live_server, sign_in, people, role):
    sign_in(page, people[role])
    page.goto(f"{live_server}/no-such-page/")
    expect(page.get_by_role("navigation", name="Desk").get_by_role("link", name=DESKS[role])).to_be_visible()


def test_visitor_sees_no_desk(page, live_server, sign_in, visitor):
    sign_in(page, visitor)
    page.goto(f"{live_server}/no-such-page/")
    expect(page.get_by_role("navigation", name="Desk")).to_have_count(0)
