"""Sign-in through ORCID, against a stub that speaks OAuth over real HTTP."""

import re
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from tests.accounts.orcid_stub import OrcidStub
from tests.factories.accounts import PASSWORD, CuratorFactory, EditorFactory, UserFactory, with_confirmed_address

ID = "0000-0002-1825-0097"


@pytest.fixture
def orcid(settings):
    with OrcidStub() as stub:
        settings.ORCID_BASE_URL = stub.address
        settings.SOCIALACCOUNT_PROVIDERS = {
            "orcid": {"APP": {"client_id": stub.client_id, "secret": stub.client_secret}}
        }
        yield stub


@pytest.fixture
def carla(db):
    return with_confirmed_address(CuratorFactory(username="carla"))


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def go_through_orcid(client, process="login", **query):
    """Press the button, visit ORCID with real HTTP, and follow the way back to the portal."""
    parameters = "&".join(f"{name}={value}" for name, value in {"process": process, **query}.items())
    away = client.post(f"/accounts/orcid/login/?{parameters}")
    back = requests.get(away["Location"], allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    assert parts.path == "/accounts/orcid/login/callback/"
    return client.get(f"{parts.path}?{parts.query}")


def connect(client):
    client.post("/accounts/login/", {"login": "carla", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return go_through_orcid(client, "connect")


def test_without_a_client_id_there_is_no_orcid_sign_in(client, db):
    assert "through ORCID" not in text_of(client.get("/accounts/login/"))
    for address in ("login/", "login/callback/"):
        assert client.get(f"/accounts/orcid/{address}").status_code == 404


def test_a_newcomer_signs_up_and_brings_a_confirmed_id(client, orcid, db):
    assert "Sign in through ORCID" in text_of(client.get("/accounts/login/"))
    assert go_through_orcid(client)["Location"] == "/accounts/3rdparty/signup/"
    form = client.get("/accounts/3rdparty/signup/")
    assert "Josiah Carberry" in text_of(form)
    client.post("/accounts/3rdparty/signup/", {"name": "Josiah C.", "username": "josiah", "email": "j@lab.example"})
    person = User.objects.get()
    assert (person.name, person.orcid, person.orcid_verified, person.role) == ("Josiah C.", ID, True, Role.VISITOR)
    assert not person.has_usable_password()
    assert not EmailAddress.objects.get().verified

    client.post(re.search(r"http://testserver(/\S+)", mail.outbox[0].body).group(1))
    again = Client()
    assert go_through_orcid(again)["Location"] == "/accounts/"
    assert again.session["_auth_user_id"] == str(person.pk)


def test_an_address_in_use_is_never_taken_over(client, orcid, carla):
    go_through_orcid(client)
    answer = {"name": "Not Carla", "username": "notcarla", "email": carla.email}
    response = client.post("/accounts/3rdparty/signup/", answer, follow=True)
    assert "Confirm your e-mail address" in text_of(response)  # says nothing about the account that exists
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()
    assert "uses already" in mail.outbox[0].body


def test_a_signed_in_person_connects_and_is_confirmed(client, orcid, carla):
    page = text_of(client.get(connect(client)["Location"]))
    assert f'Connected with <a href="https://orcid.org/{ID}">' in page
    carla.refresh_from_db()
    assert (carla.orcid, carla.orcid_verified) == (ID, True)
    assert not SocialToken.objects.exists()  # what is not kept cannot leak

    elsewhere = Client()
    assert go_through_orcid(elsewhere)["Location"] == "/workbench/"
    assert elsewhere.session["_auth_user_id"] == str(carla.pk)


def test_connecting_takes_the_id_from_somebody_who_only_typed_it(client, orcid, carla):
    typist = UserFactory(orcid=ID)
    connect(client)
    typist.refresh_from_db()
    carla.refresh_from_db()
    assert (typist.orcid, carla.orcid) == ("", ID)


def test_an_id_connected_to_one_account_is_not_connected_to_another(client, orcid, carla):
    UserFactory(orcid=ID, orcid_verified=True)
    page = client.get(connect(client)["Location"])
    assert "connected to another account" in text_of(page)
    assert not SocialAccount.objects.exists()
    carla.refresh_from_db()
    assert not carla.orcid_verified


def test_removing_the_connection_ends_sign_in_through_it(client, orcid, carla):
    connect(client)
    client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    carla.refresh_from_db()
    assert (carla.orcid, carla.orcid_verified) == (ID, False)
    assert go_through_orcid(Client())["Location"] == "/accounts/3rdparty/signup/"


def test_the_only_way_in_is_not_removed(client, orcid, db):
    person = with_confirmed_address(UserFactory(orcid=ID, orcid_verified=True))
    person.set_unusable_password()
    person.save()
    account = SocialAccount.objects.create(user=person, provider="orcid", uid=ID)
    go_through_orcid(client)
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert SocialAccount.objects.exists()


def test_the_second_step_is_asked_for_here_too(client, orcid, db):
    editor = with_confirmed_address(EditorFactory(orcid=ID, orcid_verified=True))
    SocialAccount.objects.create(user=editor, provider="orcid", uid=ID)
    TOTP.activate(editor, "JBSWY3DPEHPK3PXP")
    assert go_through_orcid(client)["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("next_address", ["https://evil.example/", "//evil.example/"])
def test_the_way_back_leads_to_no_other_site(client, orcid, carla, next_address):
    connect(client)
    assert go_through_orcid(Client(), next=next_address)["Location"] == "/workbench/"


def test_saying_no_at_orcid_changes_nothing(client, orcid, db):
    orcid.refuses = True
    response = go_through_orcid(client)
    assert response["Location"] == "/accounts/3rdparty/login/cancelled/"
    assert "Nothing was changed" in text_of(client.get(response["Location"]))


def test_an_orcid_that_is_broken_is_explained(client, orcid, db):
    orcid.breaks = True
    assert "did not work" in text_of(go_through_orcid(client))


@pytest.mark.parametrize("person", [{}, {"orcid": "0000-0002-1825-0098"}, {"orcid": "<script>"}, {"orcid": None}])
def test_an_answer_without_a_valid_id_signs_nobody_in(client, orcid, db, person):
    orcid.person = person
    assert "did not work" in text_of(go_through_orcid(client))
    assert not User.objects.exists()


def test_an_orcid_that_cannot_be_reached_is_explained(client, orcid, db, settings):
    away = client.post("/accounts/orcid/login/?process=login")
    back = urlsplit(requests.get(away["Location"], allow_redirects=False, timeout=5).headers["Location"])
    settings.ORCID_BASE_URL = "http://127.0.0.1:1"
    assert "did not work" in text_of(client.get(f"{back.path}?{back.query}"))


@pytest.mark.parametrize("query", ["", "?code=stolen", "?code=stolen&state=made-up"])
def test_a_callback_that_nobody_asked_for_is_refused(client, orcid, db, query):
    response = client.get(f"/accounts/orcid/login/callback/{query}")
    assert "did not work" in text_of(response)
    assert "_auth_user_id" not in client.session


def test_the_conversation_begins_by_post_only(client, orcid, db):
    page = client.get("/accounts/orcid/login/?process=login")
    assert page.status_code == 200
    assert orcid.asked == []
