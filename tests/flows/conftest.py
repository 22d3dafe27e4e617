"""A real Chromium in front of a real server: what every flow through the pages needs.

``live_server`` is pytest-django's; ``sign_in`` spares a test the form. Tests are skipped, with a plain
reason, where no Chromium is found.
"""

import os
import shutil
import threading
import time

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip("No Chromium was found: install one, or name it in CHROMIUM, to run the tests in a browser.")
    return browser_type_launch_args | {"executable_path": found, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "timezone_id": "UTC"}


@pytest.fixture(autouse=True)
def nothing_under_way(transactional_db):
    """A page that is closed may still save itself: this is waited for before the tables are emptied."""
    lock, counts = threading.Lock(), {"under way": 0, "last": 0.0}

    def count(change):
        with lock:
            counts["under way"] += change
            counts["last"] = time.monotonic()

    def started(**kwargs):
        count(1)

    def finished(**kwargs):
        count(-1)

    request_started.connect(started)
    request_finished.connect(finished)
    yield
    until = time.monotonic() + 10
    while time.monotonic() < until and (counts["under way"] > 0 or time.monotonic() - counts["last"] < 0.2):
        time.sleep(0.02)
    request_started.disconnect(started)
    request_finished.disconnect(finished)


@pytest.fixture
def people(visitor, curator, editor, administrator):
    """Everybody who may open a page, from the least to the most; ``nobody`` is not signed in."""
    return {"nobody": None, "visitor": visitor, "curator": curator, "editor": editor, "administrator": administrator}


@pytest.fixture
def sign_in(live_server):
    """``sign_in(page, user)``: the page's browser acts as ``user`` from here on, without the form."""

    def act_as(page, user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return act_as
