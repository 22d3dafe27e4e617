"""Two-step sign-in with true time-based codes, and what is closed until it is set up."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts import services
from apps.accounts.models import Event
from apps.core.exceptions import Refused
from tests.factories.accounts import PASSWORD, EditorFactory, with_confirmed_address


def code_for(secret: str, steps_ahead: int = 0) -> str:
    """A code as an authenticator app makes it (RFC 6238: SHA-1, 30 seconds, 6 digits)."""
    counter = int(time.time()) // 30 + steps_ahead
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def edda(db):
    return with_confirmed_address(EditorFactory(username="edda"))


def sign_in(client):
    return client.post("/accounts/login/", {"login": "edda", "password": PASSWORD})


def confirm(client):
    """Type the password once more, as changes to an account's safety ask for."""
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def set_up(client) -> str:
    """Switch two-step sign-in on as a person would; the secret that the app now holds."""
    confirm(client)
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    response = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


def test_an_editor_is_led_to_the_set_up_and_then_let_in(client, edda, mfa_required):
    assert sign_in(client)["Location"] == "/workbench/"
    response = client.get("/workbench/", follow=True)
    assert response.redirect_chain[0] == ("/accounts/2fa/totp/activate/", 302)
    assert "required of editors and administrators" in text_of(response)
    set_up(client)
    assert client.get("/review/").status_code == 200


def test_sign_in_then_asks_for_the_code_and_takes_each_once(client, edda, mfa_required):
    sign_in(client)
    secret = set_up(client)
    elsewhere = Client()
    assert sign_in(elsewhere)["Location"] == "/accounts/2fa/authenticate/"
    assert elsewhere.get("/accounts/").status_code == 302
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    code = code_for(secret, 1)
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": code})["Location"] == "/workbench/"
    third = Client()
    sign_in(third)
    assert "Incorrect code" in text_of(third.post("/accounts/2fa/authenticate/", {"code": code}))


def test_a_recovery_code_lets_in_once(client, edda):
    sign_in(client)
    set_up(client)
    code = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"][0]
    for works in (True, False):
        elsewhere = Client()
        sign_in(elsewhere)
        response = elsewhere.post("/accounts/2fa/authenticate/", {"code": code})
        assert (response.status_code == 302) == works


def test_a_wrong_code_does_not_switch_it_on(client, edda):
    sign_in(client)
    confirm(client)
    client.get("/accounts/2fa/totp/activate/")
    response = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert "Incorrect code" in text_of(response)
    assert not Authenticator.objects.exists()


def test_the_secret_is_not_stored_in_the_clear(client, edda):
    sign_in(client)
    secret = set_up(client)
    assert secret not in str(list(Authenticator.objects.values()))


def test_setting_it_up_takes_the_password_once_more(client, edda):
    sign_in(client)
    assert "/accounts/reauthenticate/" in client.get("/accounts/2fa/totp/activate/")["Location"]


@pytest.mark.parametrize("address", ["/workbench/", "/review/", "/accounts/people/", "/admin/"])
@pytest.mark.parametrize("who", ["editor", "administrator"])
def test_everything_but_ones_own_account_leads_to_the_set_up(client, request, mfa_required, who, address):
    client.force_login(request.getfixturevalue(who))
    assert client.get(address)["Location"] == "/accounts/2fa/totp/activate/"
    assert client.post(address)["Location"] == "/accounts/2fa/totp/activate/"


@pytest.mark.parametrize("address", ["", "profile/", "role/", "conflicts/", "tokens/", "2fa/", "logout/"])
def test_ones_own_account_stays_within_reach(client, editor, mfa_required, address):
    client.force_login(editor)
    assert client.get(f"/accounts/{address}").status_code == 200


@pytest.mark.parametrize("verb", ["get", "post"])
def test_the_api_with_a_session_is_refused_with_a_problem(client, editor, mfa_required, verb):
    client.force_login(editor)
    response = getattr(client, verb)("/api/v1/curation/submissions/")
    assert response.status_code == 403
    assert response["Content-Type"] == "application/problem+json"
    assert "two-step" in response.json()["detail"]


def test_a_fragment_is_led_there_as_a_whole_page(client, editor, mfa_required):
    client.force_login(editor)
    response = client.get("/workbench/", headers={"hx-request": "true"})
    assert response["HX-Redirect"] == "/accounts/2fa/totp/activate/"


def test_no_token_is_made_before_the_set_up(client, editor, mfa_required):
    client.force_login(editor)
    response = client.post("/accounts/tokens/", {"name": "notebook", "expires_in_days": "30"})
    assert response.status_code == 422
    with pytest.raises(Refused):
        services.make_token(owner=editor, name="notebook")


@pytest.mark.parametrize("who", ["visitor", "curator"])
def test_others_are_not_held_up(client, request, mfa_required, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/accounts/role/").status_code == 200


def test_a_curator_who_becomes_an_editor_is_led_there_at_once(client, curator, administrator, settings):
    client.force_login(curator)
    services.set_role(actor=administrator, person=curator, role="editor", reason="Knows the field.")
    settings.REQUIRE_MFA = True
    assert client.get("/workbench/")["Location"] == "/accounts/2fa/totp/activate/"


def test_an_operator_resets_it_for_somebody_who_lost_everything(client, edda):
    sign_in(client)
    set_up(client)
    with pytest.raises(CommandError):
        call_command("reset_two_step", "edda", reason=" ")
    call_command("reset_two_step", "edda", reason="Called back on the known number.")
    assert not Authenticator.objects.exists()
    assert Event.objects.of_object(edda).get().verb == "remove_authenticators"
    assert sign_in(Client())["Location"] == "/workbench/"
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_two_step", "nobody", reason="Because.")


def test_codes_written_with_another_secret_key_match_nothing_and_crash_nothing(client, edda, settings):
    sign_in(client)
    secret = set_up(client)
    settings.SECRET_KEY = "another key, as after a careless restore"
    elsewhere = Client()
    sign_in(elsewhere)
    response = elsewhere.post("/accounts/2fa/authenticate/", {"code": code_for(secret, 1)})
    assert "Incorrect code" in text_of(response)


def test_a_secret_key_may_be_renewed_when_the_old_one_is_kept_as_a_fallback(client, edda, settings):
    sign_in(client)
    secret = set_up(client)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new key", [settings.SECRET_KEY]
    elsewhere = Client()
    sign_in(elsewhere)
    response = elsewhere.post("/accounts/2fa/authenticate/", {"code": code_for(secret, 1)})
    assert response.status_code == 302
