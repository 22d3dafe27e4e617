import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import AnonymousUser

from apps.accounts.permissions import may_act_as, may_administer, may_apply, may_change, may_decide, mfa_satisfied
from apps.accounts.roles import Role
from tests.factories.accounts import EditorFactory, RoleApplicationFactory

EVERYBODY = ["visitor", "curator", "editor", "administrator"]


@pytest.fixture
def person(request, administrator, editor, curator, visitor):
    return {"visitor": visitor, "curator": curator, "editor": editor, "administrator": administrator}


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("role", list(Role))
def test_one_acts_as_ones_own_role_and_the_ones_below(person, who, role):
    verdict = may_act_as(person[who], role)
    assert bool(verdict) == Role(person[who].role).includes(role)
    assert verdict or verdict.reason.endswith(".")


def test_a_closed_account_acts_as_nobody(db):
    assert not may_act_as(EditorFactory(is_active=False), Role.VISITOR)


def test_nobody_is_not_a_visitor():
    assert "sign in" in may_act_as(AnonymousUser(), Role.VISITOR).reason


@pytest.mark.parametrize("who", ["editor", "administrator"])
def test_editors_need_an_authenticator_where_it_is_asked_for(person, who, mfa_required):
    verdict = mfa_satisfied(person[who])
    assert "two-step" in verdict.reason
    assert not may_act_as(person[who], Role.CURATOR)
    TOTP.activate(person[who], "JBSWY3DPEHPK3PXP")
    assert mfa_satisfied(person[who])
    assert may_act_as(person[who], Role.EDITOR)


@pytest.mark.parametrize("who", ["visitor", "curator"])
def test_visitors_and_curators_need_none(person, who, mfa_required):
    assert mfa_satisfied(person[who])


def test_nobody_needs_one_in_the_demo(person, settings):
    settings.REQUIRE_MFA = False
    assert mfa_satisfied(person["administrator"])


def test_asking_again_costs_no_query(editor, mfa_required, django_assert_num_queries):
    TOTP.activate(editor, "JBSWY3DPEHPK3PXP")
    assert mfa_satisfied(editor)
    with django_assert_num_queries(0):
        assert mfa_satisfied(editor)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_administrators_administer(person, who):
    assert bool(may_administer(person[who])) == (who == "administrator")


def test_an_administrator_decides_about_others_only(administrator, visitor):
    assert may_decide(administrator, RoleApplicationFactory(applicant=visitor))
    assert not may_decide(administrator, RoleApplicationFactory(applicant=administrator))
    assert may_change(administrator, visitor)
    assert not may_change(administrator, administrator)


def test_an_administrator_without_a_second_step_changes_nobody(administrator, visitor, mfa_required):
    assert not may_change(administrator, visitor)


@pytest.mark.parametrize(
    ("who", "role", "allowed"),
    [
        ("visitor", Role.CURATOR, True),
        ("visitor", Role.EDITOR, True),
        ("visitor", Role.ADMINISTRATOR, False),
        ("curator", Role.CURATOR, False),
        ("curator", Role.EDITOR, True),
        ("editor", Role.EDITOR, False),
        ("administrator", Role.CURATOR, False),
    ],
)
def test_who_may_apply_for_what(person, who, role, allowed):
    assert bool(may_apply(person[who], role)) == allowed
