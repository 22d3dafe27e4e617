"""Triage in a real browser: by keys alone, with keys switched off, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from apps.literature import services
from apps.literature.models import Candidate
from tests.factories.curation import make_terms
from tests.factories.triage import CandidateFactory, make_screened

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = "/workbench/triage/"
TITLES = ("CSF1R on macrophages", "Macrophages in mice", "A study of nothing")


@pytest.fixture
def candidates(db):
    """Three, the most promising first; the words that they name are known."""
    make_terms()
    made = [CandidateFactory(reference__title=title, relevance=90 - n) for n, title in enumerate(TITLES)]
    services.score_candidates()
    return made


@pytest.fixture
def queue(page, live_server, sign_in, curator, candidates):
    sign_in(page, curator)
    page.goto(f"{live_server}{QUEUE}")
    return page


def row(page, candidate):
    return page.locator(f"#candidate-{candidate.pk}")


def at_hand(page, candidate):
    """The candidate whose title has the focus is this one."""
    expect(row(page, candidate).locator(".record-title a")).to_be_focused()


def state(candidate):
    return Candidate.objects.get(pk=candidate.pk).state


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_candidates_are_dealt_with_by_keys_alone(queue, candidates):
    first, second, third = candidates
    press(queue, "j")
    at_hand(queue, first)
    press(queue, "o")
    expect(row(queue, first).locator(".abstract mark").first).to_be_visible()
    press(queue, "c")
    at_hand(queue, second)
    expect(row(queue, first)).to_contain_text("by you")
    assert state(first) == "claimed"

    press(queue, "r")
    expect(queue.get_by_role("dialog", name="Why is it left out?")).to_contain_text(TITLES[1])
    press(queue, "4")
    at_hand(queue, third)
    expect(row(queue, second)).to_contain_text("Not about cancer")
    assert state(second) == "rejected"

    press(queue, "l")
    expect(row(queue, third).locator("[data-standing]")).to_contain_text("Later")
    at_hand(queue, third)
    press(queue, "k", "u")
    expect(row(queue, second)).not_to_contain_text("Not about cancer")
    at_hand(queue, second)
    press(queue, "k", "u")
    expect(row(queue, first)).not_to_contain_text("by you")
    assert [state(each) for each in candidates] == ["new", "new", "later"]


def test_enter_opens_the_page_of_a_candidate(queue, candidates):
    press(queue, "j", "j", "Enter")
    expect(queue.get_by_role("heading", level=1)).to_have_text(TITLES[1])
    press(queue, "c")
    expect(queue.get_by_text("Claimed. It is yours to curate now.")).to_be_visible()
    queue.get_by_role("link", name="Start a submission").click()
    expect(queue.get_by_role("heading", name=TITLES[1])).to_be_visible()


def test_a_refusal_is_told_where_it_happened(queue, candidates, other_curator):
    services.claim_candidate(actor=other_curator, candidate=candidates[0])
    press(queue, "j", "c")
    expect(row(queue, candidates[0]).get_by_role("alert")).to_contain_text("Omar Curator has claimed it")
    at_hand(queue, candidates[0])


def test_another_reason_needs_its_words(queue, candidates):
    press(queue, "j", "r")
    dialog = queue.get_by_role("dialog")
    dialog.get_by_label("Remark").fill("1 of 9 dogs")
    dialog.get_by_label("Remark").press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="9 Another reason").click()
    expect(row(queue, candidates[0])).to_contain_text("Another reason: 1 of 9 dogs")


def test_two_who_screen_include_and_exclude_by_keys(page, live_server, sign_in, curator):
    first, second = make_screened(relevance=9), make_screened(relevance=8)
    sign_in(page, curator)
    page.goto(f"{live_server}{QUEUE}")
    press(page, "j", "i")
    expect(row(page, first)).to_contain_text("You voted to include")
    press(page, "r", "1")
    expect(row(page, second)).to_contain_text("You voted to exclude")


def test_keys_are_letters_while_typing_and_nothing_once_switched_off(queue, candidates):
    queue.get_by_label("Words, PMID or DOI").press_sequentially("jcrl")
    expect(queue.get_by_label("Words, PMID or DOI")).to_have_value("jcrl")
    press(queue, "Tab")
    queue.get_by_label("Single-key shortcuts").uncheck()
    queue.reload()
    row(queue, candidates[0]).locator(".record-title a").focus()
    press(queue, "c")
    expect(queue.get_by_label("Single-key shortcuts")).not_to_be_checked()
    assert [state(each) for each in candidates] == ["new"] * 3


def test_the_keys_explain_themselves_and_the_focus_comes_back(queue, candidates):
    press(queue, "j", "?")
    expect(queue.get_by_role("dialog", name="Keys for the candidate at hand")).to_be_visible()
    press(queue, "c", "Escape")
    at_hand(queue, candidates[0])
    assert state(candidates[0]) == "new"


def test_several_are_ticked_by_keys_and_claimed_together(queue, candidates):
    press(queue, "j", "x", "j", "x")
    expect(queue.get_by_text("(2 ticked)")).to_be_visible()
    queue.get_by_role("button", name="Do it").click()
    expect(queue.get_by_text("2 candidates claimed.")).to_be_visible()
    assert [state(each) for each in candidates] == ["claimed", "claimed", "new"]


def test_everything_works_without_javascript(browser, live_server, sign_in, curator, candidates):
    first, second, _ = candidates
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, curator)
    page.goto(f"{live_server}{QUEUE}")
    expect(page.get_by_role("button", name="Keyboard")).to_be_hidden()
    row(page, first).get_by_role("button", name="Claim").click()
    assert page.url.endswith(f"{QUEUE}#candidate-{second.pk}")
    row(page, second).get_by_text("Abstract", exact=True).click()
    expect(row(page, second).locator(".abstract")).to_be_visible()
    row(page, second).get_by_role("link", name="Reject…").click()
    page.get_by_label("Reason", exact=True).select_option(label="Not about cancer")
    page.get_by_role("button", name="Reject", exact=True).click()
    expect(page.get_by_text("Not about cancer").first).to_be_visible()

    page.goto(f"{live_server}{QUEUE}")
    page.get_by_text("With several at once").click()
    page.get_by_label("All on this page").check()
    page.get_by_label("What").select_option("postpone")
    page.get_by_role("button", name="Do it").click()
    assert [state(each) for each in candidates] == ["claimed", "rejected", "later"]
    context.close()
