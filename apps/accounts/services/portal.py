"""Accounts of the portal itself, in whose name it does what a person would do."""

from secrets import token_hex

from allauth.mfa.models import Authenticator
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.roles import Role

from .events import record_event


@transaction.atomic
def portal_account(*, username: str, name: str, role: Role) -> User:
    """The account of this name, made where there is none; nobody can ever sign in to it.

    It has no password, no e-mail address to ask a new one for, and a second step whose secret
    nobody knows.
    """
    person = User.objects.filter(username=username).first()
    if person is not None:
        return person
    person = User(username=username, name=name, email="", role=role)
    person.set_unusable_password()
    person.save()
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": token_hex(32)})
    record_event(actor=None, verb="create_person", obj=person, to_state=role)
    return person
