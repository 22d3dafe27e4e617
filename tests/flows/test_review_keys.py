"""Reviewing by keys: they lead to the button, and never decide by themselves."""

import pytest
from playwright.sync_api import expect

from apps.curation.models import Submission
from tests.factories.curation import make_in_review

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_submission_is_read_and_approved_without_a_mouse(page, live_server, sign_in, curator, editor):
    submission = make_in_review(curator, editor)
    sign_in(page, editor)
    page.goto(f"{live_server.url}/review/{submission.pk}/")
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("complementary", name="The paper")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="What the rules say")).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator("#id_reason")).to_be_focused()
    page.keyboard.type("as x")
    expect(page.locator("#id_reason")).to_have_value("as x")
    page.keyboard.press("Tab")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve and publish")).to_be_focused()
    assert Submission.objects.get().status == "in_review"
    page.keyboard.press("Enter")
    expect(page.get_by_text("Approved and published.")).to_be_visible()
    assert Submission.objects.get().status == "approved"


def test_keys_can_be_switched_off_and_stay_so(page, live_server, sign_in, curator, editor):
    submission = make_in_review(curator, editor)
    sign_in(page, editor)
    page.goto(f"{live_server.url}/review/{submission.pk}/")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.reload()
    expect(page.get_by_label("Single-key shortcuts")).not_to_be_checked()
    page.keyboard.press("d")
    expect(page.locator("#id_reason")).not_to_be_focused()
    page.get_by_role("button", name="Keyboard").click()
    expect(page.get_by_role("dialog", name="Keys of this page")).to_be_visible()
