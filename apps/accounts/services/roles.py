"""Roles: applied for, granted, declined, set. Nobody does any of it to themselves."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.accounts.models import RoleApplication, User
from apps.accounts.permissions import may_apply, may_change, may_decide
from apps.accounts.roles import Role
from apps.core.exceptions import Refused

from .events import record_event
from .notices import notify

State = RoleApplication.State


@transaction.atomic
def apply_for_role(*, applicant: User, role: Role, reason: str) -> RoleApplication:
    """Ask for a role, with a complete profile and a reason; one application at a time."""
    role = Role(role)
    reason = reason.strip()
    applicant = User.objects.select_for_update().get(pk=applicant.pk)
    may_apply(applicant, role).require()
    for field, what in (("name", "your name"), ("affiliation", "your affiliation"), ("orcid", "your ORCID iD")):
        if not getattr(applicant, field):
            raise Refused(f"Add {what} to your profile: administrators need it to decide.", field=field)
    if not reason:
        raise Refused("Say in a sentence or two why you want to take part.", field="reason")
    try:
        with transaction.atomic():
            application = RoleApplication.objects.create(applicant=applicant, role=role, reason=reason)
    except IntegrityError as error:
        raise Refused("Your earlier application is still waiting for an answer.", code="state") from error
    record_event(actor=applicant, verb="apply_for_role", obj=application, to_state=State.OPEN, data={"role": role})
    return application


def grant_role(*, actor: User, application: RoleApplication, answer: str = "") -> RoleApplication:
    """Give the applicant the role that they applied for; a higher one that they have meanwhile stays."""
    return _decide(actor=actor, application=application, state=State.GRANTED, answer=answer)


def decline_role(*, actor: User, application: RoleApplication, answer: str) -> RoleApplication:
    """Answer an application with no, and why; the person may apply again."""
    if not answer.strip():
        raise Refused("Tell the applicant why: they read this answer.", field="answer")
    return _decide(actor=actor, application=application, state=State.DECLINED, answer=answer)


@transaction.atomic
def _decide(*, actor: User, application: RoleApplication, state: str, answer: str) -> RoleApplication:
    application = RoleApplication.objects.select_for_update().get(pk=application.pk)
    people = _lock(actor, application.applicant)
    actor, applicant = people[actor.pk], people[application.applicant_id]
    may_decide(actor, application).require()
    if application.state != State.OPEN:
        raise Refused(
            f"This application has already been answered: {application.get_state_display().lower()}.", code="state"
        )
    if state == State.GRANTED and not applicant.is_active:
        raise Refused("The applicant's account is closed.", code="state")
    application.state = state
    application.decided_by = actor
    application.decided_at = timezone.now()
    application.answer = answer.strip()
    application.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    record_event(
        actor=actor,
        verb="grant_application" if state == State.GRANTED else "decline_application",
        obj=application,
        from_state=State.OPEN,
        to_state=state,
        reason=application.answer,
    )
    role = Role(application.role)
    if state == State.GRANTED and not Role(applicant.role).includes(role):
        _assign(applicant, role, actor=actor, verb="grant_role", reason=application.answer)
    told = f"Your application for the role of {role.label.lower()} is {state}. {application.answer}".strip()
    notify(
        people=[applicant],
        kind=Kind.REQUEST_DECIDED,
        text=told,
        url=reverse("accounts:role-application"),
        key=f"role application {application.pk} decided",
    )
    application.applicant = applicant
    return application


@transaction.atomic
def set_role(*, actor: User, person: User, role: Role, reason: str) -> User:
    """Give a person any role, higher or lower, with a reason."""
    role = Role(role)
    people = _lock(actor, person)
    actor, person = people[actor.pk], people[person.pk]
    may_change(actor, person).require()
    reason = reason.strip()
    if not reason:
        raise Refused("Give a reason: it is kept in the history.", field="reason")
    if person.role == role:
        raise Refused(f"{person} already has the role of {role.label.lower()}.", field="role", code="state")
    _assign(person, role, actor=actor, verb="set_role", reason=reason)
    return person


def _lock(*people: User) -> dict[int, User]:
    """Lock these people in one order, so that two administrators who act on each other do not wait for ever."""
    rows = User.objects.select_for_update().filter(pk__in={person.pk for person in people}).order_by("pk")
    return {person.pk: person for person in rows}


def _assign(person: User, role: Role, *, actor: User, verb: str, reason: str) -> None:
    before = person.role
    person.role = role
    person.is_staff = role == Role.ADMINISTRATOR
    person.is_superuser = person.is_superuser and person.is_staff
    person.save(update_fields=["role", "is_staff", "is_superuser"])
    record_event(actor=actor, verb=verb, obj=person, from_state=before, to_state=role, reason=reason)
