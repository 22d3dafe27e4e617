"""People themselves: made, described, closed and opened again."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from apps.accounts import orcid as orcid_ids
from apps.accounts.models import ApiToken, User
from apps.accounts.permissions import may_change
from apps.accounts.roles import Role
from apps.core.exceptions import Refused

from .events import record_event


@transaction.atomic
def create_person(
    *,
    username: str,
    email: str,
    password: str,
    name: str = "",
    affiliation: str = "",
    role: Role = Role.VISITOR,
    check_password: bool = True,
) -> User:
    """Make an account whose e-mail address counts as confirmed; for the operator's commands, not for sign-up."""
    person = User(username=username, email=email.lower(), name=name, affiliation=affiliation, role=role)
    person.is_staff = role == Role.ADMINISTRATOR
    try:
        validate_email(person.email)
        if check_password:
            validate_password(password, person)
        person.set_password(password)
        person.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    if EmailAddress.objects.filter(email=person.email).exists():
        raise Refused("Another account uses this e-mail address.", field="email")
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    record_event(actor=None, verb="create_person", obj=person, to_state=role)
    return person


@transaction.atomic
def update_profile(*, person: User, name: str, affiliation: str, orcid: str) -> User:
    """Describe oneself. An iD that ORCID confirmed stays until the connection is removed."""
    person = User.objects.select_for_update().get(pk=person.pk)
    name, affiliation = " ".join(name.split()), " ".join(affiliation.split())
    if not name:
        raise Refused("Write your name as it should appear to others.", field="name")
    if person.orcid_verified:
        orcid = person.orcid
    elif orcid.strip():
        try:
            orcid = orcid_ids.normalise(orcid)
        except ValidationError as error:
            raise Refused(" ".join(error.messages), field="orcid") from error
        if User.objects.filter(orcid=orcid).exclude(pk=person.pk).exists():
            raise Refused(
                "Another account uses this ORCID iD. If it is yours, sign in through ORCID or ask an administrator.",
                field="orcid",
            )
    else:
        orcid = ""
    changed: dict[str, Any] = {
        field: [getattr(person, field), value]
        for field, value in (("name", name), ("affiliation", affiliation), ("orcid", orcid))
        if getattr(person, field) != value
    }
    if changed:
        person.name, person.affiliation, person.orcid = name, affiliation, orcid
        person.save(update_fields=list(changed))
        record_event(actor=person, verb="update_profile", obj=person, data=changed)
    return person


@transaction.atomic
def claim_verified_orcid(*, person: User, orcid: str) -> User:
    """Take over an iD that ORCID has just confirmed for ``person``.

    Somebody else who had only typed the same iD loses it: they were mistaken, or pretending.
    """
    orcid = orcid_ids.normalise(orcid)
    others = list(User.objects.select_for_update().filter(orcid=orcid).exclude(pk=person.pk))
    person = User.objects.select_for_update().get(pk=person.pk)
    for other in others:
        if other.orcid_verified:
            raise Refused("This ORCID iD is connected to another account.", field="orcid", code="state")
        other.orcid = ""
        other.save(update_fields=["orcid"])
        record_event(
            actor=None,
            verb="lose_orcid",
            obj=other,
            reason="ORCID confirmed this iD for another account.",
            data={"orcid": [orcid, ""]},
        )
    if person.orcid != orcid or not person.orcid_verified:
        before, person.orcid, person.orcid_verified = person.orcid, orcid, True
        person.save(update_fields=["orcid", "orcid_verified"])
        record_event(actor=person, verb="verify_orcid", obj=person, data={"orcid": [before, orcid]})
    return person


@transaction.atomic
def forget_verified_orcid(*, person: User) -> None:
    """After the connection with ORCID is removed the iD stays as the person's own word."""
    if User.objects.filter(pk=person.pk, orcid_verified=True).update(orcid_verified=False):
        record_event(actor=person, verb="disconnect_orcid", obj=person)


@transaction.atomic
def set_active(*, actor: User, person: User, active: bool, reason: str) -> User:
    """Close an account (its sessions and tokens stop at once), or open it again. Nothing is deleted but tokens."""
    people = {user.pk: user for user in User.objects.select_for_update().filter(pk__in=[actor.pk, person.pk])}
    actor, person = people[actor.pk], people[person.pk]
    may_change(actor, person).require()
    reason = reason.strip()
    if not reason:
        raise Refused("Give a reason: it is kept in the history.", field="reason")
    if person.is_active == active:
        raise Refused("This account is already " + ("open." if active else "closed."), code="state")
    person.is_active = active
    person.save(update_fields=["is_active"])
    if not active:
        ApiToken.objects.of(person).delete()
    states = ("closed", "open") if active else ("open", "closed")
    record_event(
        actor=actor,
        verb="open_account" if active else "close_account",
        obj=person,
        from_state=states[0],
        to_state=states[1],
        reason=reason,
    )
    return person
