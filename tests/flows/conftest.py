"""A real Chromium in front of a real server: what every flow through the pages needs.

``live_server`` is pytest-django's; ``sign_in`` spares a test the form. Tests are skipped, with a plain
reason, where no Chromium is found.
"""

import os
import shutil

import pytest
from django.conf import settings
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
