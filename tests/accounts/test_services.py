"""People, conflict statements and tokens; roles are in test_services_roles."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from knox.crypto import hash_token

from apps.accounts import services
from apps.accounts.models import ApiToken, ConflictStatement, Event
from apps.accounts.roles import Role
from apps.core.exceptions import Refused
from tests.factories.accounts import UserFactory, orcid_number

GOOD_ORCID = "0000-0002-1825-0097"


def events_about(obj):
    return list(Event.objects.of_object(obj).values_list("verb", flat=True))


# --- profile ------------------------------------------------------------------------------------


def test_a_profile_is_saved_in_its_usual_form_and_recorded(visitor):
    saved = services.update_profile(
        person=visitor, name="  Vera   Visitor ", affiliation="Institute", orcid=f"https://orcid.org/{GOOD_ORCID}"
    )
    assert (saved.name, saved.affiliation, saved.orcid) == ("Vera Visitor", "Institute", GOOD_ORCID)
    assert events_about(visitor) == ["update_profile"]


def test_a_profile_saved_unchanged_leaves_no_trace(visitor):
    services.update_profile(person=visitor, name=visitor.name, affiliation=visitor.affiliation, orcid=visitor.orcid)
    assert events_about(visitor) == []


@pytest.mark.parametrize(("change", "field"), [({"name": " "}, "name"), ({"orcid": "0000-0002-1825-0098"}, "orcid")])
def test_a_profile_with_a_fault_names_the_field(visitor, change, field):
    with pytest.raises(Refused) as refusal:
        services.update_profile(person=visitor, **({"name": "V", "affiliation": "", "orcid": ""} | change))
    assert refusal.value.field == field


def test_an_orcid_id_that_somebody_else_uses_is_refused(visitor, curator):
    with pytest.raises(Refused, match="Another account"):
        services.update_profile(person=visitor, name="V", affiliation="", orcid=curator.orcid)


def test_a_confirmed_orcid_id_is_not_changed_by_typing(visitor):
    services.claim_verified_orcid(person=visitor, orcid=GOOD_ORCID)
    services.update_profile(person=visitor, name="V", affiliation="", orcid=orcid_number(4711))
    visitor.refresh_from_db()
    assert (visitor.orcid, visitor.orcid_verified) == (GOOD_ORCID, True)


def test_orcid_gives_an_id_to_its_owner_and_takes_it_from_who_only_typed_it(visitor, curator):
    typed = curator.orcid
    services.claim_verified_orcid(person=visitor, orcid=typed)
    visitor.refresh_from_db()
    curator.refresh_from_db()
    assert (visitor.orcid, curator.orcid) == (typed, "")
    assert events_about(curator) == ["lose_orcid"]


def test_an_id_that_orcid_confirmed_for_one_person_is_not_given_to_another(visitor, curator):
    services.claim_verified_orcid(person=curator, orcid=GOOD_ORCID)
    with pytest.raises(Refused, match="connected to another account"):
        services.claim_verified_orcid(person=visitor, orcid=GOOD_ORCID)


def test_removing_the_connection_keeps_the_id_as_ones_own_word(visitor):
    services.claim_verified_orcid(person=visitor, orcid=GOOD_ORCID)
    services.forget_verified_orcid(person=visitor)
    visitor.refresh_from_db()
    assert (visitor.orcid, visitor.orcid_verified) == (GOOD_ORCID, False)


# --- accounts -----------------------------------------------------------------------------------


def test_a_person_made_by_an_operator_can_sign_in_at_once(client, db):
    services.create_person(
        username="ada", email="Ada@Lab.example", password="a long pass phrase", role=Role.ADMINISTRATOR
    )
    answer = client.post("/accounts/login/", {"login": "ada@lab.example", "password": "a long pass phrase"})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"]


@pytest.mark.parametrize(
    "fault",
    [{"email": "no address"}, {"password": "short"}, {"email": "visitor@lab.example"}, {"username": "VISITOR"}],
)
def test_a_person_with_a_fault_is_not_made(visitor, fault):
    with pytest.raises(Refused):
        services.create_person(
            **({"username": "ada", "email": "ada@lab.example", "password": "a long pass phrase"} | fault)
        )


def test_a_closed_account_is_signed_out_and_its_tokens_are_gone(client, administrator, visitor):
    services.make_token(owner=visitor, name="one")
    client.force_login(visitor)
    closed = services.set_active(actor=administrator, person=visitor, active=False, reason="Asked for it.")
    assert not closed.is_active
    assert client.get("/accounts/").status_code == 302
    assert not ApiToken.objects.exists()
    services.set_active(actor=administrator, person=visitor, active=True, reason="Came back.")
    assert events_about(visitor) == ["make_token", "close_account", "open_account"]


def test_accounts_are_closed_by_other_administrators_only(administrator, editor, visitor):
    for actor, person in ((administrator, administrator), (editor, visitor)):
        with pytest.raises(Refused) as refusal:
            services.set_active(actor=actor, person=person, active=False, reason="Because.")
        assert refusal.value.code == "forbidden"


# --- conflict statements ------------------------------------------------------------------------


def test_a_statement_is_in_force_for_a_year_and_not_a_day_longer(editor):
    with time_machine.travel("2026-03-01 12:00:00+00:00", tick=False) as clock:
        made = services.make_conflict_statement(person=editor, text="I advise a company.")
        assert services.conflict_statement_in_force(editor) == made
        clock.shift(timedelta(days=365) - timedelta(seconds=1))
        assert services.conflict_statement_in_force(editor) == made
        clock.shift(timedelta(seconds=1))
        assert services.conflict_statement_in_force(editor) is None


def test_the_newest_statement_counts_and_the_older_stays(editor):
    services.make_conflict_statement(person=editor, text="I advise a company.")
    newer = services.make_conflict_statement(person=editor, text="None.")
    assert services.conflict_statement_in_force(editor) == newer
    assert newer.declares_none
    assert ConflictStatement.objects.of(editor).count() == 2


def test_renewal_is_due_in_the_last_thirty_days(editor):
    with time_machine.travel("2026-03-01 12:00:00+00:00", tick=False) as clock:
        made = services.make_conflict_statement(person=editor, text="none")
        clock.shift(timedelta(days=334))
        assert not made.renewal_due
        clock.shift(timedelta(days=1))
        assert made.renewal_due


def test_an_empty_statement_is_refused(editor):
    with pytest.raises(Refused, match="none"):
        services.make_conflict_statement(person=editor, text="  ")
    assert services.conflict_statement_in_force(editor) is None


# --- tokens -------------------------------------------------------------------------------------


def test_only_the_hash_of_a_token_is_kept(visitor):
    token, plain = services.make_token(owner=visitor, name="notebook")
    stored = ApiToken.objects.values().get(pk=token.pk)
    assert stored["digest"] == hash_token(plain)
    assert plain not in str(stored)
    assert plain.startswith(stored["token_key"])
    assert plain not in str(list(Event.objects.values()))


def test_a_token_expires_when_its_owner_said(visitor):
    token, _ = services.make_token(owner=visitor, name="notebook", expires_in_days=30)
    assert timedelta(days=29) < token.expiry - timezone.now() <= timedelta(days=30)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"expires_in_days": 100_000}, "expires_in_days"),
        ({"name": "Taken"}, "name"),
    ],
)
def test_a_token_with_a_fault_is_not_made(visitor, asked, field):
    services.make_token(owner=visitor, name="taken")
    with pytest.raises(Refused) as refusal:
        services.make_token(owner=visitor, **({"name": "new"} | asked))
    assert refusal.value.field == field
    assert ApiToken.objects.count() == 1


def test_tokens_do_not_pile_up_without_end(visitor):
    for number in range(25):
        services.make_token(owner=visitor, name=f"token {number}")
    with pytest.raises(Refused, match="revoke one"):
        services.make_token(owner=visitor, name="one more")


def test_only_its_owner_revokes_a_token(visitor, administrator):
    token, _ = services.make_token(owner=visitor, name="notebook")
    with pytest.raises(Refused):
        services.revoke_token(owner=administrator, token=token)
    services.revoke_token(owner=visitor, token=token)
    services.revoke_token(owner=visitor, token=token)
    assert events_about(visitor) == ["make_token", "revoke_token"]


def test_a_closed_account_makes_no_token(db):
    with pytest.raises(Refused):
        services.make_token(owner=UserFactory(is_active=False), name="notebook")
