"""What the database itself refuses, whoever asks."""

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import ApiToken, ConflictStatement, Event, RoleApplication, User
from apps.accounts.roles import Role
from apps.accounts.services import make_conflict_statement, record_event, set_role
from tests.factories.accounts import RoleApplicationFactory, UserFactory


def refused(change):
    with pytest.raises(Error), transaction.atomic():
        change()


def test_nobody_decides_their_own_application(administrator):
    application = RoleApplicationFactory(applicant=administrator)
    now = timezone.now()
    refused(
        lambda: RoleApplication.objects.filter(pk=application.pk).update(
            state="granted", decided_by=administrator, decided_at=now
        )
    )


def test_an_application_is_not_decided_by_nobody(visitor):
    application = RoleApplicationFactory(applicant=visitor)
    refused(lambda: RoleApplication.objects.filter(pk=application.pk).update(state="granted"))


@pytest.mark.parametrize("verb", ["grant_role", "set_role"])
def test_nobody_records_a_role_of_their_own(administrator, visitor, verb):
    refused(lambda: record_event(actor=administrator, verb=verb, obj=administrator))
    record_event(actor=administrator, verb=verb, obj=visitor)
    record_event(actor=None, verb=verb, obj=administrator)


def test_one_open_application_per_person(visitor):
    RoleApplicationFactory(applicant=visitor)
    refused(lambda: RoleApplicationFactory(applicant=visitor, role=Role.EDITOR))


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_only_administrators_reach_djangos_admin(editor, administrator, flag):
    refused(lambda: User.objects.filter(pk=editor.pk).update(**{flag: True}))
    User.objects.filter(pk=administrator.pk).update(**{flag: True})


def test_a_username_and_an_address_belong_to_one_person_however_they_are_written(visitor):
    refused(lambda: UserFactory(username=visitor.username.upper(), email="other@lab.example"))
    refused(lambda: UserFactory(email=visitor.email.upper()))


def test_an_unknown_role_is_refused(visitor):
    refused(lambda: User.objects.filter(pk=visitor.pk).update(role="superhero"))


def test_history_is_append_only(visitor):
    event = record_event(actor=visitor, verb="try", obj=visitor)
    refused(lambda: Event.objects.filter(pk=event.pk).update(verb="other"))
    refused(event.delete)


def test_a_conflict_statement_is_never_altered(visitor):
    statement = make_conflict_statement(person=visitor, text="none")
    refused(
        lambda: ConflictStatement.objects.filter(pk=statement.pk).update(expires_at=timezone.now() + timedelta(999))
    )
    refused(statement.delete)


def test_the_token_and_its_plain_text_are_different_things(visitor):
    token, plain = ApiToken.objects.create(user=visitor, expiry=None, name="one")
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.create(user=visitor, expiry=None, name="ONE")
    assert plain not in {str(value) for value in ApiToken.objects.filter(pk=token.pk).values()[0].values()}


@pytest.mark.django_db(transaction=True)
def test_an_event_is_not_written_without_its_change():
    person = UserFactory()
    with pytest.raises(transaction.TransactionManagementError):
        record_event(actor=person, verb="try", obj=person)


def test_superusers_are_administrators(db):
    person = User.objects.create_superuser("root-of-all", "root@lab.example", "correct horse battery")
    assert (person.role, person.is_staff) == (Role.ADMINISTRATOR, True)


def test_a_person_who_is_lowered_loses_djangos_admin(administrator):
    other = User.objects.create_superuser("root-of-all", "root@lab.example", "correct horse battery")
    lowered = set_role(actor=administrator, person=other, role=Role.EDITOR, reason="No longer needed.")
    assert (lowered.is_staff, lowered.is_superuser) == (False, False)
