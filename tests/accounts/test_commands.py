from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Event, User
from apps.accounts.roles import Role


def create(*arguments):
    said = StringIO()
    call_command("create_administrator", *arguments, stdout=said)
    return said.getvalue()


def test_the_first_administrator_can_sign_in_with_the_password_that_was_printed(client, db):
    said = create("ada", "--email", "ada@lab.example", "--name", "Ada A.", "--generate-password")
    password = said.split("Password: ")[1].splitlines()[0]
    person = User.objects.get()
    assert (person.role, person.is_staff, person.is_superuser) == (Role.ADMINISTRATOR, True, False)
    assert client.post("/accounts/login/", {"login": "ada", "password": password}).status_code == 302
    assert client.get("/accounts/people/").status_code == 200
    assert client.get("/admin/accounts/event/").status_code == 200
    event = Event.objects.get()
    assert (event.actor, event.to_state) == (None, "administrator")


@pytest.mark.parametrize("again", [("ada", "--email", "other@lab.example"), ("other", "--email", "Ada@lab.example")])
def test_a_name_or_an_address_in_use_is_refused_in_one_sentence(db, again):
    create("ada", "--email", "ada@lab.example", "--generate-password")
    with pytest.raises(CommandError):
        create(*again, "--generate-password")
    assert User.objects.count() == 1


def test_a_wrong_address_is_refused(db):
    with pytest.raises(CommandError, match="valid email"):
        create("ada", "--email", "nowhere", "--generate-password")


def test_djangos_createsuperuser_makes_an_administrator(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a very long pass phrase")
    call_command("createsuperuser", "--noinput", username="ada", email="ada@lab.example", stdout=StringIO())
    assert User.objects.get().role == Role.ADMINISTRATOR
