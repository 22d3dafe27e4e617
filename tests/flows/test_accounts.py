"""The account pages in a browser, in the states that a bare visit does not show: errors, set-ups, secrets.

Each state is looked at in light and dark, wide and at 360 px. ``SHOTS=folder`` keeps pictures.
"""

import os
import re
from pathlib import Path

import pytest
from django.core import mail

from apps.accounts.models import User
from apps.accounts.roles import Role
from tests.accounts.orcid_stub import OrcidStub
from tests.accounts.test_two_step import code_for
from tests.factories.accounts import (
    PASSWORD,
    AdministratorFactory,
    CuratorFactory,
    EditorFactory,
    RoleApplicationFactory,
    UserFactory,
    with_confirmed_address,
)

from .views import NARROW, WIDE, in_every_view, offences

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def look(page, subtests):
    """``look("name")``: nothing on the page as it now is needs mending, in any view."""

    def at(name):
        for size, scheme in in_every_view(page):
            with subtests.test(state=name, width=size["width"], scheme=scheme):
                assert offences(page) == []
            if os.environ.get("SHOTS") and (size, scheme) in ((WIDE, "light"), (NARROW, "light"), (WIDE, "dark")):
                where = Path(os.environ["SHOTS"]) / f"{name}-{size['width']}-{scheme}.png"
                page.screenshot(path=where, full_page=True)

    return at


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def sign_in_by_form(page, live_server, username):
    page.goto(f"{live_server}/accounts/login/")
    page.get_by_label("Username or e-mail address").fill(username)
    page.get_by_label("Password", exact=False).fill(PASSWORD)
    press(page, "Sign in")


def test_from_sign_up_to_an_application(page, live_server, look):
    page.goto(f"{live_server}/accounts/login/")
    look("sign-in")
    press(page, "Sign in")
    look("sign-in-refused")
    page.get_by_role("link", name="Sign up").click()
    look("sign-up")
    page.get_by_label("Full name").fill("Nora New")
    page.get_by_label("Username").fill("nora")
    page.get_by_label("E-mail address").fill("nora@lab.example")
    page.locator("[name=password1]").fill("short")
    page.locator("[name=password2]").fill("short")
    press(page, "Sign up")
    look("sign-up-refused")
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    press(page, "Sign up")
    page.wait_for_url("**/accounts/confirm-email/")
    look("confirm-sent")
    page.goto(re.search(r"http\S+/confirm-email/\S+", mail.outbox[0].body).group(0))
    look("confirm")
    press(page, "Confirm the address")
    sign_in_by_form(page, live_server, "nora")
    page.wait_for_url("**/accounts/")
    look("overview-of-a-newcomer")
    page.get_by_role("link", name="Apply for a role").click()
    page.get_by_label("ORCID iD").fill("0000-0002-1825-0098")
    press(page, "Send the application")
    look("application-refused")
    page.get_by_label("ORCID iD").fill("https://orcid.org/0000-0002-1825-0097")
    page.get_by_label("Affiliation").fill("Institute of Pathology, Utrecht")
    page.get_by_label("Why you want to take part").fill("I work on checkpoint therapy.")
    press(page, "Send the application")
    page.get_by_text("Your application is waiting for an answer").wait_for()
    look("application-waiting")


def test_an_administrator_answers(page, live_server, look, sign_in):
    applicant = UserFactory(name="Nora New")
    RoleApplicationFactory(applicant=applicant)
    sign_in(page, AdministratorFactory(username="ada"))
    page.goto(f"{live_server}/accounts/people/")
    look("people-with-an-application")
    press(page, "Decline")
    page.get_by_text("Tell the applicant why").wait_for()
    look("people-after-a-refusal")
    page.get_by_label("Answer to Nora New").fill("Welcome.")
    press(page, "Grant the role")
    page.get_by_text("the role of curator is granted").wait_for()
    assert User.objects.get(pk=applicant.pk).role == Role.CURATOR
    page.get_by_role("link", name="Nora New").click()
    press(page, "Set the role")
    look("person-refused")
    page.get_by_role("link", name="People and roles").first.click()
    page.get_by_label("Name, username").fill("nobody at all")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    look("nobody-found")


def test_two_step_sign_in_is_set_up_and_used(page, live_server, look, settings):
    settings.REQUIRE_MFA = True
    with_confirmed_address(EditorFactory(username="edda"))
    sign_in_by_form(page, live_server, "edda")
    page.wait_for_url("**/accounts/reauthenticate/**")
    look("confirm-that-it-is-you")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Continue")
    page.wait_for_url("**/2fa/totp/activate/")
    look("set-up")
    page.get_by_label("Code", exact=False).fill("000000")
    press(page, "Switch on")
    look("set-up-refused")
    secret = page.get_by_label("Key, if you cannot scan").input_value()
    page.get_by_label("Code", exact=False).fill(code_for(secret))
    press(page, "Switch on")
    page.wait_for_url("**/2fa/recovery-codes/")
    look("recovery-codes")
    page.goto(f"{live_server}/accounts/2fa/")
    look("two-step-on")
    page.goto(f"{live_server}/accounts/2fa/recovery-codes/generate/")
    look("new-recovery-codes")
    page.goto(f"{live_server}/accounts/2fa/totp/deactivate/")
    look("switch-off")
    page.context.clear_cookies()
    sign_in_by_form(page, live_server, "edda")
    page.wait_for_url("**/2fa/authenticate/")
    look("second-step")
    page.get_by_label("Code").fill(code_for(secret, 1))
    press(page, "Sign in")
    page.wait_for_url("**/workbench/")


def test_a_token_is_made_and_copied_with_and_without_javascript(page, browser, live_server, look, sign_in):
    curator = CuratorFactory(username="carla")
    sign_in(page, curator)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server}/accounts/tokens/")
    look("no-tokens")
    press(page, "Make the token")
    look("token-refused")
    page.get_by_label("Name").fill("analysis notebook")
    press(page, "Make the token")
    plain = page.get_by_label("Your new token").input_value()
    look("token-made")
    press(page, "Copy")
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == plain
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke analysis notebook").click()
    page.get_by_text("is revoked: whoever").wait_for()

    bare = browser.new_context(java_script_enabled=False)
    plain_page = bare.new_page()
    sign_in(plain_page, curator)
    plain_page.goto(f"{live_server}/accounts/tokens/")
    plain_page.get_by_label("Name").fill("server")
    press(plain_page, "Make the token")
    assert plain_page.get_by_label("Your new token").input_value().startswith("tme_")
    bare.close()


def test_statement_profile_password_and_address(page, live_server, look):
    with_confirmed_address(EditorFactory(username="edda"))
    sign_in_by_form(page, live_server, "edda")
    page.wait_for_url("**/workbench/")
    page.goto(f"{live_server}/accounts/conflicts/")
    press(page, "Make the statement")
    look("statement-refused")
    page.get_by_label("Yes, as written below").check()
    page.get_by_label("Your competing interests").fill("I advise a company that makes checkpoint inhibitors.")
    press(page, "Make the statement")
    page.get_by_text("Your statement is valid until").wait_for()
    look("statement-in-force")
    page.goto(f"{live_server}/accounts/")
    look("overview-of-an-editor")
    page.goto(f"{live_server}/accounts/password/change/")
    press(page, "Save the new password")
    look("password-refused")
    page.goto(f"{live_server}/accounts/email/")
    page.get_by_label("E-mail address").fill("edda@new.example")
    press(page, "Send a link to the new address")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Continue")
    page.get_by_text("Waiting to be confirmed").wait_for()
    look("address-waiting")
    page.goto(f"{live_server}/accounts/password/reset/")
    look("password-forgotten")


def test_connecting_with_orcid_in_a_browser(page, live_server, look, settings):
    """The browser itself follows the way to ORCID and back, past the content security policy."""
    with_confirmed_address(CuratorFactory(username="carla"))
    with OrcidStub() as stub:
        settings.ORCID_BASE_URL = stub.address
        settings.SOCIALACCOUNT_PROVIDERS = {
            "orcid": {"APP": {"client_id": stub.client_id, "secret": stub.client_secret}}
        }
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": policy | {"form-action": [*policy["form-action"], stub.address]}
        }
        page.goto(f"{live_server}/accounts/login/")
        look("sign-in-with-orcid")
        sign_in_by_form(page, live_server, "carla")
        page.wait_for_url("**/workbench/")
        page.goto(f"{live_server}/accounts/3rdparty/")
        look("orcid-not-connected")
        press(page, "Connect with ORCID")
        page.get_by_label("Password").fill(PASSWORD)
        press(page, "Continue")
        page.get_by_role("button", name="Remove the connection").wait_for()
        look("orcid-connected")
        page.context.clear_cookies()
        page.goto(f"{live_server}/accounts/login/")
        press(page, "Sign in through ORCID")
        page.wait_for_url("**/workbench/")
        page.context.clear_cookies()
        stub.person = {"orcid": "0000-0001-5109-3700", "name": "Laure Newcomer"}
        page.goto(f"{live_server}/accounts/login/")
        press(page, "Sign in through ORCID")
        page.wait_for_url("**/3rdparty/signup/")
        look("sign-up-through-orcid")
        stub.refuses = True
        page.goto(f"{live_server}/accounts/login/")
        press(page, "Sign in through ORCID")
        page.wait_for_url("**/login/cancelled/")
        look("orcid-cancelled")
