"""Applying for roles, granting and declining, setting, telling."""

import threading

import pytest
from django.core import mail
from django.db import connection

from apps.accounts import services, tasks
from apps.accounts.kinds import Delivery
from apps.accounts.models import Event, Notice, RoleApplication, User
from apps.accounts.roles import Role
from apps.core.exceptions import Refused
from tests.factories.accounts import AdministratorFactory, RoleApplicationFactory, UserFactory


def verbs():
    return list(Event.objects.values_list("verb", flat=True))


@pytest.fixture
def application(visitor):
    return services.apply_for_role(applicant=visitor, role=Role.CURATOR, reason="I know the field.")


def test_an_application_waits_and_is_recorded(application):
    assert list(RoleApplication.objects.awaiting_decision()) == [application]
    assert verbs() == ["apply_for_role"]


@pytest.mark.parametrize("field", ["name", "affiliation", "orcid"])
def test_an_application_needs_a_complete_profile(db, field):
    with pytest.raises(Refused) as refusal:
        services.apply_for_role(applicant=UserFactory(**{field: ""}), role=Role.CURATOR, reason="Because.")
    assert refusal.value.field == field


def test_an_application_needs_a_reason(visitor):
    with pytest.raises(Refused) as refusal:
        services.apply_for_role(applicant=visitor, role=Role.CURATOR, reason=" ")
    assert refusal.value.field == "reason"


def test_a_second_application_waits_for_the_answer_to_the_first(application, visitor):
    with pytest.raises(Refused, match="still waiting"):
        services.apply_for_role(applicant=visitor, role=Role.EDITOR, reason="More.")
    assert verbs() == ["apply_for_role"]


@pytest.mark.parametrize("role", [Role.VISITOR, Role.CURATOR, Role.ADMINISTRATOR])
def test_one_applies_for_a_higher_role_that_is_open_to_application(curator, role):
    with pytest.raises(Refused) as refusal:
        services.apply_for_role(applicant=curator, role=role, reason="Because.")
    assert refusal.value.code == "forbidden"


def test_granting_gives_the_role_and_records_both_sides(application, administrator, visitor):
    granted = services.grant_role(actor=administrator, application=application, answer="Welcome.")
    visitor.refresh_from_db()
    assert (granted.state, granted.decided_by, visitor.role) == ("granted", administrator, Role.CURATOR)
    assert verbs() == ["apply_for_role", "grant_application", "grant_role"]
    change = Event.objects.of_object(visitor).get(verb="grant_role")
    assert (change.from_state, change.to_state, change.actor, change.reason) == (
        "visitor",
        "curator",
        administrator,
        "Welcome.",
    )


def test_declining_says_why_and_leaves_the_role(application, administrator, visitor):
    with pytest.raises(Refused) as refusal:
        services.decline_role(actor=administrator, application=application, answer=" ")
    assert refusal.value.field == "answer"
    services.decline_role(actor=administrator, application=application, answer="Please tell us more.")
    visitor.refresh_from_db()
    assert visitor.role == Role.VISITOR
    services.apply_for_role(applicant=visitor, role=Role.CURATOR, reason="Here is more.")


def test_an_application_is_answered_once(application, administrator):
    services.grant_role(actor=administrator, application=application)
    with pytest.raises(Refused, match="already been answered") as refusal:
        services.decline_role(actor=administrator, application=application, answer="No.")
    assert refusal.value.code == "state"


def test_granting_never_lowers_a_role(administrator, editor):
    application = RoleApplicationFactory(applicant=editor, role=Role.CURATOR)
    services.grant_role(actor=administrator, application=application)
    editor.refresh_from_db()
    assert editor.role == Role.EDITOR


def test_a_closed_account_is_granted_nothing(administrator):
    application = RoleApplicationFactory(applicant=UserFactory(is_active=False))
    with pytest.raises(Refused, match="closed"):
        services.grant_role(actor=administrator, application=application)


@pytest.mark.parametrize("who", ["visitor", "curator", "editor"])
def test_only_administrators_grant(request, who, administrator):
    actor = request.getfixturevalue(who)
    with pytest.raises(Refused) as refusal:
        services.grant_role(actor=actor, application=RoleApplicationFactory())
    assert refusal.value.code == "forbidden"


def test_nobody_grants_a_role_to_themselves(administrator):
    application = RoleApplicationFactory(applicant=administrator)
    for verb in (services.grant_role, services.decline_role):
        with pytest.raises(Refused, match="themselves"):
            verb(actor=administrator, application=application, answer="Me.")
    with pytest.raises(Refused, match="their own role"):
        services.set_role(actor=administrator, person=administrator, role=Role.EDITOR, reason="Me.")
    assert verbs() == []


def test_a_role_is_set_with_a_reason_and_opens_djangos_admin_to_administrators(administrator, curator):
    raised = services.set_role(actor=administrator, person=curator, role=Role.ADMINISTRATOR, reason="Runs the portal.")
    assert (raised.role, raised.is_staff) == (Role.ADMINISTRATOR, True)
    lowered = services.set_role(actor=administrator, person=raised, role=Role.VISITOR, reason="Left the project.")
    assert (lowered.role, lowered.is_staff) == (Role.VISITOR, False)
    assert verbs() == ["set_role", "set_role"]


@pytest.mark.parametrize("reason", ["", " "])
def test_a_role_is_not_set_without_a_reason(administrator, curator, reason):
    with pytest.raises(Refused):
        services.set_role(actor=administrator, person=curator, role=Role.EDITOR, reason=reason)


def test_an_administrator_who_was_lowered_meanwhile_sets_nothing(administrator, visitor):
    stale = User.objects.get(pk=administrator.pk)
    services.set_role(actor=AdministratorFactory(), person=administrator, role=Role.CURATOR, reason="Lowered.")
    with pytest.raises(Refused):
        services.set_role(actor=stale, person=visitor, role=Role.EDITOR, reason="Too late.")


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_lower_each_other_leave_one():
    one, other = AdministratorFactory(), AdministratorFactory()
    gate, outcomes = threading.Barrier(2), []

    def lower(actor, person):
        try:
            gate.wait()
            services.set_role(actor=actor, person=person, role=Role.VISITOR, reason="Race.")
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=lower, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["done", "refused"]
    assert User.objects.administrators().count() == 1


# --- telling ------------------------------------------------------------------------------------


def test_the_applicant_is_told_with_the_decision(application, administrator, visitor):
    assert not Notice.objects.exists()
    services.grant_role(actor=administrator, application=application, answer="Welcome, Vera & friends.")
    (notice,) = Notice.objects.all()
    assert (notice.person, notice.delivery) == (visitor, Delivery.AT_ONCE)
    assert notice.text == "Your application for the role of curator is granted. Welcome, Vera & friends."
    assert notice.url == "/accounts/role/"


def test_the_mail_about_a_decision_goes_out_once(application, administrator, visitor):
    services.decline_role(actor=administrator, application=application, answer="Your profile is empty.")
    for _ in range(2):
        tasks.mail_notices()
    (message,) = mail.outbox
    assert message.to == [visitor.email]
    assert "is declined. Your profile is empty." in message.body
