"""An import watched in a browser: the page keeps up by itself, and its buttons with it."""

import re

import pytest
from playwright.sync_api import expect

from apps.literature import services
from apps.literature.models import ImportRun
from tests.factories.literature import make_run, many

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_follows_an_import_from_its_start_over_a_pause_to_its_end(page, live_server, sign_in, curator):
    run = make_run(many(3), requested_by=curator)
    it = ImportRun.objects.filter(pk=run.pk)
    sign_in(page, curator)
    page.goto(f"{live_server.url}/workbench/imports/{run.pk}/")
    expect(page.get_by_text("It begins as soon as a worker is free")).to_be_visible()

    it.update(
        state="running", lease_holder="x", lease_until="2100-01-01T00:00Z",
        bytes_total=100, bytes_read=60, checkpoint=3, pace=1,
    )  # fmt: skip
    expect(page).to_have_title(re.compile("^60 % · Import of export.xml: running"))
    expect(page.get_by_role("status").filter(has_text="60 percent, about 2 seconds left")).to_have_count(1)
    it.update(bytes_read=70)
    expect(page).to_have_title(re.compile("^70 % "))
    expect(page.get_by_role("status").filter(has_text="60 percent")).to_have_count(1)  # not told of every step

    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#progress")).to_contain_text("It pauses after the records it is at")
    it.update(state="paused", pause_requested=False, bytes_read=0, checkpoint=0)
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#progress")).to_contain_text("It begins as soon as a worker is free")

    services.run_import(run.pk)
    expect(page.get_by_text("Finished").first).to_be_visible()
    expect(page.get_by_role("link", name="3", exact=True)).to_be_visible()
