"""Sign-up, confirmation, sign-in, sign-out, passwords and addresses, by following the links that were mailed."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from tests.factories.accounts import PASSWORD, CuratorFactory, UserFactory, with_confirmed_address

NEW = {
    "name": "Nora  New",
    "username": "nora",
    "email": "Nora@Lab.example",
    "password1": "a very long pass phrase",
    "password2": "a very long pass phrase",
}


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def link_in(message) -> str:
    return re.search(r"http://testserver(/\S+)", message.body).group(1)


def sign_in(client, login, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": login, "password": password} | more)


def test_signing_up_confirming_and_signing_in(client, db):
    response = client.post("/accounts/signup/", NEW, follow=True)
    assert "Confirm your e-mail address" in text_of(response)
    person = User.objects.get()
    assert (person.name, person.email, person.role) == ("Nora New", "nora@lab.example", Role.VISITOR)
    assert (person.is_staff, person.is_superuser) == (False, False)

    response = sign_in(client, "nora", NEW["password1"])
    assert response["Location"] == "/accounts/confirm-email/"
    assert client.get("/accounts/").status_code == 302

    address = link_in(mail.outbox[0])
    page = client.get(address)
    assert "Is <strong>nora@lab.example</strong>" in text_of(page)
    assert not EmailAddress.objects.get().verified  # looking at the link confirms nothing
    client.post(address)
    assert EmailAddress.objects.get().verified

    response = sign_in(Client(), "NORA@lab.example", NEW["password1"])
    assert response["Location"] == "/accounts/"


def test_the_demo_tells_where_its_mail_went_and_nobody_else_does(client, db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = "/somewhere/mail"
    assert "/somewhere/mail" in text_of(client.get("/accounts/confirm-email/"))
    settings.DEMO = False
    assert "/somewhere/mail" not in text_of(client.get("/accounts/confirm-email/"))


def test_the_demo_names_its_people_and_not_their_password(client, db, settings):
    page = text_of(client.get("/accounts/login/"))
    assert "demo-second-editor" in page
    assert settings.DEMO_PASSWORD not in page
    settings.DEMO = False
    assert "demo-editor" not in text_of(client.get("/accounts/login/"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "nothing"}, "email"),
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"password1": "1234567890123", "password2": "1234567890123"}, "password1"),
        ({"password2": "another long pass phrase"}, "password2"),
        ({"username": "no"}, "username"),
        ({"username": "nora@lab.example"}, "username"),
        ({"username": "nörå"}, "username"),
        ({"username": "Administrator"}, "username"),
    ],
)
def test_sign_up_names_what_is_wrong(client, db, change, field):
    response = client.post("/accounts/signup/", NEW | change)
    assert field in response.context["form"].errors
    assert not User.objects.exists()


def test_a_name_in_use_is_refused_however_it_is_written(client, db):
    UserFactory(username="Nora")
    assert "username" in client.post("/accounts/signup/", NEW).context["form"].errors


def test_sign_up_does_not_tell_whether_an_address_is_known(client, db):
    known = with_confirmed_address(UserFactory(email="nora@lab.example"))
    response = client.post("/accounts/signup/", NEW, follow=True)
    stranger = Client().post(
        "/accounts/signup/", NEW | {"username": "other", "email": "other@lab.example"}, follow=True
    )
    assert response.redirect_chain == stranger.redirect_chain
    assert "Confirm your e-mail address" in text_of(response)
    assert mail.outbox[0].to == [known.email]
    assert "uses already" in mail.outbox[0].body


def test_sign_up_cannot_bring_a_role_along(client, db):
    client.post("/accounts/signup/", NEW | {"role": "administrator", "is_staff": "on", "is_superuser": "on"})
    person = User.objects.get()
    assert (person.role, person.is_staff, person.is_superuser) == (Role.VISITOR, False, False)


# --- sign-in and sign-out -----------------------------------------------------------------------


@pytest.fixture
def carla(db):
    return with_confirmed_address(CuratorFactory(username="carla"))


@pytest.mark.parametrize("login", ["carla", "Carla", "carla@lab.example", "CARLA@lab.example"])
def test_one_signs_in_with_username_or_address_and_lands_at_ones_work(client, carla, login):
    assert sign_in(client, login)["Location"] == "/workbench/"


@pytest.mark.parametrize("login", ["carla", "nobody", "nobody@lab.example"])
def test_a_wrong_password_and_an_unknown_name_look_the_same(client, carla, login):
    errors = sign_in(client, login, "wrong").context["form"].non_field_errors()
    assert re.match(r"The (username|email address) and/or password you specified are not correct\.", errors[0])


def test_the_session_changes_at_sign_in(client, carla):
    client.get("/accounts/login/")
    client.session["something"] = 1
    client.session.save()
    before = client.session.session_key
    sign_in(client, "carla")
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_leads_to_no_other_site(client, carla, where):
    assert sign_in(client, "carla", next=where)["Location"] == "/workbench/"
    response = client.post("/accounts/logout/", {"next": where})
    assert response["Location"] == "/"


def test_sign_in_leads_back_to_where_one_was_going(client, carla):
    assert sign_in(client, "carla", next="/accounts/tokens/")["Location"] == "/accounts/tokens/"


def test_signing_out_takes_a_post(client, carla):
    client.force_login(carla)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/accounts/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/accounts/").status_code == 302


def test_a_closed_account_does_not_sign_in(client, carla):
    User.objects.update(is_active=False)
    sign_in(client, "carla")
    assert "_auth_user_id" not in client.session


def test_guessing_a_password_is_stopped_even_from_many_addresses(client, carla):
    for number in range(5):
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), "carla", "wrong")
    page = sign_in(Client(REMOTE_ADDR="192.0.2.99"), "carla", PASSWORD)
    assert "Too many failed login attempts" in text_of(page)


def test_too_many_requests_are_answered_politely(client, carla):
    answers = [sign_in(client, f"name{number}", "wrong").status_code for number in range(31)]
    assert answers[-1] == 429
    assert set(answers[:10]) == {200}


def test_the_address_of_the_client_is_read_through_trusted_proxies_only(carla, settings):
    def attempts(client):
        return [
            sign_in(
                client,
                f"name{n}",
                "wrong",
            ).status_code
            for n in range(31)
        ]

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert attempts(Client(headers={"x-forwarded-for": "192.0.2.1"}))[-1] == 429
    assert sign_in(Client(headers={"x-forwarded-for": "192.0.2.2"}), "carla").status_code == 302
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert attempts(Client(headers={"x-forwarded-for": "192.0.2.3"}))[-1] == 429
    assert sign_in(Client(headers={"x-forwarded-for": "192.0.2.4"}), "carla").status_code == 429


# --- password -----------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_through_the_mailed_link_once(client, carla):
    client.post("/accounts/password/reset/", {"email": carla.email})
    address = link_in(mail.outbox[0])
    form = client.get(address, follow=True)
    new = "a brand new pass phrase"
    response = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert "Your password is changed" in text_of(response)
    assert sign_in(client, "carla", new).status_code == 302
    assert "This link no longer works" in text_of(Client().get(address, follow=True))


def test_asking_for_a_new_password_does_not_tell_whether_an_address_is_known(client, carla):
    known = client.post("/accounts/password/reset/", {"email": carla.email}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@lab.example"}, follow=True)
    assert text_of(known) == text_of(unknown)
    assert [message.to for message in mail.outbox] == [[carla.email]]


def test_changing_the_password_signs_other_computers_out(client, carla):
    elsewhere = Client()
    for one in (client, elsewhere):
        sign_in(one, "carla")
    new = "a brand new pass phrase"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/accounts/").status_code == 200
    assert elsewhere.get("/accounts/").status_code == 302
    assert "changed" in mail.outbox[-1].body


# --- address ------------------------------------------------------------------------------------


def test_a_new_address_counts_once_it_is_confirmed(client, carla):
    sign_in(client, "carla")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"action_add": "", "email": "carla@new.example"})
    carla.refresh_from_db()
    assert carla.email == "carla@lab.example"
    (message,) = [message for message in mail.outbox if message.to == ["carla@new.example"]]
    client.post(link_in(message))
    carla.refresh_from_db()
    assert carla.email == "carla@new.example"
    assert EmailAddress.objects.count() == 1


def test_an_address_that_went_to_somebody_else_meanwhile_is_not_taken(client, carla):
    sign_in(client, "carla")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"action_add": "", "email": "wanted@new.example"})
    (message,) = [message for message in mail.outbox if message.to == ["wanted@new.example"]]
    UserFactory(email="wanted@new.example")
    client.post(link_in(message))
    carla.refresh_from_db()
    assert carla.email == "carla@lab.example"


def test_changing_the_address_takes_the_password_once_more(client, carla):
    sign_in(client, "carla")
    response = client.post("/accounts/email/", {"action_add": "", "email": "carla@new.example"})
    assert "/accounts/reauthenticate/" in response["Location"]
    assert not EmailAddress.objects.filter(email="carla@new.example").exists()


def test_a_worn_out_link_says_so(client, db):
    assert "This link no longer works" in text_of(client.get("/accounts/confirm-email/nonsense/"))
